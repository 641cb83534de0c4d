import LinearAlgebra

/// The homotopy method for a record tile, each along its ``HomotopyPath``. A record whose path ends
/// beside the gap goes on by some rounds of coordinate descent from there.
/// - Returns: codes, [N, penalised K], and where each record ended.
func followHomotopy(
  _ problem: CodingProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule
) -> (Matrix, ends: [SparseSolver.End]) {
  // Without a penalty the path has no end that it could be seen to have reached.
  guard problem.lambda > 0 else {
    return coordinateDescent(
      problem, correlation: correlation, squaredNorms: squaredNorms, until: rule)
  }
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var ends: [SparseSolver.End] = []
  problem.gram.withView { gram in
    var homotopy = Homotopy(problem, gram)
    for row in 0..<correlation.rows {
      let record = Array(correlation.row(row))
      let end = homotopy.run(record, squaredNorm: squaredNorms[row], until: rule)
      guard end == .near || end == .cut else {
        if end == .optimal { homotopy.write(to: &codes, row: row) }
        ends.append(end == .optimal ? .done : .stuck)
        continue
      }
      var descent = CoordinateDescent(
        problem, gram, correlation: record, squaredNorm: squaredNorms[row])
      homotopy.write(to: &descent)
      let descended = descent.run(until: homotopy.descentRule(rule))
      ends.append(descended == .done ? .done : end == .cut ? .limited : .stuck)
      codes.setRow(row, to: descent.code[...])
    }
  }
  return (codes, ends)
}

/// Homotopy in Float, and where it ends.
private struct Homotopy {
  /// Where a path ends.
  enum End {
    /// At the gap.
    case optimal
    /// Not there, but at a code no worse than zero.
    case near
    /// Likewise, and at the iteration limit before the path's end.
    case cut
    /// Anywhere: the inverse has lost the matrix.
    case lost
  }

  /// Of coordinate descent, for what is missing at the end: where these do not do, no few more would.
  static let descentRounds = 50
  /// Newton steps on S at the end, against what rounding along the path has left.
  static let polishingSteps = 3

  let lambda: Float
  let isNonnegative: Bool
  let curvatures: [Float]
  let kernels = RowKernels.current
  var path: HomotopyPath<GramSystem>

  init(_ problem: CodingProblem, _ gram: MatrixView) {
    lambda = problem.lambda
    isNonnegative = problem.isNonnegative
    curvatures = problem.curvatures
    path = HomotopyPath(problem, GramSystem(gram: gram, kernels: kernels))
  }

  /// - Parameters: one record's DᵀPx, [penalised K], and ‖Px‖².
  mutating func run(
    _ correlation: [Float], squaredNorm: Double, until rule: SparseSolver.StoppingRule
  ) -> End {
    let longest = 8 * correlation.count
    let end = path.follow(correlation, limit: min(rule.limit, longest))
    guard end != .lost else { return .lost }
    for step in 0...Self.polishingSteps {
      path.refresh(correlation)
      let gap = gap(correlation, squaredNorm: squaredNorm)
      guard gap.rise <= 0 else { return .lost }
      if rule.relativeGap == nil || rule.isMet(by: gap) { return .optimal }
      if step == Self.polishingSteps || !path.polish() { break }
    }
    return end == .cut && rule.limit < longest ? .cut : .near
  }

  /// The rule of the rounds of descent at the end.
  func descentRule(_ rule: SparseSolver.StoppingRule) -> SparseSolver.StoppingRule {
    var rule = rule
    rule.iterationLimit = min(rule.limit, Self.descentRounds)
    return rule
  }

  private func gap(_ correlation: [Float], squaredNorm: Double) -> CodingProblem.DualityGap {
    let q = path.residualCorrelation
    let largest = q.isEmpty ? 0 : q[kernels.indexOfLargest(q, bothSigns: !isNonnegative)]
    return CodingProblem.DualityGap(
      lambda: lambda, curvatures: curvatures, support: path.system.inverse.members,
      values: path.values, residualCorrelation: q, correlation: correlation,
      largest: isNonnegative ? largest : abs(largest), squaredNorm: squaredNorm)
  }

  func write(to codes: inout Matrix, row: Int) {
    for (unit, value) in path.unitsInUse { codes[row, unit] = value }
  }

  /// Where a descent goes on.
  func write(to descent: inout CoordinateDescent) {
    for (unit, value) in path.unitsInUse { descent.code[unit] = value }
    descent.refresh()
  }
}

/// G as a matrix, and G_SS⁻¹.
private struct GramSystem: HomotopySystem {
  /// How far, relative to it, G_SS d may be from s: rounding times the condition of G_SS.
  static let tolerance: Float = 1e-3

  let gram: MatrixView
  let kernels: RowKernels
  var inverse = PrincipalInverse()

  mutating func removeAll() { inverse.removeAll() }

  func unit(at position: Int) -> Int { Int(inverse.members[position]) }

  mutating func append(_ unit: Int, signs: [Float]) -> Bool { inverse.append(unit, of: gram) }

  mutating func remove(at position: Int, _ values: inout [Float], _ signs: inout [Float]) {
    let last = values.count - 1
    values.swapAt(position, last)
    signs.swapAt(position, last)
    values.removeLast()
    signs.removeLast()
    inverse.swapRemove(at: position)
  }

  func solve(_ b: [Float], into y: inout [Float]) { inverse.apply(to: b, into: &y) }

  func apply(_ weights: [Float], into out: inout [Float]) {
    kernels.combine(inverse.members, of: gram, weights: weights, into: &out)
  }

  func follow(_ slopes: [Float], _ signs: [Float]) -> Bool {
    let (members, slopes, signs) = (inverse.members.span, slopes.span, signs.span)
    for position in members.indices {
      let difference = abs(slopes[Int(members[position])] - signs[position])
      guard difference <= Self.tolerance else { return false }
    }
    return true
  }

  func indexOfLargest(_ values: [Float], bothSigns: Bool) -> Int {
    kernels.indexOfLargest(values, bothSigns: bothSigns)
  }

  func firstCrossing(
    _ values: [Float], slopes: [Float], barred: [Int32], level: Float, limit: Float,
    bothSigns: Bool
  ) -> (index: Int, step: Float)? {
    kernels.firstCrossing(
      values, slopes: slopes, barred: barred, level: level, limit: limit, bothSigns: bothSigns)
  }

  static func addScaled(_ a: Float, _ x: [Float], to y: inout [Float]) {
    LinearAlgebra.addScaled(a, x, to: &y)
  }
}
