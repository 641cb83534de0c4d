import LinearAlgebra

/// FISTA with restarts on one record after another, as ``ProximalDescent``, in Double: for penalties that
/// have nothing but a proximal step.
struct PreciseDescent: PreciseMethod {
  private static let stepLimit = 5000
  /// Steps between two looks at the gap.
  private static let gapInterval = 10

  private let lambda: Double
  private let penalty: any Penalty
  private let isNonnegative: Bool
  /// G, [K, K].
  private let gram: [Double]
  private let lipschitz: Double

  /// - Parameters:
  ///   - gram: G, [K, K].
  ///   - lipschitz: L, rounded to Float.
  init(
    lambda: Double, _ penalty: any Penalty, isNonnegative: Bool, gram: [Double], lipschitz: Float
  ) {
    self.lambda = lambda
    self.penalty = penalty
    self.isNonnegative = isNonnegative
    self.gram = gram
    self.lipschitz = Double(lipschitz) * (1 + 1e-5)
  }

  /// q = DᵀP(x − Dz), [K].
  private func residual(_ correlation: [Double], _ z: [Double]) -> [Double] {
    var residual = correlation
    let units = z.count
    var values = residual.mutableSpan
    for (unit, value) in z.enumerated() where value != 0 {
      for other in 0..<units { values[other] -= value * gram[unit * units + other] }
    }
    return residual
  }

  func solve(
    _ correlation: [Double], squaredNorm: Double, from start: [Double], to relativeGap: Double?
  ) -> PreciseCode {
    var (z, ahead) = (start, start)
    var q = residual(correlation, z)
    var qAhead = q
    var dual = [Double](repeating: 0, count: penalty.dualLength)
    var momentum = 1.0
    // A tenth of the gap is left for rounding the code to Float.
    let rule = SparseSolver.StoppingRule(relativeGap: 0.9 * (relativeGap ?? 1e-6))
    for step in 0..<Self.stepLimit {
      if step.isMultiple(of: Self.gapInterval),
        rule.isMet(by: gap(z, q, correlation, squaredNorm, dual))
      {
        break
      }
      var next = zip(ahead, qAhead).map { $0 + $1 / lipschitz }
      var span = next.mutableSpan
      penalty.shrink(
        &span, at: 0..<z.count, by: lambda / lipschitz, isNonnegative: isNonnegative, dual: &dual)
      let turn = z.indices.reduce(0.0) { $0 + (ahead[$1] - next[$1]) * (next[$1] - z[$1]) }
      if turn > 0 { momentum = 1 }
      let following = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
      let share = turn > 0 ? 0 : (momentum - 1) / following
      momentum = following
      let residual = residual(correlation, next)
      ahead = zip(next, z).map { $0 + share * ($0 - $1) }
      qAhead = zip(residual, q).map { $0 + share * ($0 - $1) }
      (z, q) = (next, residual)
    }
    return PreciseCode(code: z, dual: dual)
  }

  private func gap(
    _ z: [Double], _ q: [Double], _ correlation: [Double], _ squaredNorm: Double, _ dual: [Double]
  ) -> CodingProblem.DualityGap {
    CodingProblem.DualityGap(
      lambda: lambda, penalty, isNonnegative: isNonnegative, code: z, residualCorrelation: q,
      correlation: correlation, squaredNorm: squaredNorm, dual: dual)
  }
}
