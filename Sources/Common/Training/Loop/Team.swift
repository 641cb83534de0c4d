import LinearAlgebra

/// Those who compute a training together, each with threads of its own; every member holds all weights and
/// ends up with the same sums, bit for bit.
///
/// Tiles of a batch may be shared out in any way that keeps to the branches of a ``TreeSum``.
public protocol Team: Sendable {
  /// Of this member.
  var threads: Threads { get }

  /// The ``TreeSum`` of what the tiles 0..<tile, tile..<2·tile, … of 0..<n give; nil where there are none.
  func sum<Part: Summable>(
    ofTilesOf n: Int, tile: Int, _ body: @Sendable (Range<Int>) -> Part
  ) -> Part?
}

/// One member alone.
extension Threads: Team {
  public var threads: Threads { self }
}
