import LinearAlgebra

/// A record tile that proximal steps are taken on at once, each record until its own gap: what such methods
/// share.
struct ProximalTile {
  let problem: any ProximalProblem
  private let squaredNorms: [Double]
  /// The records still at work, by row of the matrices below.
  private(set) var active: [Int]
  private(set) var correlation: Matrix
  /// z and q = DᵀP(x − Dz).
  var code: Matrix
  var residual: Matrix
  /// What each record's last proximal step left for the next.
  var duals: [[Double]]
  private var finished: Matrix
  private var ends: [SparseSolver.End]
  /// z at the beginning, [N, penalised K]; nil is zero.
  private let start: Matrix?

  /// - Parameters:
  ///   - correlation: DᵀPx, [N, penalised K].
  ///   - squaredNorms: ‖Px‖², [N].
  ///   - start: z, [N, penalised K]; nil is zero.
  init(
    _ problem: any ProximalProblem, correlation: Matrix, squaredNorms: [Double],
    start: Matrix? = nil
  ) {
    self.problem = problem
    self.correlation = correlation
    self.squaredNorms = squaredNorms
    self.start = start
    active = Array(0..<correlation.rows)
    let zeros = Matrix(zeros: correlation.rows, columns: correlation.columns)
    code = start ?? zeros
    finished = zeros
    ends = Array(repeating: .done, count: correlation.rows)
    duals = Array(
      repeating: [Double](repeating: 0, count: problem.penalty.dualLength),
      count: correlation.rows)
    residual = correlation
    guard let start else { return }
    residual = residual(of: code)
    guard !problem.penalty.isConvex else { return }
    for row in duals.indices {
      duals[row] = problem.penalty.dual(of: start.row(row).map(Double.init)[...])
    }
  }

  /// What an L that is found as one goes begins at: that of units of which no two are in use together, or
  /// a share of the whole one.
  var leastLipschitz: Float {
    min(problem.lipschitz, max(problem.curvatures.max() ?? 0, 0.25 * problem.lipschitz))
  }

  /// ‖Px‖² of a row.
  func squaredNorm(_ row: Int) -> Double { squaredNorms[active[row]] }

  /// q of codes of the rows.
  func residual(of code: Matrix) -> Matrix {
    problem.residual(of: code, correlation: correlation)
  }

  /// Takes the records that are done out of the rows.
  /// - Parameters:
  ///   - candidates: rows whose gap may be met; nil is all.
  ///   - still: rows that no step moves any more.
  /// - Returns: the rows that are left, by their number until then; nil where that is all of them.
  mutating func retire(
    _ rule: SparseSolver.StoppingRule, among candidates: [Bool]? = nil, still: [Bool]? = nil
  ) -> [Int]? {
    var kept: [Int] = []
    for (row, record) in active.enumerated() {
      let isStill = still?[row] ?? false
      guard isStill || rule.relativeGap != nil && candidates?[row] ?? true else {
        kept.append(row)
        continue
      }
      let gap = gap(row, until: rule)
      if rule.isMet(by: gap) {
        finish(row, gap)
      } else if isStill {
        finish(row, self.gap(row))
        if rule.relativeGap != nil { ends[record] = .stuck }
      } else {
        kept.append(row)
      }
    }
    guard kept.count < active.count else { return nil }
    active = kept.map { active[$0] }
    duals = kept.map { duals[$0] }
    correlation = correlation.rows(at: kept)
    code = code.rows(at: kept)
    residual = residual.rows(at: kept)
    return kept
  }

  /// Ends the records still at work where they are.
  /// - Returns: codes, [N, penalised K], and where each record ended.
  mutating func close(
    _ rule: SparseSolver.StoppingRule
  ) -> (Matrix, ends: [SparseSolver.End]) {
    for (row, record) in active.enumerated() {
      finish(row, gap(row))
      if rule.relativeGap != nil { ends[record] = .limited }
    }
    return (finished, ends)
  }

  private func gap(
    _ row: Int, until rule: SparseSolver.StoppingRule? = nil
  ) -> CodingProblem.DualityGap {
    CodingProblem.DualityGap(
      problem, code: code.row(row), residualCorrelation: residual.row(row),
      correlation: correlation.row(row), squaredNorm: squaredNorm(row), dual: duals[row],
      until: rule)
  }

  /// Keeps a row's code, or the better of its start and zero where momentum or rounding has led to a higher
  /// energy than theirs.
  private mutating func finish(_ row: Int, _ gap: CodingProblem.DualityGap) {
    let record = active[row]
    let startRise = start.map { rise(of: $0.row(record), row) } ?? 0
    if gap.rise <= min(0, startRise) {
      finished.setRow(record, to: code.row(row))
    } else if startRise < 0, let start {
      finished.setRow(record, to: start.row(record))
    }
  }

  /// The energy of a code of a row's record less that of zeros.
  private func rise(of code: ArraySlice<Float>, _ row: Int) -> Double {
    let code = Matrix(rows: 1, columns: code.count, elements: Array(code))
    let own = Matrix(rows: 1, columns: correlation.columns, elements: Array(correlation.row(row)))
    let residual = problem.residual(of: code, correlation: own)
    return CodingProblem.DualityGap(
      problem, code: code.row(0), residualCorrelation: residual.row(0), correlation: own.row(0),
      squaredNorm: squaredNorm(row)
    ).rise
  }
}
