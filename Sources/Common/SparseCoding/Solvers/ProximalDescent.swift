import LinearAlgebra

/// ISTA and FISTA on a record tile at once, each record stopping on its own gap.
///
/// z⁺ = prox(y + DᵀP(x − Dy)/L), the proximal step of R at λ/L, with y = z (ISTA) or
/// y = z + (t₋−1)/t (z − z₋) (FISTA, Beck & Teboulle 2009), t beginning anew where the momentum points
/// uphill, (y − z⁺)ᵀ(z⁺ − z) > 0 (O'Donoghue & Candès 2015, the gradient scheme). Only q = DᵀP(x − Dz) is
/// ever multiplied out, z being sparse; that of y is the same combination of q and q₋.
struct ProximalDescent {
  private let problem: CodingProblem
  private let hasMomentum: Bool
  /// t₋ and t of the records at work.
  private var momenta: [(previous: Double, next: Double)]
  /// The records still at work, by row of the matrices below.
  private var active: [Int]
  private var correlation: Matrix
  private let squaredNorms: [Double]
  private var code: Matrix
  private var previousCode: Matrix
  /// q and q₋.
  private var residual: Matrix
  private var previousResidual: Matrix
  /// What each record's last proximal step left for the next.
  private var duals: [[Double]]
  private var finished: Matrix
  /// z at the beginning, [N, penalised K]; nil is zero.
  private let start: Matrix?

  /// - Parameter start: z, [N, penalised K]; nil is zero.
  init(
    _ problem: CodingProblem, correlation: Matrix, squaredNorms: [Double], hasMomentum: Bool,
    start: Matrix? = nil
  ) {
    self.problem = problem
    self.hasMomentum = hasMomentum
    momenta = Array(repeating: (1, 1), count: correlation.rows)
    self.correlation = correlation
    self.squaredNorms = squaredNorms
    let zeros = Matrix(zeros: correlation.rows, columns: correlation.columns)
    active = Array(0..<correlation.rows)
    self.start = start
    code = start ?? zeros
    previousCode = code
    residual =
      start.map { product($0, problem.packedNegativeGram, start: .matrix(correlation)) }
      ?? correlation
    previousResidual = residual
    duals = Array(
      repeating: [Double](repeating: 0, count: problem.penalty.dualLength),
      count: correlation.rows)
    finished = zeros
  }

  /// Codes, [N, penalised K], and where each record ended.
  mutating func run(until rule: SparseSolver.StoppingRule) -> (Matrix, ends: [SparseSolver.End]) {
    for iteration in 0..<rule.limit {
      if iteration.isMultiple(of: gapInterval) { retireFinished(rule) }
      if active.isEmpty { break }
      step()
    }
    retireFinished(rule)
    for (row, record) in active.enumerated() { finish(record, row, gap(row, record)) }
    var ends = [SparseSolver.End](repeating: .done, count: finished.rows)
    if rule.relativeGap != nil { for record in active { ends[record] = .limited } }
    return (finished, ends)
  }

  /// Steps between two looks at the gap, which costs about as much as a step where pools overlap.
  private var gapInterval: Int { problem.penalty.isSeparable ? 1 : 4 }

  private func gap(_ row: Int, _ record: Int) -> CodingProblem.DualityGap {
    CodingProblem.DualityGap(
      problem, code: code.row(row), residualCorrelation: residual.row(row),
      correlation: correlation.row(row), squaredNorm: squaredNorms[record], dual: duals[row])
  }

  /// Keeps a record's code, or the better of its start and zero where momentum or rounding has led to a
  /// higher energy than theirs.
  private mutating func finish(_ record: Int, _ row: Int, _ gap: CodingProblem.DualityGap) {
    let startRise = start.map { rise(of: $0.row(record), row, record) } ?? 0
    if gap.rise <= min(0, startRise) {
      finished.setRow(record, to: code.row(row))
    } else if startRise < 0, let start {
      finished.setRow(record, to: start.row(record))
    }
  }

  /// The energy of a code of a record less that of zeros.
  private func rise(of code: ArraySlice<Float>, _ row: Int, _ record: Int) -> Double {
    let code = Matrix(rows: 1, columns: code.count, elements: Array(code))
    let own = Matrix(rows: 1, columns: correlation.columns, elements: Array(correlation.row(row)))
    let residual = product(code, problem.packedNegativeGram, start: .matrix(own))
    return CodingProblem.DualityGap(
      problem, code: code.row(0), residualCorrelation: residual.row(0), correlation: own.row(0),
      squaredNorm: squaredNorms[record]
    ).rise
  }

  private mutating func step() {
    // What comes next takes the place of z₋, which is not needed any more.
    var next = previousCode.elements
    previousCode.elements = []
    var ahead = [Float](repeating: 0, count: code.columns)
    for row in active.indices {
      let (previous, t) = momenta[row]
      var dual = duals[row]
      duals[row] = []
      let isUphill = step(
        row, momentum: hasMomentum ? Float((previous - 1) / t) : 0, by: &ahead, to: &next,
        dual: &dual)
      duals[row] = dual
      let start = isUphill ? 1 : t
      momenta[row] = (start, (1 + (1 + 4 * start * start).squareRoot()) / 2)
    }
    previousCode.elements = next
    swap(&code, &previousCode)
    previousResidual = residual
    residual = product(code, problem.packedNegativeGram, start: .matrix(correlation))
  }

  /// One record's step: z₋ becomes z⁺, by way of y, [penalised K].
  /// - Returns: whether its momentum points uphill.
  private func step(
    _ row: Int, momentum: Float, by ahead: inout [Float], to next: inout [Float],
    dual: inout [Double]
  ) -> Bool {
    let (step, threshold) = (1 / problem.lipschitz, problem.lambda / problem.lipschitz)
    let (codes, residuals, before) = (
      code.elements.span, residual.elements.span, previousResidual.elements.span
    )
    var nexts = next.mutableSpan
    var aheads = ahead.mutableSpan
    let units = row * code.columns..<(row + 1) * code.columns
    for index in units {
      let (z, q) = (codes[index], residuals[index])
      let y = z + momentum * (z - nexts[index])
      aheads[index - units.lowerBound] = y
      nexts[index] = y + step * (q + momentum * (q - before[index]))
    }
    problem.penalty.shrink(
      &nexts, at: units, by: threshold, isNonnegative: problem.isNonnegative,
      dual: &dual)
    var turn: Float = 0
    for index in units {
      let new = nexts[index]
      turn += (aheads[index - units.lowerBound] - new) * (new - codes[index])
    }
    return turn > 0
  }

  private mutating func retireFinished(_ rule: SparseSolver.StoppingRule) {
    guard rule.relativeGap != nil else { return }
    var kept: [Int] = []
    for (row, record) in active.enumerated() {
      let gap = gap(row, record)
      if rule.isMet(by: gap) {
        finish(record, row, gap)
      } else {
        kept.append(row)
      }
    }
    guard kept.count < active.count else { return }
    active = kept.map { active[$0] }
    momenta = kept.map { momenta[$0] }
    duals = kept.map { duals[$0] }
    let columns = correlation.columns
    func keep(_ matrix: inout Matrix) {
      matrix = Matrix(
        rows: kept.count, columns: columns, elements: kept.flatMap { matrix.row($0) })
    }
    keep(&correlation)
    keep(&code)
    keep(&previousCode)
    keep(&residual)
    keep(&previousResidual)
  }
}
