import LinearAlgebra

/// ISTA and FISTA on a tile of records at once, each record stopping on its own gap.
///
/// z⁺ = h_{λ/L}(y + DᵀP(x − Dy)/L), with y = z (ISTA) or y = z + (t₋−1)/t (z − z₋) (FISTA, Beck &
/// Teboulle 2009). Only q = DᵀP(x − Dz) is ever multiplied out, z being sparse; that of y is the same
/// combination of q and q₋.
struct ProximalDescent {
  private let problem: LassoProblem
  private let hasMomentum: Bool
  private let proximalStep: Activation
  /// The records still at work, by row of the matrices below.
  private var active: [Int]
  private var correlation: Matrix
  private let squaredNorms: [Double]
  private var code: Matrix
  private var previousCode: Matrix
  /// q and q₋.
  private var residual: Matrix
  private var previousResidual: Matrix
  private var finished: Matrix

  init(
    _ problem: LassoProblem, correlation: Matrix, squaredNorms: [Double], hasMomentum: Bool
  ) {
    self.problem = problem
    self.hasMomentum = hasMomentum
    proximalStep = Activation(
      problem.isNonnegative ? .relu : .shrink,
      thresholds: [Float](
        repeating: problem.lambda / problem.lipschitz, count: correlation.columns))
    self.correlation = correlation
    self.squaredNorms = squaredNorms
    let zeros = Matrix(zeros: correlation.rows, columns: correlation.columns)
    active = Array(0..<correlation.rows)
    code = zeros
    previousCode = zeros
    residual = correlation
    previousResidual = correlation
    finished = zeros
  }

  /// Codes, [N, penalised K], and how many records met the iteration limit first.
  mutating func run(until rule: SparseSolver.StoppingRule) -> (Matrix, Int) {
    var (previousT, t) = (1.0, 1.0)
    for _ in 0..<rule.iterationLimit {
      retireFinished(rule)
      if active.isEmpty { break }
      step(momentum: hasMomentum ? Float((previousT - 1) / t) : 0)
      (previousT, t) = (t, (1 + (1 + 4 * t * t).squareRoot()) / 2)
    }
    retireFinished(rule)
    let unconverged = rule.relativeGap == nil ? 0 : active.count
    for (row, record) in active.enumerated() { finished.setRow(record, to: code.row(row)) }
    return (finished, unconverged)
  }

  private mutating func step(momentum: Float) {
    let step = 1 / problem.lipschitz
    let (z, q, before) = (code.elements, residual.elements, previousResidual.elements)
    // What comes next takes the place of z₋, which is not needed any more.
    var next = previousCode.elements
    previousCode.elements = []
    for index in next.indices {
      let y = z[index] + momentum * (z[index] - next[index])
      next[index] = y + step * (q[index] + momentum * (q[index] - before[index]))
    }
    previousCode.elements = next
    swap(&code, &previousCode)
    proximalStep.apply(to: &code)
    previousResidual = residual
    residual = product(code, problem.packedNegativeGram, start: .matrix(correlation))
  }

  private mutating func retireFinished(_ rule: SparseSolver.StoppingRule) {
    guard rule.relativeGap != nil else { return }
    var kept: [Int] = []
    for (row, record) in active.enumerated() {
      let gap = LassoProblem.DualityGap(
        lambda: problem.lambda, isNonnegative: problem.isNonnegative, code: code.row(row),
        residualCorrelation: residual.row(row),
        correlation: correlation.row(row), squaredNorm: squaredNorms[record])
      if rule.isMet(by: gap) {
        finished.setRow(record, to: code.row(row))
      } else {
        kept.append(row)
      }
    }
    guard kept.count < active.count else { return }
    active = kept.map { active[$0] }
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
