import LinearAlgebra

extension SparseSolver {
  /// Whether it minimises energies of units that see windows with this penalty: without a Gram matrix.
  /// - Parameter poolsPlaces: whether pools go over places as well, and not over the units of each.
  public func servesImages(_ penalty: any Penalty, poolsPlaces: Bool = false) -> Bool {
    if !penalty.isConvex { return self == .ista || self == .cd }
    return takesSteps || (self == .cd && penalty.isSeparable && !poolsPlaces)
  }

  /// The quickest one for units that see windows.
  static func preferredForImages(
    _ penalty: any Penalty, poolsPlaces: Bool
  ) -> SparseSolver {
    if SparseSolver.cd.servesImages(penalty, poolsPlaces: poolsPlaces) { return .cd }
    return penalty.poolTree == nil ? .fista : .sparsa
  }

  /// Solves `problem` for images of [N, H·W·C]. Nothing is finished in Double.
  /// - Parameters:
  ///   - attractor: the codes that those sought are drawn to, [N·cells, K], where the problem has an attraction.
  ///   - start: codes to begin at, [N·cells, K]; zeros otherwise.
  /// - Returns: codes, [N·cells, K].
  public func solve(
    _ problem: TiledProblem, images x: Matrix, attractedTo attractor: Matrix? = nil,
    until rule: StoppingRule = StoppingRule(), start: Matrix? = nil
  ) -> Solution {
    precondition(
      servesImages(problem.cellPenalty, poolsPlaces: !problem.isSumOfCells),
      "\(rawValue) needs a Gram matrix")
    let (correlation, squaredNorms) = problem.correlations(of: x, attractedTo: attractor)
    let start = start.map { problem.feasible($0).reshaped(columns: correlation.columns) }
    let (code, ends) =
      self == .cd
      ? windowDescent(
        problem, images: x, correlation: correlation, squaredNorms: squaredNorms, until: rule,
        attractedTo: attractor?.reshaped(columns: correlation.columns), start: start)
      : descend(
        ProximalTile(
          problem, correlation: correlation, squaredNorms: squaredNorms, start: start),
        until: rule)
    var exactness = Exactness()
    if rule.relativeGap != nil {
      let limited = ends.count { $0 == .limited }
      exactness.stoppedAtLimit = rule.iterationLimit == nil ? 0 : limited
      exactness.unconverged =
        ends.count { $0 == .stuck } + (rule.iterationLimit == nil ? limited : 0)
    }
    return Solution(code: problem.cells(of: code), exactness: exactness)
  }
}
