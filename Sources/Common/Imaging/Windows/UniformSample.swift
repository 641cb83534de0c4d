import LinearAlgebra

/// Exactly N of the indices 0..<total, every set of N as likely as any other.
public struct UniformSample: Equatable, Sendable {
  /// The indices drawn, distinct and ascending.
  public let indices: [Int]

  /// Draws by R. W. Floyd's algorithm (Bentley & Floyd 1987): `count` draws whatever the total.
  ///
  /// - Throws: ``WindowProblem/tooFew(asked:available:)``.
  public init(
    _ count: Int, of total: Int, using generator: inout some RandomNumberGenerator
  ) throws {
    guard (0...max(total, 0)).contains(count) else {
      throw WindowProblem.tooFew(asked: count, available: total)
    }
    var chosen = Set<Int>(minimumCapacity: count)
    for last in total - count..<total {
      let index = generator.index(below: last + 1)
      if !chosen.insert(index).inserted { chosen.insert(last) }
    }
    indices = chosen.sorted()
  }
}
