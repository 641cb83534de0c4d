import LinearAlgebra

/// Exact inference: minimises the energy of a ``LassoProblem`` record by record.
public enum SparseSolver: String, Sendable, CaseIterable {
  /// Proximal gradient steps of 1/L.
  case ista
  /// ISTA with Nesterov's momentum (Beck & Teboulle 2009).
  case fista
  /// Cyclic coordinate descent on the Gram matrix, mostly on the units in use.
  case cd
  /// The path of optimal codes down to λ, as in LARS (Osborne, Presnell & Turlach 2000): the quickest
  /// as long as few units are in use.
  case homotopy

  /// When a record is done: the gap between its energy and the dual bound, relative to the energy,
  /// or the number of iterations (passes over all units for `cd`, units that come or go for
  /// `homotopy`), whichever is first. Where λ is 0
  /// there is no bound, and the gradient, relative to the first one, takes the gap's place.
  public struct StoppingRule: Sendable, Equatable {
    /// At most this, relative to the energy; nil runs all iterations.
    public var relativeGap: Double?
    public var iterationLimit: Int

    public init(relativeGap: Double? = 1e-4, iterationLimit: Int = 10_000) {
      self.relativeGap = relativeGap
      self.iterationLimit = iterationLimit
    }

    func isMet(by gap: LassoProblem.DualityGap) -> Bool {
      guard let relativeGap else { return false }
      return gap.gap <= relativeGap * gap.reference
    }
  }

  /// Codes and how they were reached.
  public struct Solution: Sendable {
    /// [N, K].
    public let code: Matrix
    /// Records that stopped before the gap was reached: at the iteration limit, or because Float32
    /// does not hold a better code.
    public let unconverged: Int
  }

  /// Whether it can begin at a code that is not zero; the path of `homotopy` cannot.
  public var takesStart: Bool { self != .homotopy }

  /// Solves `problem` for records of [N, D]. A record's code depends on that record alone, and on its
  /// start and its attractor.
  /// - Parameters:
  ///   - attractor: the codes that those sought are drawn to, [N, K], where the problem has an
  ///     attraction.
  ///   - start: codes to begin at, [N, K], for a solver that takes them; zeros otherwise. A
  ///     non-negative problem takes their positive part; their DC unit is not looked at.
  public func solve(
    _ problem: LassoProblem, records x: Matrix, attractedTo attractor: Matrix? = nil,
    until rule: StoppingRule = StoppingRule(), start: Matrix? = nil
  ) -> Solution {
    precondition(start == nil || takesStart, "\(rawValue) begins at zero")
    let (correlation, squaredNorms) = problem.correlations(of: x, attractedTo: attractor)
    let start = start.map { problem.feasible($0) }
    let code: Matrix
    let unconverged: Int
    switch self {
    case .ista, .fista:
      var descent = ProximalDescent(
        problem, correlation: correlation, squaredNorms: squaredNorms,
        hasMomentum: self == .fista, start: start)
      (code, unconverged) = descent.run(until: rule)
    case .cd:
      (code, unconverged) = coordinateDescent(
        problem, correlation: correlation, squaredNorms: squaredNorms, until: rule, start: start)
    case .homotopy:
      (code, unconverged) = followHomotopy(
        problem, correlation: correlation, squaredNorms: squaredNorms, until: rule)
    }
    return Solution(code: problem.completed(code, of: x), unconverged: unconverged)
  }
}
