import LinearAlgebra

/// Cyclic coordinate descent for a record tile of a variational problem: each unit takes the mean and the variance
/// that are best beside the others', with q = DᵀP(x − Dm) kept up to date, in Double. Between two passes q follows the moves
/// through the Gram matrix in Float, and after them it is that of the residual again: what is claimed of a code has no
/// rounding of Float in it. The energy is convex, and no move raises it.
/// - Parameters:
///   - x: Px, [N, D].
///   - start: m, [N, penalised K]; nil is zero.
/// - Returns: means, [N, penalised K], and where each record ended.
func variationalDescent(
  _ problem: CodingProblem, records x: Matrix, until rule: SparseSolver.StoppingRule,
  start: Matrix? = nil
) -> (code: Matrix, ends: [SparseSolver.End]) {
  var means = Matrix(zeros: x.rows, columns: problem.penalisedCount)
  var ends: [SparseSolver.End] = []
  let units = problem.gaussianUnits
  for row in 0..<x.rows {
    var descent = VariationalDescent(problem, units, record: x.row(row).map(Double.init))
    if let start { descent.code = start.row(row).map(Double.init) }
    descent.refresh()
    ends.append(descent.run(until: rule))
    means.setRow(row, to: descent.code.map { Float($0) }[...])
  }
  return (means, ends)
}

/// One record's descent.
private struct VariationalDescent: Descent {
  private let problem: CodingProblem
  private let units: [GaussianUnit]
  /// Px.
  private let record: [Double]
  /// Means and deviations of the units.
  private var points: [GaussianUnit.Point]
  /// Of these means.
  private var residual = VariationalResidual()

  /// Moves below this share of a mean, or of its deviation, are none.
  private static let leastMove = 0x1p-40

  init(_ problem: CodingProblem, _ units: [GaussianUnit], record: [Double]) {
    self.problem = problem
    self.units = units
    self.record = record
    points = units.map { $0.point(0) }
  }

  var code: [Double] {
    get { points.map(\.mean) }
    set { points = zip(units, newValue).map { $0.point(mean: $1) } }
  }

  var blockCount: Int { units.count }

  func isInUse(_ unit: Int) -> Bool { true }

  mutating func refresh() { residual = VariationalResidual(problem, record, code) }

  var gap: CodingProblem.DualityGap { CodingProblem.DualityGap(units, points, residual) }

  mutating func move(_ unit: Int) -> Double {
    let own = units[unit]
    guard own.curvature > 0 else { return 0 }
    let old = points[unit]
    let new = own.point(
      drive: residual.correlation[unit] + own.curvature * old.mean, near: old.ratio)
    let move = new.mean - old.mean
    guard abs(move) > Self.leastMove * max(abs(new.mean), new.deviation) else { return 0 }
    problem.gram.addRow(unit, scaledBy: -move, to: &residual.correlation)
    points[unit] = new
    return abs(move)
  }
}

/// r = P(x − Dm) of one record, in Double.
struct VariationalResidual {
  /// q = Dᵀr, [penalised K].
  var correlation: [Double] = []
  /// ‖r‖² and ‖Px‖².
  private(set) var squaredNorm = 0.0
  private(set) var squaredNormOfRecord = 0.0

  /// Of nothing.
  init() {}

  /// - Parameters:
  ///   - record: Px, [D].
  ///   - means: [penalised K].
  init(_ problem: CodingProblem, _ record: [Double], _ means: [Double]) {
    var rest = record
    for (unit, mean) in means.enumerated() where mean != 0 {
      problem.projectedAtoms.addRow(unit, scaledBy: -mean, to: &rest)
    }
    correlation = [Double](repeating: 0, count: means.count)
    problem.projectedAtoms.apply(to: rest, into: &correlation)
    squaredNorm = rest.reduce(0) { $0 + $1 * $1 }
    squaredNormOfRecord = record.reduce(0) { $0 + $1 * $1 }
  }
}
