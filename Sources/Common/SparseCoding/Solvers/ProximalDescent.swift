import LinearAlgebra

/// ISTA and FISTA on a record tile at once, each record stopping on its own gap.
///
/// z⁺ = prox(y + DᵀP(x − Dy)/L), the proximal step of R at λ/L, with y = z (ISTA) or
/// y = z + (t₋−1)/t (z − z₋) (FISTA, Beck & Teboulle 2009), t beginning anew where the momentum points
/// uphill, (y − z⁺)ᵀ(z⁺ − z) > 0 (O'Donoghue & Candès 2015, the gradient scheme). Only q = DᵀP(x − Dz) is
/// ever multiplied out, z being sparse; that of y is the same combination of q and q₋.
///
/// Where FISTA goes to a gap with a penalty of pools, each record has an L of its own, that of the units it
/// uses: it begins at a share of the whole one and is raised, and the step taken anew, where ΔᵀGΔ > L‖Δ‖²,
/// Δ = z⁺ − y (Beck & Teboulle 2009, section 4, backtracking).
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
  /// y and its q.
  private var ahead: Matrix
  private var aheadResidual: Matrix
  /// L of each record, and whether its last step was too long, so that y stays.
  private var lipschitz: [Float]
  private var isRetried: [Bool]
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
    (ahead, aheadResidual) = (code, residual)
    lipschitz = Array(repeating: problem.lipschitz, count: correlation.rows)
    isRetried = Array(repeating: false, count: correlation.rows)
    duals = Array(
      repeating: [Double](repeating: 0, count: problem.penalty.dualLength),
      count: correlation.rows)
    finished = zeros
  }

  /// Codes, [N, penalised K], and where each record ended.
  mutating func run(until rule: SparseSolver.StoppingRule) -> (Matrix, ends: [SparseSolver.End]) {
    let isAdaptive =
      hasMomentum && problem.penalty.pools != nil && rule.relativeGap != nil
      && rule.iterationLimit == nil
    if isAdaptive {
      let least = max(problem.curvatures.max() ?? 0, Self.firstShare * problem.lipschitz)
      lipschitz = lipschitz.map { min($0, least) }
    }
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

  /// What each L begins at, of the whole one, and what it is raised by.
  private static let (firstShare, raise): (Float, Float) = (0.25, 1.5)

  /// Steps between two looks at the gap, which costs about as much as a step where there are pools.
  private var gapInterval: Int { problem.penalty.pools == nil ? 1 : 6 }

  private func gap(
    _ row: Int, _ record: Int, until rule: SparseSolver.StoppingRule? = nil
  ) -> CodingProblem.DualityGap {
    CodingProblem.DualityGap(
      problem, code: code.row(row), residualCorrelation: residual.row(row),
      correlation: correlation.row(row), squaredNorm: squaredNorms[record], dual: duals[row],
      until: rule)
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
    let shares = active.indices.map { row -> Float? in
      if isRetried[row] { return nil }
      return hasMomentum ? Float((momenta[row].previous - 1) / momenta[row].next) : 0
    }
    extrapolate(code, from: previousCode, by: shares, into: &ahead)
    extrapolate(residual, from: previousResidual, by: shares, into: &aheadResidual)
    // What comes next takes the place of z₋ and q₋, which are not needed any more.
    LinearAlgebra.step(
      from: ahead, along: aheadResidual, by: lipschitz.map { 1 / $0 }, into: &previousCode)
    problem.penalty.shrink(
      &previousCode, by: lipschitz.map { problem.lambda / $0 },
      isNonnegative: problem.isNonnegative,
      duals: &duals)
    previousResidual = product(
      previousCode, problem.packedNegativeGram, start: .matrix(correlation))
    swap(&code, &previousCode)
    swap(&residual, &previousResidual)
    judge()
  }

  /// Whether each step was too long, and whether its momentum points uphill.
  private mutating func judge() {
    let turns = innerProducts(of: ahead, less: code, with: code, less: previousCode)
    let isAdaptive = lipschitz.contains { $0 < problem.lipschitz }
    let curvatures =
      isAdaptive ? innerProducts(of: code, less: ahead, with: aheadResidual, less: residual) : []
    let squares = isAdaptive ? innerProducts(of: code, less: ahead, with: code, less: ahead) : []
    for row in active.indices {
      isRetried[row] =
        isAdaptive && lipschitz[row] < problem.lipschitz
        && curvatures[row] > lipschitz[row] * squares[row] * 1.001
      if isRetried[row] {
        lipschitz[row] = min(problem.lipschitz, Self.raise * lipschitz[row])
        code.setRow(row, to: previousCode.row(row))
        residual.setRow(row, to: previousResidual.row(row))
        continue
      }
      let start = turns[row] > 0 ? 1 : momenta[row].next
      momenta[row] = (start, (1 + (1 + 4 * start * start).squareRoot()) / 2)
    }
  }

  private mutating func retireFinished(_ rule: SparseSolver.StoppingRule) {
    guard rule.relativeGap != nil else { return }
    var kept: [Int] = []
    for (row, record) in active.enumerated() {
      let gap = gap(row, record, until: rule)
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
    lipschitz = kept.map { lipschitz[$0] }
    isRetried = kept.map { isRetried[$0] }
    func keep(_ matrix: inout Matrix) { matrix = matrix.rows(at: kept) }
    keep(&correlation)
    keep(&code)
    keep(&previousCode)
    keep(&residual)
    keep(&previousResidual)
    keep(&ahead)
    keep(&aheadResidual)
  }
}
