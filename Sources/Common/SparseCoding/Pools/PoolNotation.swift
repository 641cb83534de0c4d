/// Pools in words, as options, models and notes have them.
public enum PoolNotation: Equatable, Sendable {
  /// `consecutive:4`: pools of so many units in a row.
  case consecutive(Int)
  /// `torus:20x20:6:2`, `grid:16x16:6:3`: windows of a sheet of units.
  case windows(SheetWindows)
  /// `tree:1,10,2,2`, trees joined by `+`: a unit a node, a pool for every node with all below it.
  case forest([[Int]])

  /// What notations there are.
  public static let forms =
    "consecutive:SIZE, torus:ROWSxCOLUMNS:WINDOW:STRIDE, grid: in the same way, or tree:ROOTS,CHILDREN,…"

  /// - Throws: ``PoolProblem`` where this is no notation.
  public init(_ text: String) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw PoolProblem.unknownNotation(text) }
    switch parts[0] {
    case "consecutive":
      guard let size = Int(parts[1]), size >= 1 else { throw PoolProblem.unknownNotation(text) }
      self = .consecutive(size)
    case "torus", "grid": self = .windows(try SheetWindows(text))
    case "tree": self = .forest(try Self.forest(parts[1], text))
    default: throw PoolProblem.unknownNotation(text)
    }
  }

  private static func forest(_ parts: Substring, _ text: String) throws -> [[Int]] {
    try parts.split(separator: "+", omittingEmptySubsequences: false).map { tree in
      let counts = tree.split(separator: ",", omittingEmptySubsequences: false).map {
        Int($0) ?? 0
      }
      guard counts.allSatisfy({ $0 >= 1 }) else {
        throw PoolProblem.badPart(
          text, expected: "the roots, then the children of a node at each depth, such as 1,10,2,2",
          found: String(tree))
      }
      return counts
    }
  }

  /// The notation itself.
  public var text: String {
    switch self {
    case .consecutive(let size): "consecutive:\(size)"
    case .windows(let windows): windows.text
    case .forest(let trees):
      "tree:" + trees.map { $0.map(String.init).joined(separator: ",") }.joined(separator: "+")
    }
  }

  /// K, where the notation says it; nil where that is beyond any number of units, or any is right.
  public var unitCount: Int? {
    switch self {
    case .consecutive: nil
    case .windows(let windows): windows.sheet.unitCount
    case .forest(let trees):
      trees.reduce(0) { sum, tree in
        sum.flatMap { sum in Self.nodes(of: tree).map { sum + $0.reduce(0, +) } }
      }
    }
  }

  /// Whether it is of a tree each of whose nodes is above all others, or below.
  var isChain: Bool {
    guard case .forest(let trees) = self else { return false }
    return trees.count == 1 && trees[0].allSatisfy { $0 == 1 }
  }

  /// The number of nodes at each depth; nil beyond ``PoolLayout/memberLimit``.
  private static func nodes(of tree: [Int]) -> [Int]? {
    var counts: [Int] = []
    var all = 0
    for children in tree {
      let (count, overflows) = (counts.last ?? 1).multipliedReportingOverflow(by: children)
      guard !overflows, count <= PoolLayout.memberLimit - all else { return nil }
      counts.append(count)
      all += count
    }
    return counts
  }

  /// The pools of K units.
  /// - Throws: ``PoolProblem`` unless the notation fits K.
  public func layout(unitCount: Int) throws -> PoolLayout {
    if case .consecutive(let size) = self {
      guard unitCount.isMultiple(of: size) else {
        throw PoolProblem.doesNotDivide(size: size, units: unitCount)
      }
    } else {
      guard let own = self.unitCount else {
        throw PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)
      }
      guard own == unitCount else {
        throw PoolProblem.otherUnitCount(notation: text, expected: own, found: unitCount)
      }
    }
    guard let count = memberCount(unitCount: unitCount), count <= PoolLayout.memberLimit else {
      throw PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)
    }
    var pools = PoolBuilder()
    switch self {
    case .consecutive(let size):
      for unit in 0..<unitCount {
        pools.add(unit)
        if (unit + 1).isMultiple(of: size) { pools.endPool() }
      }
    case .windows(let windows): windows.add(to: &pools)
    case .forest(let trees):
      var first = 0
      for tree in trees {
        let counts = Self.nodes(of: tree) ?? []
        Self.addSubtrees(of: tree, counts, from: first, to: &pools)
        first += counts.reduce(0, +)
      }
    }
    return try pools.layout(notation: self)
  }

  /// The members of all pools; nil where they cannot be counted.
  private func memberCount(unitCount: Int) -> Int? {
    switch self {
    case .consecutive: return unitCount
    case .windows(let windows): return windows.memberCount
    case .forest(let trees):
      // A node is a member of its own pool and of one for each level above.
      return trees.reduce(0) { sum, tree in
        sum.flatMap { sum in
          Self.nodes(of: tree).map { counts in
            counts.enumerated().reduce(sum) { $0 + ($1.offset + 1) * $1.element }
          }
        }
      }
    }
  }

  /// Every node of a tree with all below it, a unit a node, level by level: those of a level below a node
  /// follow one another.
  private static func addSubtrees(
    of tree: [Int], _ counts: [Int], from first: Int, to pools: inout PoolBuilder
  ) {
    var start = first
    for depth in counts.indices {
      for node in 0..<counts[depth] {
        var (levelStart, below) = (start, node..<node + 1)
        for level in depth..<counts.count {
          if level > depth {
            levelStart += counts[level - 1]
            below = below.lowerBound * tree[level]..<below.upperBound * tree[level]
          }
          for place in below { pools.add(levelStart + place) }
        }
        pools.endPool()
      }
      start += counts[depth]
    }
  }
}
