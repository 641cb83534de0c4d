import LinearAlgebra

/// Coordinate descent for a record tile on an energy made smooth (``ReweightedDescent``).
/// - Parameter start: z, [N, penalised K]; nil is zero.
/// - Returns: codes, [N, penalised K], and where each record ended.
func reweightedDescent(
  _ problem: CodingProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule, start: Matrix? = nil
) -> (Matrix, ends: [SparseSolver.End]) {
  guard let groups = problem.penalty.pools?.groups else {
    preconditionFailure("a penalty without pools")
  }
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var ends: [SparseSolver.End] = []
  problem.gram.withView { gram in
    for row in 0..<correlation.rows {
      var descent = ReweightedDescent(
        problem, groups, gram, correlation: Array(correlation.row(row)),
        squaredNorm: squaredNorms[row], at: start.map { Array($0.row(row)) })
      ends.append(descent.run(until: rule))
      codes.setRow(row, to: descent.best.code[...])
    }
  }
  return (codes, ends)
}

/// One record's descent on ½‖x − Dz‖² + λΣ√(‖z_g‖² + ε²), which is above the energy by λPε at most: each
/// norm is replaced by the parabola ½(‖z_g‖² + ε²)/v + ½v that touches it at v, its value now, and every unit
/// goes to the minimum of what that makes of the energy. ε falls to what the gap allows; pools that are as
/// short as it are zero then. The slopes z_g/v are the dual point of the gap.
struct ReweightedDescent {
  private let problem: CodingProblem
  private let groups: Groups
  private let gram: MatrixView
  private let correlation: [Float]
  private let squaredNorm: Double
  private var code: [Float]
  private var residualCorrelation: [Float]
  /// ε.
  private var smoothing: Double
  /// v of each pool.
  private var norms: [Double] = []
  /// The code with exact zeros, and its gap.
  private(set) var best: (code: [Float], gap: CodingProblem.DualityGap)

  /// Sweeps between two looks at the gap, and what ε falls by at each sweep.
  private static let gapInterval = 8
  private static let fall = 0.85
  /// A pool whose norm is below so many ε is zero.
  private static let zeroNorm = 20.0
  /// The share of the gap that may be due to ε.
  private static let smoothingShare = 0.2

  init(
    _ problem: CodingProblem, _ groups: Groups, _ gram: MatrixView, correlation: [Float],
    squaredNorm: Double, at start: [Float]?
  ) {
    self.problem = problem
    self.groups = groups
    self.gram = gram
    self.correlation = correlation
    self.squaredNorm = squaredNorm
    let zeros = [Float](repeating: 0, count: correlation.count)
    code = start ?? zeros
    residualCorrelation = correlation
    let largest = correlation.reduce(0) { max($0, abs($1)) }
    smoothing = Double(largest / problem.lipschitz)
    best = (zeros, Self.gap(problem, zeros, correlation, correlation, squaredNorm, nil))
    if start != nil {
      refresh()
      keep(code, residualCorrelation, dual: nil)
    }
    updateNorms()
  }

  mutating func run(until rule: SparseSolver.StoppingRule) -> SparseSolver.End {
    guard smoothing > 0, smoothing.isFinite else { return .done }
    for sweep in 0..<rule.limit {
      if sweep.isMultiple(of: Self.gapInterval) {
        lookAtGap()
        if rule.isMet(by: best.gap) { return .done }
      }
      moveAll()
      let gap = rule.relativeGap ?? 1e-6
      let least =
        Self.smoothingShare * gap * best.gap.reference
        / (Double(max(problem.lambda, .leastNormalMagnitude)) * Double(groups.count))
      smoothing = max(min(smoothing, least), Self.fall * smoothing)
      updateNorms()
    }
    lookAtGap()
    return rule.relativeGap == nil || rule.isMet(by: best.gap) ? .done : .limited
  }

  /// Every unit in turn.
  private mutating func moveAll() {
    let weights = unitWeights
    for unit in code.indices {
      let curvature = Double(gram[unit, unit])
      guard curvature > 0 else { continue }
      let drive = Double(residualCorrelation[unit]) + curvature * Double(code[unit])
      var new = Float(drive / (curvature + weights[unit]))
      if problem.isNonnegative { new = max(0, new) }
      guard new != code[unit] else { continue }
      addScaled(code[unit] - new, rowOf: gram, unit, to: &residualCorrelation)
      code[unit] = new
    }
  }

  /// λ Σ w/v over the pools of each unit, [K].
  private var unitWeights: [Double] {
    var weights = [Double](repeating: 0, count: code.count)
    let lambda = Double(problem.lambda)
    for (pool, norm) in norms.enumerated() {
      for index in groups.positions(of: pool) {
        weights[groups.members[index]] += lambda * Double(groups.weights[index]) / norm
      }
    }
    return weights
  }

  private mutating func updateNorms() {
    let squared = smoothing * smoothing
    norms = groups.norms(of: code[...]).map { ($0 * $0 + squared).squareRoot() }
  }

  /// Computes q anew.
  private mutating func refresh() { residualCorrelation = residual(of: code) }

  private func residual(of code: [Float]) -> [Float] {
    var residual = correlation
    for unit in code.indices where code[unit] != 0 {
      addScaled(-code[unit], rowOf: gram, unit, to: &residual)
    }
    return residual
  }

  /// Rounds pools that are all but zero, and keeps what comes of it where that is better.
  private mutating func lookAtGap() {
    refresh()
    var rounded = code
    for (pool, norm) in norms.enumerated() where norm < Self.zeroNorm * smoothing {
      for unit in groups.members(of: pool) { rounded[unit] = 0 }
    }
    let dual = problem.penalty.dual(of: code.map(Double.init)[...])
    keep(rounded, residual(of: rounded), dual: dual)
    keep(code, residualCorrelation, dual: dual)
  }

  private mutating func keep(_ code: [Float], _ residual: [Float], dual: [Double]?) {
    let gap = Self.gap(problem, code, residual, correlation, squaredNorm, dual)
    best =
      gap.rise < best.gap.rise
      ? (code, gap.bounded(by: best.gap)) : (best.code, best.gap.bounded(by: gap))
  }

  private static func gap(
    _ problem: CodingProblem, _ code: [Float], _ residual: [Float], _ correlation: [Float],
    _ squaredNorm: Double, _ dual: [Double]?
  ) -> CodingProblem.DualityGap {
    CodingProblem.DualityGap(
      problem, code: code[...], residualCorrelation: residual[...], correlation: correlation[...],
      squaredNorm: squaredNorm, dual: dual)
  }
}
