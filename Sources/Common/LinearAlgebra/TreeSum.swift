/// What can be added up.
public protocol Summable: Sendable {
  /// self += other, on at most so many threads; the bits do not depend on them.
  mutating func add(_ other: Self, on threads: Threads)
}

/// A sum of parts as a binary tree over their numbers: parts 0 and 1, 2 and 3, … make pairs, pairs make
/// fours, and so on; what has no partner at the end is added from the right.
///
/// The tree depends on the number of parts alone. So any split of the parts over threads or machines
/// that keeps to its branches gives the same bits, and no more than log₂ n parts are held at a time.
public struct TreeSum<Part: Summable>: Sendable {
  /// Sums of whole branches, the largest first: a branch for each bit of `count`.
  private var branches: [Part] = []
  /// Parts so far.
  public private(set) var count = 0
  private let threads: Threads

  /// The sum of nothing yet.
  public init(on threads: Threads = Threads(1)) { self.threads = threads }

  /// Adds the next part.
  public mutating func add(_ part: Part) {
    branches.append(part)
    count += 1
    for _ in 0..<count.trailingZeroBitCount { addLast() }
  }

  /// The sum of all parts; nil where there are none.
  public consuming func total() -> Part? {
    while branches.count > 1 { addLast() }
    return branches.popLast()
  }

  private mutating func addLast() {
    let last = branches.removeLast()
    branches[branches.count - 1].add(last, on: threads)
  }
}

extension Threads {
  /// The sum, a ``TreeSum``, of what the tiles 0..<tile, tile..<2·tile, … of 0..<n give; nil where there
  /// are none. It depends on n and the tile alone.
  public func sum<Part: Summable>(
    ofTilesOf n: Int, tile: Int, _ body: @Sendable (Range<Int>) -> Part
  ) -> Part? {
    // Taken out one by one, so that what is added to is held nowhere else, and not copied.
    var parts = mapTiles(of: n, tile: tile, body)
    parts.reverse()
    var sum = TreeSum<Part>(on: self)
    while let part = parts.popLast() { sum.add(part) }
    return sum.total()
  }
}

extension Double: Summable {
  public mutating func add(_ other: Double, on threads: Threads) { self += other }
}

extension Matrix: Summable {
  /// self += other, both [rows, columns].
  public mutating func add(_ other: Matrix, on threads: Threads) {
    LinearAlgebra.add(other, to: &self, on: threads)
  }
}

extension Accumulator: Summable {
  /// self += other, both [rows, columns].
  public mutating func add(_ other: Accumulator, on threads: Threads) { add(other) }
}
