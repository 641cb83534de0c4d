import LinearAlgebra

/// f of an encoder whose units lie in pools that are apart or a tree: the proximal step of Σ θ √(Σ w z²), a
/// sum over the pools, each with a threshold θ of its own (group and tree-structured shrinkage; Yuan & Lin
/// 2006; Jenatton, Mairal, Obozinski & Bach 2011).
///
/// Pools follow one another, those within before those around: u ← max(0, 1 − θω/‖u‖) u on the units of
/// each, ω = √w. Where codes are nonnegative, they are cut off at 0 before. A θ below 0 counts as 0. Units in
/// no pool pass unchanged. What a pool cuts off becomes +0; NaN makes its pool and those around it NaN.
public struct PoolShrinkage: Sendable {
  /// The pools.
  public let layout: PoolLayout
  /// What they form.
  package let tree: PoolTree
  /// The units that are under the penalty: all but a DC unit.
  public let unitCount: Int
  /// Whether z ≥ 0.
  public let isNonnegative: Bool

  /// - Parameter unitCount: K, a DC unit not counted.
  /// - Throws: ``PoolProblem`` where pools overlap, or members of a pool weigh differently.
  public init(_ layout: PoolLayout, unitCount: Int, isNonnegative: Bool) throws {
    precondition(layout.unitCount <= unitCount, "pools of other units")
    self.layout = layout
    tree = try PoolTree(layout)
    self.unitCount = unitCount
    self.isNonnegative = isNonnegative
  }

  /// The step of a penalty; nil where it is not one of pools that have a step in one pass.
  public init?(of penalty: any Penalty, unitCount: Int, isNonnegative: Bool) {
    guard let layout = penalty.pools, let tree = penalty.poolTree else { return nil }
    self.layout = layout
    self.tree = tree
    self.unitCount = unitCount
    self.isNonnegative = isNonnegative
  }

  /// The step of the penalty of a problem.
  public init?(of problem: CodingProblem) {
    self.init(
      of: problem.penalty, unitCount: problem.penalisedCount,
      isNonnegative: problem.isNonnegative)
  }

  /// P.
  public var poolCount: Int { layout.poolCount }

  /// Whether it is the same function as another.
  public func matches(_ other: PoolShrinkage) -> Bool {
    layout.groups == other.layout.groups && unitCount == other.unitCount
      && isNonnegative == other.isNonnegative
  }

  /// Puts f(v) in the place of every row v of `sums`.
  /// - Parameters:
  ///   - sums: [N, K], with a DC unit or without.
  ///   - thresholds: θ, [P].
  func apply(to sums: inout Matrix, thresholds: [Float]) {
    precondition(thresholds.count == poolCount, "\(thresholds.count) thresholds of pools")
    precondition(unitCount <= sums.columns, "\(sums.columns) columns of \(unitCount) units")
    let shortenings = shortenings(thresholds)
    let (rows, columns) = (sums.rows, sums.columns)
    var values = [PoolTree.Lanes](repeating: .zero, count: unitCount)
    var steps = PoolTree.LaneSteps(pools: poolCount)
    var codes = sums.elements.mutableSpan
    for first in stride(from: 0, to: rows, by: PoolTree.Lanes.scalarCount) {
      let lanes = min(PoolTree.Lanes.scalarCount, rows - first)
      let start = first * columns
      for unit in 0..<unitCount {
        var v = PoolTree.Lanes.zero
        for lane in 0..<lanes { v[lane] = Double(codes[start + lane * columns + unit]) }
        values[unit] = isNonnegative ? v.replacing(with: 0, where: v .< 0) : v
      }
      tree.shrink(&values, by: shortenings, &steps)
      for unit in 0..<unitCount {
        let z = values[unit]
        for lane in 0..<lanes { codes[start + lane * columns + unit] = Float(z[lane]) }
      }
    }
  }

  /// θω of each pool, [P].
  /// - Parameter thresholds: θ, [P].
  package func shortenings(_ thresholds: [Float]) -> [Double] {
    zip(thresholds, tree.weights).map { Double(max(0, $0)) * $1 }
  }
}
