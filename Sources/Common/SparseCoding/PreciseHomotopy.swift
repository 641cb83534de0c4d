import LinearAlgebra

/// Homotopy in Double and on the atoms themselves, for the records that Float32 cannot follow to the
/// end: atoms that are nearly collinear have a Gram matrix whose inverse Float32 does not hold. Slower
/// by far, and right whatever the dictionary.
struct PreciseHomotopy {
  /// One record's code and how good it is.
  struct Solution {
    /// [penalised K].
    var code: [Float]
    var gap: LassoProblem.DualityGap
  }

  private let atoms: Matrix
  private let lambda: Double
  private let attraction: Double
  private let isNonnegative: Bool
  private var path: HomotopyPath<AtomSystem>

  init(_ problem: LassoProblem) {
    atoms = problem.projectedAtoms
    lambda = Double(problem.lambda)
    attraction = Double(problem.attraction)
    isNonnegative = problem.isNonnegative
    path = HomotopyPath(problem, AtomSystem(atoms: atoms, attraction: attraction))
  }

  /// - Parameters:
  ///   - x: a record Px, [D].
  ///   - attractor: the code a that it is drawn to, [penalised K], where there is an attraction.
  ///   - code: [penalised K], what is given back where it, or zero, is better than what comes of the
  ///     path.
  mutating func callAsFunction(
    _ x: ArraySlice<Float>, attractedTo attractor: ArraySlice<Float>?,
    orAt code: ArraySlice<Float>
  ) -> Solution {
    let record = x.map(Double.init)
    var correlation = [Double](repeating: 0, count: atoms.rows)
    atoms.apply(to: record, into: &correlation)
    var squaredNorm = record.reduce(0) { $0 + $1 * $1 }
    for (unit, value) in (attractor ?? []).enumerated() {
      correlation[unit] += attraction * Double(value)
      squaredNorm += attraction * Double(value) * Double(value)
    }
    // More units that come and go are a path that goes round in circles, as equal atoms could make it.
    _ = path.follow(correlation, limit: 20 * atoms.rows + 100)
    for _ in 0..<2 {
      path.refresh(correlation)
      _ = path.polish()
    }
    var exact = [Double](repeating: 0, count: atoms.rows)
    for (unit, value) in path.unitsInUse { exact[unit] = value }
    let bound = gap(exact, correlation, squaredNorm)
    let zeros = [Float](repeating: 0, count: atoms.rows)
    let solutions = [zeros, Array(code), exact.map { Float($0) }].map { code in
      let own = gap(code.map(Double.init), correlation, squaredNorm)
      return Solution(code: code, gap: own.bounded(by: bound))
    }
    return solutions.min { $0.gap.rise < $1.gap.rise } ?? solutions[0]
  }

  private func gap(
    _ code: [Double], _ correlation: [Double], _ squaredNorm: Double
  ) -> LassoProblem.DualityGap {
    var image = [Double](repeating: 0, count: atoms.columns)
    for (unit, value) in code.enumerated() where value != 0 {
      atoms.addRow(unit, scaledBy: value, to: &image)
    }
    var residual = [Double](repeating: 0, count: atoms.rows)
    atoms.apply(to: image, into: &residual)
    for unit in residual.indices {
      residual[unit] = correlation[unit] - residual[unit] - attraction * code[unit]
    }
    return LassoProblem.DualityGap(
      lambda: lambda, isNonnegative: isNonnegative, code: code, residualCorrelation: residual,
      correlation: correlation, squaredNorm: squaredNorm)
  }
}

/// G by way of the atoms, Dᵀ [penalised K, D], and α on its diagonal.
private struct AtomSystem: HomotopySystem {
  let atoms: Matrix
  let attraction: Double
  /// Of G_SS.
  var factor = PrincipalCholesky()

  mutating func removeAll() { factor = PrincipalCholesky() }

  func unit(at position: Int) -> Int { factor.members[position] }

  mutating func append(_ unit: Int, signs: [Double]) -> Bool {
    let products = factor.members.map { atoms.dotOfRows($0, unit) }
    let diagonal = atoms.dotOfRows(unit, unit) + attraction
    guard factor.append(unit, products: products, diagonal: diagonal) else { return false }
    let last = signs.count - 1
    // What rounding alone has brought here would take the other sign.
    if factor.solve(signs)[last] * signs[last] > 0 { return true }
    factor.remove(at: last)
    return false
  }

  mutating func remove(at position: Int, _ values: inout [Double], _ signs: inout [Double]) {
    factor.remove(at: position)
    values.remove(at: position)
    signs.remove(at: position)
  }

  func solve(_ b: [Double], into y: inout [Double]) { y = factor.solve(b) }

  /// Dᵀ(D_S w) + αw.
  func apply(_ weights: [Double], into out: inout [Double]) {
    var image = [Double](repeating: 0, count: atoms.columns)
    for (unit, weight) in zip(factor.members, weights) {
      atoms.addRow(unit, scaledBy: weight, to: &image)
    }
    atoms.apply(to: image, into: &out)
    for (unit, weight) in zip(factor.members, weights) { out[unit] += attraction * weight }
  }

  func follow(_ slopes: [Double], _ signs: [Double]) -> Bool { true }

  func indexOfLargest(_ values: [Double], bothSigns: Bool) -> Int {
    let sizes = bothSigns ? values.map { abs($0) } : values
    return sizes.indices.reduce(0) { sizes[$1] > sizes[$0] ? $1 : $0 }
  }

  func firstCrossing(
    _ values: [Double], slopes: [Double], barred: [Int32], level: Double, limit: Double,
    bothSigns: Bool
  ) -> (index: Int, step: Double)? {
    var found: (index: Int, step: Double)?
    var least = limit
    for unit in slopes.indices where barred[unit] == 0 {
      let (value, slope) = (values[unit], slopes[unit])
      let falling = max(0, level - value)
      if falling < least * (1 - slope) {
        least = falling / (1 - slope)
        found = (unit, least)
      }
      let rising = max(0, level + value)
      if bothSigns, rising < least * (1 + slope) {
        least = rising / (1 + slope)
        found = (unit, least)
      }
    }
    return found
  }

  static func addScaled(_ a: Double, _ x: [Double], to y: inout [Double]) {
    for index in y.indices { y[index] += a * x[index] }
  }
}
