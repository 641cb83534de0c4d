import LinearAlgebra

/// Cyclic coordinate descent for a record tile and a penalty of units: z_k ← h(q_k + G_kk z_k)/G_kk, with
/// q = DᵀP(x − Dz) kept up to date, so a unit that does not move costs one comparison.
///
/// The threshold of h is λ; where units inhibit each other λ(1 + (S|z|)_k), S|z| kept up to date as well. No move raises
/// the energy, which is not convex then: where it ends depends on the start and on the order of the units, which are zero
/// (or the start given) and ascending.
/// - Parameter start: z, [N, penalised K]; nil is zero.
/// - Returns: codes, [N, penalised K], and where each record ended.
func coordinateDescent(
  _ problem: CodingProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule, start: Matrix? = nil
) -> (Matrix, ends: [SparseSolver.End]) {
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var ends: [SparseSolver.End] = []
  func descend(_ gram: MatrixView, _ inhibition: MatrixView?) {
    for row in 0..<correlation.rows {
      var descent = CoordinateDescent(
        problem, gram, inhibition, correlation: Array(correlation.row(row)),
        squaredNorm: squaredNorms[row])
      if let start {
        descent.code = Array(start.row(row))
        descent.refresh()
      }
      ends.append(descent.run(until: rule))
      codes.setRow(row, to: descent.code[...])
    }
  }
  problem.gram.withView { gram in
    guard let inhibition = problem.inhibition else { return descend(gram, nil) }
    inhibition.withView { descend(gram, $0) }
  }
  return (codes, ends)
}

/// One record's descent.
struct CoordinateDescent: Descent {
  private let problem: CodingProblem
  private let lambda: Float
  private let isNonnegative: Bool
  /// G, [K, K].
  private let gram: MatrixView
  /// S, [K, K], where units inhibit each other.
  private let inhibition: MatrixView?
  private let correlation: [Float]
  private let squaredNorm: Double
  var code: [Float]
  /// q = DᵀP(x − Dz).
  private var residualCorrelation: [Float]
  /// S|z|, as moves leave it: they add to it one after another as they do to q, by the same kernel, so that it is summed
  /// here and not by the penalty; empty where units do not inhibit each other.
  private var inhibitions: [Float]

  init(
    _ problem: CodingProblem, _ gram: MatrixView, _ inhibition: MatrixView? = nil,
    correlation: [Float],
    squaredNorm: Double
  ) {
    self.problem = problem
    lambda = problem.lambda
    isNonnegative = problem.isNonnegative
    self.gram = gram
    self.inhibition = inhibition
    self.correlation = correlation
    self.squaredNorm = squaredNorm
    code = [Float](repeating: 0, count: correlation.count)
    inhibitions = inhibition == nil ? [] : code
    residualCorrelation = correlation
  }

  var blockCount: Int { code.count }

  func isInUse(_ unit: Int) -> Bool { code[unit] != 0 }

  mutating func refresh() {
    residualCorrelation = correlation
    for index in inhibitions.indices { inhibitions[index] = 0 }
    for unit in code.indices where code[unit] != 0 {
      addScaled(-code[unit], rowOf: gram, unit, to: &residualCorrelation)
      if let inhibition {
        addScaled(abs(code[unit]), rowOf: inhibition, unit, to: &inhibitions)
      }
    }
  }

  var gap: CodingProblem.DualityGap {
    guard inhibition != nil else {
      return CodingProblem.DualityGap(
        lambda: lambda, isNonnegative: isNonnegative, curvatures: problem.curvatures,
        code: code[...], residualCorrelation: residualCorrelation[...],
        correlation: correlation[...], squaredNorm: squaredNorm)
    }
    return CodingProblem.DualityGap(
      problem, code: code[...], residualCorrelation: residualCorrelation[...],
      correlation: correlation[...], squaredNorm: squaredNorm, dual: inhibitions.map(Double.init))
  }

  mutating func move(_ unit: Int) -> Float {
    let curvature = gram[unit, unit]
    guard curvature > 0 else { return 0 }
    let old = code[unit]
    let drive = residualCorrelation[unit] + curvature * old
    let threshold = inhibition == nil ? lambda : lambda * (1 + inhibitions[unit])
    let magnitude = (isNonnegative ? drive : abs(drive)) - threshold
    let new = magnitude > 0 ? (drive < 0 ? -magnitude : magnitude) / curvature : 0
    guard new != old else { return 0 }
    addScaled(old - new, rowOf: gram, unit, to: &residualCorrelation)
    if let inhibition {
      addScaled(abs(new) - abs(old), rowOf: inhibition, unit, to: &inhibitions)
    }
    code[unit] = new
    return abs(new - old)
  }
}
