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

/// A uniform sample of a stream whose length is not known: Waterman's algorithm R (Knuth, The Art
/// of Computer Programming 2, 3.4.2). Every element offered has the same chance to be kept.
public struct Reservoir<Element> {
  /// The most elements kept.
  public let capacity: Int
  /// How many elements have been offered.
  public private(set) var offered = 0
  private var kept: [(position: Int, element: Element)] = []

  public init(capacity: Int) {
    precondition(capacity >= 0, "a reservoir of \(capacity) elements")
    self.capacity = capacity
  }

  /// Offers the stream's next element, which is only made where it is kept.
  public mutating func offer(
    _ element: @autoclosure () throws -> Element, using generator: inout some RandomNumberGenerator
  ) rethrows {
    let position = offered
    offered += 1
    if kept.count < capacity {
      kept.append((position, try element()))
    } else if capacity > 0 {
      let slot = generator.index(below: offered)
      if slot < capacity { kept[slot] = (position, try element()) }
    }
  }

  /// The sample in the order of the stream; everything where no more than the capacity was offered.
  public var elements: [Element] {
    kept.sorted { $0.position < $1.position }.map(\.element)
  }
}

extension Reservoir: Sendable where Element: Sendable {}
