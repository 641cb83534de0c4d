import LinearAlgebra
import SparseCoding

extension EncoderStep {
  /// Backwards through f from its outputs, before the gain.
  /// - Parameters:
  ///   - delta: [N, K], finite: by z as it comes in, by v as it leaves.
  ///   - z: f(v), [N, K].
  ///   - thresholdSums: [K], or [P] where f is of pools; to which the sums over the records are added.
  func backpropagate(_ delta: inout Matrix, outputs z: Matrix, thresholdSums: inout [Float]) {
    switch self {
    case .units(let epilogue):
      LinearAlgebra.backpropagate(
        &delta, through: epilogue, outputs: z, thresholdSums: &thresholdSums)
    case .pools(let pools, let thresholds, _):
      let back = PoolBackpropagation(pools, thresholds: thresholds)
      back(&delta, outputs: z, thresholdSums: &thresholdSums)
    }
  }
}

/// Backwards through the proximal step of pools that are apart or a tree, from its outputs z alone.
///
/// A pool's step z = κu, κ = 1 − θω/‖u‖, has ∂z/∂u = κI + (1 − κ)ẑẑᵀ and ∂z/∂θ = −ωẑ, with ẑ = z/‖z‖ = u/‖u‖
/// and ‖u‖ = ‖z‖ + θω. The steps around it scale all of its units alike, so that ẑ is that of the last code
/// too, and a delta that has gone back through them is a·δ + b·z on its units, with numbers a and b: O(K + P)
/// for all pools. A pool of zeros passes nothing, and has no slope in θ, at its kink neither; a unit that is
/// cut off at 0 passes nothing either.
struct PoolBackpropagation {
  private let pools: PoolShrinkage
  private let tree: PoolTree
  /// θω of each pool, [P].
  private let shortenings: [Double]
  /// ∂(θω)/∂θ, [P]: ω, or 0 where θ is below 0.
  private let slopes: [Double]

  /// - Parameter thresholds: θ, [P].
  init(_ pools: PoolShrinkage, thresholds: [Float]) {
    self.pools = pools
    tree = pools.tree
    shortenings = pools.shortenings(thresholds)
    slopes = zip(thresholds, tree.weights).map { $0 < 0 ? 0 : $1 }
  }

  /// What is known of each pool, [P].
  private struct Way {
    /// ‖z‖² and δᵀz of its units.
    var squares: [Double]
    var products: [Double]
    /// a and b of the delta that leaves its step, and the κ of its step and of all around it, multiplied.
    var ofDelta: [Double]
    var ofCode: [Double]
    var kept: [Double]

    init(pools: Int) {
      squares = [Double](repeating: 0, count: pools)
      (products, ofDelta, ofCode, kept) = (squares, squares, squares, squares)
    }
  }

  /// - Parameters:
  ///   - delta: [N, K], finite: by z as it comes in, by u as it leaves.
  ///   - z: [N, K].
  ///   - thresholdSums: [P], to which ∂/∂θ is added, the records ascending.
  func callAsFunction(_ delta: inout Matrix, outputs z: Matrix, thresholdSums: inout [Float]) {
    precondition(
      delta.rows == z.rows && delta.columns == z.columns && thresholdSums.count == slopes.count,
      "a gradient of other outputs")
    var way = Way(pools: slopes.count)
    let codes = z.elements.span
    var deltas = delta.elements.mutableSpan
    for row in 0..<z.rows {
      let units = row * z.columns..<row * z.columns + pools.unitCount
      if pools.isNonnegative { for unit in units where codes[unit] == 0 { deltas[unit] = 0 } }
      ascend(codes, deltas, units.lowerBound, &way)
      descend(codes, &deltas, units.lowerBound, &way, &thresholdSums)
    }
  }

  /// What pools hold, those within before those around.
  private func ascend(
    _ codes: borrowing Span<Float>, _ deltas: borrowing MutableSpan<Float>, _ first: Int,
    _ way: inout Way
  ) {
    for pool in tree.order { (way.squares[pool], way.products[pool]) = (0, 0) }
    for pool in tree.order {
      for unit in tree.ownUnits(of: pool) {
        let z = Double(codes[first + unit])
        way.squares[pool] += z * z
        way.products[pool] += Double(deltas[first + unit]) * z
      }
      if let parent = tree.parents[pool] {
        way.squares[parent] += way.squares[pool]
        way.products[parent] += way.products[pool]
      }
    }
  }

  /// The steps backwards, those around before those within.
  private func descend(
    _ codes: borrowing Span<Float>, _ deltas: inout MutableSpan<Float>, _ first: Int,
    _ way: inout Way, _ thresholdSums: inout [Float]
  ) {
    for pool in tree.order.reversed() {
      var (a, b, kept) = (1.0, 0.0, 1.0)
      if let parent = tree.parents[pool] {
        (a, b, kept) = (way.ofDelta[parent], way.ofCode[parent], way.kept[parent])
      }
      let squared = way.squares[pool]
      if squared > 0 {
        let norm = squared.squareRoot()
        let after = norm / kept
        let share = after / (after + shortenings[pool])
        // (aδ + bz)ᵀz.
        let along = a * way.products[pool] + b * squared
        thresholdSums[pool] -= Float(slopes[pool] * along / norm)
        (a, b, kept) = (share * a, share * b + (1 - share) * along / squared, kept * share)
      } else {
        (a, b) = (0, 0)
      }
      (way.ofDelta[pool], way.ofCode[pool], way.kept[pool]) = (a, b, kept)
      for unit in tree.ownUnits(of: pool) {
        let (z, delta) = (codes[first + unit], deltas[first + unit])
        // No delta that leaves is −0.
        deltas[first + unit] = Float(a * Double(delta) + b * Double(z)) + 0
      }
    }
  }
}
