import LinearAlgebra

/// Cyclic coordinate descent for a record tile and an L1 penalty: z_k ← h_λ(q_k + G_kk z_k)/G_kk, with
/// q = DᵀP(x − Dz) kept up to date, so a unit that does not move costs one comparison.
/// - Parameter start: z, [N, penalised K]; nil is zero.
/// - Returns: codes, [N, penalised K], and where each record ended.
func coordinateDescent(
  _ problem: CodingProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule, start: Matrix? = nil
) -> (Matrix, ends: [SparseSolver.End]) {
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var ends: [SparseSolver.End] = []
  problem.gram.withView { gram in
    for row in 0..<correlation.rows {
      var descent = CoordinateDescent(
        problem, gram, correlation: Array(correlation.row(row)), squaredNorm: squaredNorms[row])
      if let start {
        descent.code = Array(start.row(row))
        descent.refresh()
      }
      ends.append(descent.run(until: rule))
      codes.setRow(row, to: descent.code[...])
    }
  }
  return (codes, ends)
}

/// One record's descent.
struct CoordinateDescent: Descent {
  let lambda: Float
  let isNonnegative: Bool
  private let curvatures: [Float]
  /// G, [K, K].
  let gram: MatrixView
  let correlation: [Float]
  let squaredNorm: Double
  var code: [Float]
  /// q = DᵀP(x − Dz).
  var residualCorrelation: [Float]

  init(
    _ problem: CodingProblem, _ gram: MatrixView, correlation: [Float], squaredNorm: Double
  ) {
    lambda = problem.lambda
    isNonnegative = problem.isNonnegative
    curvatures = problem.curvatures
    self.gram = gram
    self.correlation = correlation
    self.squaredNorm = squaredNorm
    code = [Float](repeating: 0, count: correlation.count)
    residualCorrelation = correlation
  }

  var blockCount: Int { code.count }

  func isInUse(_ unit: Int) -> Bool { code[unit] != 0 }

  mutating func refresh() {
    residualCorrelation = correlation
    for unit in code.indices where code[unit] != 0 {
      addScaled(-code[unit], rowOf: gram, unit, to: &residualCorrelation)
    }
  }

  var gap: CodingProblem.DualityGap {
    CodingProblem.DualityGap(
      lambda: lambda, isNonnegative: isNonnegative, curvatures: curvatures, code: code[...],
      residualCorrelation: residualCorrelation[...],
      correlation: correlation[...], squaredNorm: squaredNorm)
  }

  mutating func move(_ unit: Int) -> Float {
    let curvature = gram[unit, unit]
    guard curvature > 0 else { return 0 }
    let old = code[unit]
    let drive = residualCorrelation[unit] + curvature * old
    let magnitude = (isNonnegative ? drive : abs(drive)) - lambda
    let new = magnitude > 0 ? (drive < 0 ? -magnitude : magnitude) / curvature : 0
    guard new != old else { return 0 }
    addScaled(old - new, rowOf: gram, unit, to: &residualCorrelation)
    code[unit] = new
    return abs(new - old)
  }
}
