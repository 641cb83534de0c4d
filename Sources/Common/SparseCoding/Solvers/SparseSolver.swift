import LinearAlgebra

/// Exact inference: minimises the energy of a ``CodingProblem`` record by record.
public enum SparseSolver: String, Sendable, CaseIterable {
  /// Proximal gradient steps of 1/L.
  case ista
  /// ISTA with Nesterov's momentum (Beck & Teboulle 2009).
  case fista
  /// Proximal gradient steps by the curvature of the last one (SpaRSA; Wright, Nowak & Figueiredo 2009).
  case sparsa
  /// Cyclic coordinate descent on the Gram matrix, mostly on the units in use; on blocks of units, where
  /// the penalty is one of pools. Where units inhibit each other, thresholds follow the code; where codes are
  /// Gaussians, it finds their means.
  case cd
  /// The path of optimal codes down to λ, as in LARS (Osborne, Presnell & Turlach 2000): the quickest
  /// as long as few units are in use. For L1 alone.
  case homotopy
  /// Coordinate descent on the energy made smooth, √(Σ w z² + ε²) for the norm of a pool, with ever smaller
  /// ε. For penalties of pools.
  case reweighted

  /// When a record is done: the gap between its energy and the dual bound, relative to the energy,
  /// or the number of iterations (passes over all units for `cd`, units that come or go for
  /// `homotopy`), whichever is first. Where λ is 0
  /// there is no bound, and the gradient, relative to the first one, takes the gap's place.
  public struct StoppingRule: Sendable, Equatable {
    /// At most this, relative to the energy; nil runs all iterations.
    public var relativeGap: Double?
    /// Nil is ``usualLimit``, and records that the solver does not bring to the gap until then are
    /// finished in Double; so are, whatever the limit, those that it can do no more for.
    public var iterationLimit: Int?

    /// What a relative gap may be: where it is 0, records end where rounding leaves nothing to gain.
    public static let relativeGaps = Interval.atLeast(0, below: 1)
    /// What it may be where something is learned from the codes.
    public static let relativeGapsOfTraining = Interval.between(0, and: 1)
    /// What the limit may be.
    public static let iterationLimits = Interval.from(0, to: 1_000_000)
    /// Iterations, where nobody says how many.
    public static let usualLimit = 10_000

    public init(relativeGap: Double? = 1e-4, iterationLimit: Int? = nil) {
      self.relativeGap = relativeGap
      self.iterationLimit = iterationLimit
    }

    var limit: Int { iterationLimit ?? Self.usualLimit }

    func isMet(by gap: CodingProblem.DualityGap) -> Bool {
      guard let relativeGap else { return false }
      // A code that has left Float32 has both of them infinite.
      return gap.reference.isFinite && gap.rise.isFinite
        && gap.gap + gap.noise <= relativeGap * gap.reference
    }
  }

  /// Codes and how they were reached.
  public struct Solution: Sendable {
    /// [N, K].
    public let code: Matrix
    public let exactness: Exactness
  }

  /// How many of some records needed more than a solver to come to the gap.
  public struct Exactness: Sendable, Equatable {
    /// Records that the solver did not bring to the gap, and that were finished in Double.
    public var finishedInDouble = 0
    /// Records that stopped at the iteration limit, before the gap was reached.
    public var stoppedAtLimit = 0
    /// Records that are not at the gap even so, as Float32 does not hold a better code.
    public var unconverged = 0

    public init() {}

    /// Those of other records as well.
    public static func += (total: inout Exactness, part: Exactness) {
      total.finishedInDouble += part.finishedInDouble
      total.stoppedAtLimit += part.stoppedAtLimit
      total.unconverged += part.unconverged
    }
  }

  /// Whether it can begin at a code that is not zero; the path of `homotopy` cannot.
  public var takesStart: Bool { self != .homotopy }

  /// Whether it takes steps of 1/L, or no shorter ones.
  var takesSteps: Bool { self == .ista || self == .fista || self == .sparsa }

  /// The quickest one that serves a penalty.
  static func preferred(for penalty: any Penalty) -> SparseSolver {
    if penalty.kind == .l1 { return .homotopy }
    if !penalty.isConvex { return .cd }
    return penalty.poolTree == nil ? .fista : .sparsa
  }

  /// Whether it minimises energies with this penalty.
  public func serves(_ penalty: any Penalty) -> Bool {
    switch self {
    case .ista: true
    case .fista, .sparsa: penalty.isConvex
    case .cd: penalty.isSeparable || !penalty.isConvex
    case .homotopy: penalty.kind == .l1
    case .reweighted: penalty.pools != nil
    }
  }

