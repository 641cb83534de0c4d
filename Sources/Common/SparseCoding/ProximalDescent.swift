import LinearAlgebra

/// ISTA and FISTA on a tile of records at once, each record stopping on its own gap.
///
/// z⁺ = h_{λ/L}(y + (DᵀPx − Gy)/L), with y = z (ISTA) or y = z + (t−1)/t⁺ (z − z₋) (FISTA). Only Gz
/// is ever multiplied out, z being sparse; Gy is the same combination of Gz and Gz₋.
struct ProximalDescent {
  private let problem: LassoProblem
  private let hasMomentum: Bool
  /// The records still at work, by row of the matrices below.
  private var active: [Int]
  private var correlation: Matrix
  private let squaredNorms: [Double]
  private var code: Matrix
  private var previousCode: Matrix
  /// Gz and Gz₋.
  private var gramCode: Matrix
  private var previousGramCode: Matrix
  private var finished: Matrix

  init(
    _ problem: LassoProblem, correlation: Matrix, squaredNorms: [Double], hasMomentum: Bool
  ) {
    self.problem = problem
    self.hasMomentum = hasMomentum
    self.correlation = correlation
    self.squaredNorms = squaredNorms
    let zeros = Matrix(zeros: correlation.rows, columns: correlation.columns)
    active = Array(0..<correlation.rows)
    code = zeros
    previousCode = zeros
    gramCode = zeros
    previousGramCode = zeros
    finished = zeros
  }

  /// Codes, [N, penalised K], and how many records met the iteration limit first.
  mutating func run(until rule: SparseSolver.StoppingRule) -> (Matrix, Int) {
    var t = 1.0
    for _ in 0..<rule.iterationLimit {
      retireFinished(rule)
      if active.isEmpty { break }
      let next = hasMomentum ? (1 + (1 + 4 * t * t).squareRoot()) / 2 : 1
      step(momentum: Float((t - 1) / next))
      t = next
    }
    retireFinished(rule)
    let unconverged = rule.relativeGap == nil ? 0 : active.count
    for (row, record) in active.enumerated() { finished.setRow(record, to: code.row(row)) }
    return (finished, unconverged)
  }

  private mutating func step(momentum: Float) {
    let step = 1 / problem.lipschitz
    var next = code
    for index in next.elements.indices {
      let z = code.elements[index]
      let gz = gramCode.elements[index]
      let y = z + momentum * (z - previousCode.elements[index])
      let gy = gz + momentum * (gz - previousGramCode.elements[index])
      next.elements[index] = y + step * (correlation.elements[index] - gy)
    }
    let thresholds = [Float](repeating: step * problem.lambda, count: next.columns)
    applyPointwise(
      problem.isNonnegative ? .relu : .shrink, thresholds: thresholds, to: &next)
    previousCode = code
    previousGramCode = gramCode
    code = next
    gramCode = product(code, problem.packedGram)
  }

  private mutating func retireFinished(_ rule: SparseSolver.StoppingRule) {
    guard rule.relativeGap != nil else { return }
    let columns = correlation.columns
    var residual = correlation
    for index in residual.elements.indices { residual.elements[index] -= gramCode.elements[index] }
    var kept: [Int] = []
    for (row, record) in active.enumerated() {
      let gap = LassoProblem.DualityGap(
        problem, code: code.row(row), residualCorrelation: residual.row(row),
        correlation: correlation.row(row), squaredNorm: squaredNorms[record])
      if rule.isMet(by: gap) {
        finished.setRow(record, to: code.row(row))
      } else {
        kept.append(row)
      }
    }
    guard kept.count < active.count else { return }
    active = kept.map { active[$0] }
    func keep(_ matrix: inout Matrix) {
      matrix = Matrix(
        rows: kept.count, columns: columns, elements: kept.flatMap { matrix.row($0) })
    }
    keep(&correlation)
    keep(&code)
    keep(&previousCode)
    keep(&gramCode)
    keep(&previousGramCode)
  }
}
