/// Where units are in a tree.
extension PoolTree {
  /// The smallest pool that holds each of K units, [K]; nil of units in none.
  public func nodes(unitCount: Int) -> [Int?] {
    var nodes = [Int?](repeating: nil, count: unitCount)
    for pool in parents.indices {
      for unit in ownUnits(of: pool) { nodes[unit] = pool }
    }
    return nodes
  }

  /// How many pools hold the smallest pool of each of K units, [K]: 0 of units of a root, nil of units in none.
  public func unitDepths(unitCount: Int) -> [Int?] {
    let depths = depths
    return nodes(unitCount: unitCount).map { $0.map { depths[$0] } }
  }

  /// The branch of each pool, [P], numbered as their first pools are: a pool right below the root with all
  /// within it, or a whole tree where there are several; nil of a root that is the only one.
  public var branches: [Int?] {
    let roots = parents.indices.filter { parents[$0] == nil }
    let tops = roots.count == 1 ? parents.indices.filter { parents[$0] == roots[0] } : roots
    var branches = [Int?](repeating: nil, count: parents.count)
    for (number, pool) in tops.enumerated() { branches[pool] = number }
    for pool in order.reversed() {
      if let parent = parents[pool], branches[pool] == nil { branches[pool] = branches[parent] }
    }
    return branches
  }
}

/// Means of what units of a tree have, of those of each depth.
/// - Parameters:
///   - values: [K]; nil of units that do not count.
///   - depths: [K]; nil of units that do not count, either.
/// - Returns: as many as there are depths; nil where no unit of a depth counts.
public func means(of values: [Double?], byDepth depths: [Int?]) -> [Double?] {
  let count = (depths.compactMap(\.self).max() ?? -1) + 1
  var (sums, counts) = ([Double](repeating: 0, count: count), [Int](repeating: 0, count: count))
  for (value, depth) in zip(values, depths) {
    guard let value, let depth else { continue }
    sums[depth] += value
    counts[depth] += 1
  }
  return zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : nil }
}
