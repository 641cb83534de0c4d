import LinearAlgebra

/// Cyclic coordinate descent for a tile of records: z_k ← h_λ(q_k + G_kk z_k)/G_kk, with
/// q = DᵀP(x − Dz) kept up to date, so a unit that does not move costs one comparison.
///
/// A pass over all units is followed by passes over those in use until they settle; the gap is
/// looked at after each round.
/// - Returns: codes, [N, penalised K], and how many records met the iteration limit first.
func coordinateDescent(
  _ problem: LassoProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule
) -> (Matrix, Int) {
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var unconverged = 0
  for row in 0..<correlation.rows {
    var descent = CoordinateDescent(problem, correlation: Array(correlation.row(row)))
    let converged = descent.run(squaredNorm: squaredNorms[row], until: rule)
    if !converged && rule.relativeGap != nil { unconverged += 1 }
    codes.setRow(row, to: descent.code[...])
  }
  return (codes, unconverged)
}

/// One record's descent.
private struct CoordinateDescent {
  /// Passes over the units in use between two passes over all.
  static let settlingPasses = 10

  let problem: LassoProblem
  let correlation: [Float]
  var code: [Float]
  /// q = DᵀP(x − Dz).
  var residualCorrelation: [Float]

  init(_ problem: LassoProblem, correlation: [Float]) {
    self.problem = problem
    self.correlation = correlation
    code = [Float](repeating: 0, count: correlation.count)
    residualCorrelation = correlation
  }

  mutating func run(squaredNorm: Double, until rule: SparseSolver.StoppingRule) -> Bool {
    for _ in 0..<rule.iterationLimit {
      let gap = LassoProblem.DualityGap(
        problem, code: code[...], residualCorrelation: residualCorrelation[...],
        correlation: correlation[...], squaredNorm: squaredNorm)
      if rule.isMet(by: gap) { return true }
      var largestMove: Float = 0
      for unit in code.indices { largestMove = max(largestMove, update(unit)) }
      if largestMove == 0 { break }
      guard rule.relativeGap != nil else { continue }
      let inUse = code.indices.filter { code[$0] != 0 }
      for _ in 0..<Self.settlingPasses {
        var largest: Float = 0
        for unit in inUse { largest = max(largest, update(unit)) }
        if largest <= 0.1 * largestMove { break }
      }
    }
    let gap = LassoProblem.DualityGap(
      problem, code: code[...], residualCorrelation: residualCorrelation[...],
      correlation: correlation[...], squaredNorm: squaredNorm)
    return rule.isMet(by: gap)
  }

  /// Moves one unit to its best value and returns how far it went.
  private mutating func update(_ unit: Int) -> Float {
    let curvature = problem.gram[unit, unit]
    guard curvature > 0 else { return 0 }
    let old = code[unit]
    let drive = residualCorrelation[unit] + curvature * old
    let magnitude = (problem.isNonnegative ? drive : abs(drive)) - problem.lambda
    let new = magnitude > 0 ? (drive < 0 ? -magnitude : magnitude) / curvature : 0
    guard new != old else { return 0 }
    addScaled(old - new, rowOf: problem.gram, unit, to: &residualCorrelation)
    code[unit] = new
    return abs(new - old)
  }
}
