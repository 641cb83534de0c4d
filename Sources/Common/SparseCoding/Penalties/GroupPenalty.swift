import LinearAlgebra

/// Σ over pools of √(Σ w z²): whole pools are in use or not (the group lasso, Yuan & Lin 2006).
///
/// Pools that do not overlap, or of which one is within the other, have a proximal step in one pass
/// (``PoolTree``); that of others is found by its dual (``OverlappingPools``).
public struct GroupPenalty: Penalty {
  /// The pools.
  public let layout: PoolLayout
  public let kind: PenaltyKind
  private let form: Form
  /// Units in no pool, which nothing keeps from use: R is no norm then, and a gap says little.
  public let freeUnits: [Int]

  private enum Form: Sendable {
    case tree(PoolTree)
    case overlapping(OverlappingPools)
  }

  /// - Parameters:
  ///   - kind: `tree` of pools that have to be one.
  ///   - unitCount: K.
  /// - Throws: ``PoolProblem`` where a pool is empty, has a unit twice or weighs it 0, and where the pools are
  ///   no tree and have to be.
  public init(_ layout: PoolLayout, kind: PenaltyKind = .group, unitCount: Int) throws {
    try layout.checkForPenalty(unitCount: unitCount)
    let pooled = Set(layout.groups.members)
    freeUnits = (0..<unitCount).filter { !pooled.contains($0) }
    self.layout = layout
    self.kind = kind
    do {
      form = .tree(try PoolTree(layout))
    } catch let problem {
      guard kind != .tree else { throw problem }
      form = .overlapping(OverlappingPools(layout.groups, unitCount: unitCount))
    }
  }

  public var pools: PoolLayout? { layout }

  public var poolTree: PoolTree? {
    if case .tree(let tree) = form { tree } else { nil }
  }

  public var isSeparable: Bool { poolTree.map { $0.isFlat && freeUnits.isEmpty } ?? false }

  public var dualLength: Int {
    if case .overlapping = form { layout.groups.members.count } else { 0 }
  }

  private var groups: Groups { layout.groups }

  public func dual(of code: ArraySlice<Double>) -> [Double] {
    if case .overlapping(let pools) = form { pools.slopes(of: code) } else { [] }
  }

  public func value(of code: ArraySlice<Float>) -> Double { sum(code) }
  public func value(of code: ArraySlice<Double>) -> Double { sum(code) }

  private func sum<Real: BinaryFloatingPoint>(_ code: ArraySlice<Real>) -> Double {
    guard case .tree(let tree) = form else { return groups.norms(of: code).reduce(0, +) }
    var scratch = tree.nested.scratch
    return tree.nested.value(of: code, &scratch)
  }

  public func addGradient(
    of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix
  ) -> Double {
    groups.addNormGradient(of: z, scaledBy: scale, to: &gradient)
  }

  public func shrink(
    _ codes: inout MutableSpan<Float>, at units: Range<Int>, by threshold: Float,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    proximalStep(&codes, units, threshold, isNonnegative, &dual, OverlappingPools.ofStep)
  }

  public func shrink(
    _ codes: inout MutableSpan<Double>, at units: Range<Int>, by threshold: Double,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    proximalStep(&codes, units, threshold, isNonnegative, &dual, OverlappingPools.precise)
  }

  @discardableResult
  public func shrink(
    _ codes: inout Matrix, by thresholds: [Float], isNonnegative: Bool, duals: inout [[Double]]
  ) -> [Double]? {
    guard case .tree(let tree) = form else {
      let columns = codes.columns
      var span = codes.elements.mutableSpan
      for row in thresholds.indices {
        var dual = duals[row]
        duals[row] = []
        proximalStep(
          &span, row * columns..<(row + 1) * columns, thresholds[row], isNonnegative, &dual,
          OverlappingPools.ofStep)
        duals[row] = dual
      }
      return nil
    }
    if isNonnegative {
      for index in codes.elements.indices { codes.elements[index] = max(0, codes.elements[index]) }
    }
    return tree.nested.shrink(&codes, by: thresholds)
  }

