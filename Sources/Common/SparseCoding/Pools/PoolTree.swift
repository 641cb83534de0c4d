import LinearAlgebra

/// Pools any two of which are apart or one within the other, as those of a tree are, each a node with all
/// below it: what makes proximal steps of their norms exact in one pass (Jenatton, Mairal, Obozinski & Bach
/// 2011). Pools that do not overlap are trees of one node.
public struct PoolTree: Sendable {
  /// The smallest pool that holds each pool, [P]; nil of roots.
  public let parents: [Int?]
  /// Pools, each after all within it, [P].
  public let order: [Int]
  /// Units of each pool that are in none within it: of pool p those at `ownOffsets[p]..<ownOffsets[p + 1]`.
  let ownOffsets: [Int]
  let ownUnits: [Int]
  /// ω of each pool, [P]: √w of its members.
  package let weights: [Double]
  /// The same, in order.
  let nested: NestedPools

  /// - Throws: ``PoolProblem`` where pools overlap otherwise, or members of a pool weigh differently.
  public init(_ layout: PoolLayout) throws {
    let groups = layout.groups
    weights = try (0..<groups.count).map { pool in
      let weights = groups.weights[groups.positions(of: pool)]
      guard weights.allSatisfy({ $0 == weights.first }) else {
        throw PoolProblem.unevenWeights(pool: pool)
      }
      return Double(weights.first ?? 1).squareRoot()
    }
    let sizes = (0..<groups.count).map { groups.positions(of: $0).count }
    // Of two pools of the same units the earlier one holds the other.
    order = (0..<groups.count).sorted { (sizes[$0], $1) < (sizes[$1], $0) }
    var parents = [Int?](repeating: nil, count: groups.count)
    var own = [[Int]](repeating: [], count: groups.count)
    var outermost = [Int?](repeating: nil, count: groups.columnCount)
    for pool in order {
      var found: [Int: Int] = [:]
      for unit in groups.members(of: pool) {
        if let inner = outermost[unit] {
          found[inner, default: 0] += 1
        } else {
          own[pool].append(unit)
        }
        outermost[unit] = pool
      }
      for (inner, count) in found.sorted(by: { $0.key < $1.key }) {
        guard count == sizes[inner] else { throw PoolProblem.notNested(inner, pool) }
        parents[inner] = pool
      }
    }
    self.parents = parents
    var offsets = [0]
    for units in own { offsets.append(offsets[offsets.count - 1] + units.count) }
    ownOffsets = offsets
    ownUnits = own.flatMap(\.self)
    var places = order
    for (place, pool) in order.enumerated() { places[pool] = place }
    var ends = [0]
    for pool in order { ends.append(ends[ends.count - 1] + own[pool].count) }
    let weights = weights
    nested = NestedPools(
      parents: order.map { pool in parents[pool].map { places[$0] } ?? -1 }, offsets: ends,
      units: order.flatMap { own[$0] }, weights: order.map { weights[$0] })
  }

  /// Units of a pool that are in none within it.
  public func ownUnits(of pool: Int) -> ArraySlice<Int> {
    ownUnits[ownOffsets[pool]..<ownOffsets[pool + 1]]
  }

  /// How many pools hold each pool, [P]: 0 of roots.
  public var depths: [Int] {
    var depths = [Int](repeating: 0, count: parents.count)
    for pool in order.reversed() {
      if let parent = parents[pool] { depths[pool] = depths[parent] + 1 }
    }
    return depths
  }

  /// Whether no pool is within another.
  var isFlat: Bool { parents.allSatisfy { $0 == nil } }
}