  /// Whether it minimises the energy of a problem of records.
  public func serves(_ problem: CodingProblem) -> Bool {
    problem.beta == nil ? serves(problem.penalty) : self == .cd
  }

  /// Solves `problem` for records of [N, D]. A record's code depends on that record alone, and on its
  /// start and its attractor. Its energy is never above that of zero or of its start.
  /// - Parameters:
  ///   - attractor: the codes that those sought are drawn to, [N, K], where the problem has an
  ///     attraction.
  ///   - start: codes to begin at, [N, K], for a solver that takes them; zeros otherwise. A
  ///     non-negative problem takes their positive part; their DC unit is not looked at.
  public func solve(
    _ problem: CodingProblem, records x: Matrix, attractedTo attractor: Matrix? = nil,
    until rule: StoppingRule = StoppingRule(), start: Matrix? = nil
  ) -> Solution {
    precondition(start == nil || takesStart, "\(rawValue) begins at zero")
    precondition(serves(problem), "\(rawValue) does not serve the energy")
    let start = start.map { problem.feasible($0) }
    let solution =
      problem.beta == nil
      ? iterate(problem, x, attractedTo: attractor, until: rule, start: start)
      : variationalDescent(problem, records: problem.projected(x), until: rule, start: start)
    var code = solution.code
    var exactness = Exactness()
    var stuck = solution.ends.indices.filter { solution.ends[$0] == .stuck }
    let limited = solution.ends.indices.filter { solution.ends[$0] == .limited }
    if rule.iterationLimit == nil {
      stuck += limited
    } else {
      exactness.stoppedAtLimit = limited.count
    }
    let left = finish(stuck, of: x, problem, attractedTo: attractor, until: rule, in: &code)
    if rule.relativeGap != nil {
      exactness.unconverged = left
      exactness.finishedInDouble = stuck.count - left
    }
    return Solution(code: problem.completed(code, of: x), exactness: exactness)
  }

  /// Where the work on a record ended.
  enum End {
    /// At the gap, or after all iterations where none is asked for.
    case done
    /// At the iteration limit.
    case limited
    /// Where Float32 holds no better code, or has lost the way.
    case stuck
  }

  /// This solver's own work.
  /// - Returns: codes, [N, penalised K], and where each record ended.
  private func iterate(
    _ problem: CodingProblem, _ x: Matrix, attractedTo attractor: Matrix?,
    until rule: StoppingRule, start: Matrix?
  ) -> (code: Matrix, ends: [End]) {
    let (correlation, squaredNorms) = problem.correlations(of: x, attractedTo: attractor)
    switch self {
    case .ista, .fista, .sparsa:
      return descend(
        ProximalTile(
          problem, correlation: correlation, squaredNorms: squaredNorms, start: start),
        until: rule)
    case .cd:
      if let pools = problem.penalty.pools {
        return blockDescent(
          problem, pools, correlation: correlation, squaredNorms: squaredNorms, until: rule,
          start: start)
      }
      return coordinateDescent(
        problem, correlation: correlation, squaredNorms: squaredNorms, until: rule, start: start)
    case .homotopy:
      return followHomotopy(
        problem, correlation: correlation, squaredNorms: squaredNorms, until: rule)
    case .reweighted:
      return reweightedDescent(
        problem, correlation: correlation, squaredNorms: squaredNorms, until: rule, start: start)
    }
  }

  /// The work of a proximal method.
  /// - Returns: codes, [N, penalised K], and where each record ended.
  func descend(_ tile: ProximalTile, until rule: StoppingRule) -> (code: Matrix, ends: [End]) {
    if self == .sparsa {
      var descent = SpectralDescent(tile)
      return descent.run(until: rule)
    }
    var descent = ProximalDescent(tile, hasMomentum: self == .fista)
    return descent.run(until: rule)
  }

  /// Finishes records in Double, each as long as that makes its energy no larger.
  /// - Returns: how many of them are still not at the gap.
  private func finish(
    _ stuck: [Int], of x: Matrix, _ problem: CodingProblem, attractedTo attractor: Matrix?,
    until rule: StoppingRule, in code: inout Matrix
  ) -> Int {
    // Of a problem that is not convex there are many codes that no unit leaves.
    guard !stuck.isEmpty, problem.penalty.isConvex, problem.beta == nil else {
      return stuck.count
    }
    let projected = problem.projected(x)
    var precise = PreciseSolver(problem)
    var left = 0
    for row in stuck {
      let solution = precise(
        projected.row(row), attractedTo: attractor?.row(row), orAt: code.row(row),
        gap: rule.relativeGap)
      code.setRow(row, to: solution.code[...])
      if !rule.isMet(by: solution.gap) { left += 1 }
    }
    return left
  }
}
