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

  /// The proximal step of one code, in place: z = argmin ½‖z − u‖² + tΣω‖z_g‖, the steps of all pools one
  /// after another, those within before those around (the same paper, section 3.2). Each pool keeps a share
  /// of its units, by what the norms of those within have come to: O(K + P).
  func shrink<Real: BinaryFloatingPoint>(
    _ codes: inout MutableSpan<Real>, at units: Range<Int>, by threshold: Real
  ) {
    let t = Double(threshold)
    let first = units.lowerBound
    var kept = [Double](repeating: 0, count: parents.count)
    let (ownUnits, ownOffsets) = (ownUnits, ownOffsets)
    var squares = kept
    for pool in order {
      var squared = squares[pool]
      for index in ownOffsets[pool]..<ownOffsets[pool + 1] {
        let u = Double(codes[first + ownUnits[index]])
        squared += u * u
      }
      let (norm, shortening) = (squared.squareRoot(), t * weights[pool])
      guard norm > shortening else { continue }
      kept[pool] = 1 - shortening / norm
      if let parent = parents[pool] {
        squares[parent] += (norm - shortening) * (norm - shortening)
      }
    }
    for pool in order.reversed() {
      if let parent = parents[pool] { kept[pool] *= kept[parent] }
      for index in ownOffsets[pool]..<ownOffsets[pool + 1] {
        let unit = first + ownUnits[index]
        codes[unit] = kept[pool] == 0 ? 0 : Real(kept[pool] * Double(codes[unit]))
      }
    }
  }

  /// The dual norm of q: the least t whose proximal step makes it zero. The norm of a root after the steps
  /// within is convex in t and falls, so that Newton's method comes to where it is tω from below.
  /// - Parameter correlation: q of a unit, 0 where it may be left out.
  func dualNorm(_ correlation: (Int) -> Double) -> Double {
    var t = 0.0
    // Five or six steps do; where rounding alone moves t, this is where it ends.
    for _ in 0..<100 {
      let next = newtonStep(correlation, t)
      guard next > t * (1 + 1e-14), next.isFinite else { return next }
      t = next
    }
    return t
  }

  /// The largest of all roots' next t.
  private func newtonStep(_ correlation: (Int) -> Double, _ t: Double) -> Double {
    // Norms and their slopes in t.
    var squares = [Double](repeating: 0, count: parents.count)
    var slopes = squares
    var next = t
    for pool in order {
      var squared = squares[pool]
      for index in ownOffsets[pool]..<ownOffsets[pool + 1] {
        let q = correlation(ownUnits[index])
        squared += q * q
      }
      let norm = squared.squareRoot()
      guard norm > t * weights[pool] || !norm.isFinite else { continue }
      let slope = norm > 0 ? slopes[pool] / norm : 0
      let (left, fall) = (norm - t * weights[pool], slope - weights[pool])
      if let parent = parents[pool] {
        squares[parent] += left * left
        slopes[parent] += left * fall
      } else {
        next = norm.isFinite ? max(next, t - left / fall) : norm
      }
    }
    return next
  }
}
