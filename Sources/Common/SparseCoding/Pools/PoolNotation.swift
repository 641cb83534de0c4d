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
    let sets = try sets(unitCount: unitCount)
    guard let sets else { throw PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit) }
    var offsets = [0]
    for set in sets { offsets.append(offsets[offsets.count - 1] + set.count) }
    return try PoolLayout(
      notation: self, offsets: offsets, members: sets.flatMap { $0.map(\.unit) },
      weights: sets.flatMap { $0.map(\.weight) })
  }

  /// A unit of a pool.
  typealias Member = (unit: Int, weight: Float)

  /// The members of each pool; nil where there are too many.
  private func sets(unitCount: Int) throws -> [[Member]]? {
    switch self {
    case .consecutive(let size):
      guard unitCount <= PoolLayout.memberLimit else { return nil }
      return stride(from: 0, to: unitCount, by: size).map { first in
        (first..<first + size).map { ($0, 1) }
      }
    case .windows(let windows): return windows.sets
    case .forest(let trees):
      var sets: [[Int]] = []
      for tree in trees {
        guard let subtrees = Self.subtrees(of: tree, from: sets.count) else { return nil }
        sets += subtrees
      }
      let count = sets.reduce(0) { $0 + $1.count }
      return count <= PoolLayout.memberLimit ? sets.map { $0.map { ($0, 1) } } : nil
    }
  }

  /// The units of every node of a tree with all below it, a unit a node, level by level.
  private static func subtrees(of tree: [Int], from first: Int) -> [[Int]]? {
    guard let counts = nodes(of: tree) else { return nil }
    let all = counts.reduce(0, +)
    guard all * tree.count <= PoolLayout.memberLimit else { return nil }
    var sets = (0..<all).map { [first + $0] }
    var start = all
    for depth in stride(from: counts.count - 1, to: 0, by: -1) {
      start -= counts[depth]
      let parents = start - counts[depth - 1]
      for node in 0..<counts[depth] {
        sets[parents + node / tree[depth]] += sets[start + node]
      }
    }
    return sets.map { $0.sorted() }
  }
}