  /// R grows with the size of every unit, so what may not be below 0 is cut off first: no unit changes its
  /// sign in the rest.
  private func proximalStep<Real: BinaryFloatingPoint>(
    _ codes: inout MutableSpan<Real>, _ units: Range<Int>, _ threshold: Real,
    _ isNonnegative: Bool, _ dual: inout [Double], _ exactness: OverlappingPools.Exactness
  ) {
    if isNonnegative { for unit in units { codes[unit] = max(0, codes[unit]) } }
    switch form {
    case .tree(let tree):
      var scratch = tree.nested.scratch
      tree.nested.shrink(&codes, from: units.lowerBound, by: threshold, &scratch)
    case .overlapping(let pools):
      pools.shrink(&codes, at: units, by: threshold, dual: &dual, exactness)
    }
  }

  public func shares(unitCount: Int) -> [Float] {
    var shares = [Float](repeating: 0, count: unitCount)
    for pool in 0..<groups.count {
      let positions = groups.positions(of: pool)
      let norm = positions.reduce(0.0) { $0 + Double(groups.weights[$1]) }.squareRoot()
      for index in positions {
        shares[groups.members[index]] += Float(Double(groups.weights[index]) / norm)
      }
    }
    return shares
  }

  public func dualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    dualNorm(isNonnegative, near: level, dual, correlation, OverlappingPools.ofStep)
  }

  public func dualNorm(
    of correlation: ArraySlice<Double>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    dualNorm(isNonnegative, near: level, dual, correlation, OverlappingPools.precise)
  }

  public func leastDualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double
  ) -> Double? {
    guard case .tree(let tree) = form, freeUnits.isEmpty else { return nil }
    var scratch = tree.nested.scratch
    return tree.nested.newtonStep(
      of: correlation, atLeast: isNonnegative ? 0 : -.infinity, from: level, &scratch)
  }

  private func dualNorm<Real: BinaryFloatingPoint>(
    _ isNonnegative: Bool, near level: Double, _ dual: [Double], _ correlation: ArraySlice<Real>,
    _ exactness: OverlappingPools.Exactness
  ) -> Double {
    let least: Real = isNonnegative ? 0 : -.infinity
    let first = correlation.startIndex
    if freeUnits.contains(where: { max(least, correlation[first + $0]) != 0 }) { return .infinity }
    switch form {
    case .tree(let tree):
      var scratch = tree.nested.scratch
      return tree.nested.dualNorm(
        of: correlation, atLeast: least, from: max(0, level), &scratch)
    case .overlapping(let pools):
      return pools.dualNorm(
        of: correlation.map { Double(max(least, $0)) }, near: level, dual: dual, exactness)
    }
  }
}

extension Penalty where Self == GroupPenalty {
  /// Σ over pools of √(Σ w z²).
  /// - Parameter unitCount: K.
  /// - Throws: ``PoolProblem``.
  public static func groups(
    _ layout: PoolLayout, kind: PenaltyKind = .group, unitCount: Int
  ) throws -> GroupPenalty {
    try GroupPenalty(layout, kind: kind, unitCount: unitCount)
  }
}

extension Groups {
  /// √(Σ w z²) of each group, [G], in Double.
  /// - Parameter code: of one record, [K].
  func norms<Real: BinaryFloatingPoint>(of code: ArraySlice<Real>) -> [Double] {
    (0..<count).map { group in
      positions(of: group).reduce(0.0) { sum, index in
        let z = Double(code[code.startIndex + members[index]])
        return sum + Double(weights[index]) * z * z
      }.squareRoot()
    }
  }
}

extension PoolLayout {
  /// Refuses pools that are none for a penalty.
  fileprivate func checkForPenalty(unitCount: Int) throws {
    var lastPool = [Int](repeating: -1, count: unitCount)
    for pool in 0..<groups.count {
      let positions = groups.positions(of: pool)
      guard !positions.isEmpty else { throw PoolProblem.emptyPool(pool) }
      for index in positions {
        let unit = groups.members[index]
        guard unit < unitCount else {
          throw PoolProblem.unitBeyond(unit, pool: pool, units: unitCount)
        }
        guard lastPool[unit] != pool else { throw PoolProblem.unitTwice(unit, pool: pool) }
        guard groups.weights[index] > 0 else {
          throw PoolProblem.weightOfZero(unit: unit, pool: pool)
        }
        lastPool[unit] = pool
      }
    }
  }
}
