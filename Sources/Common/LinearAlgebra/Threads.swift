import CKernels
import Synchronization

/// Work on a number of threads. Results come in index order and depend on no thread count.
public struct Threads: Sendable {
  /// At most so many bodies run at a time.
  public let count: Int

  /// Work on at most `count` threads, the caller's among them.
  /// - Parameter count: at least 1.
  public init(_ count: Int) {
    precondition(count >= 1, "at least one thread, got \(count)")
    self.count = count
  }

  /// The processors this process may run on.
  public static var processors: Int { Int(sp_processors()) }

  /// The results of body(0), …, body(n − 1), in this order. When bodies throw, the error of the lowest index is thrown, whatever the thread count.
  public func map<R: Sendable, E: Error>(
    _ n: Int, _ body: @Sendable (Int) throws(E) -> R
  ) throws(E) -> [R] {
    let workers = min(count, n)
    if workers <= 1 {
      var results: [R] = []
      results.reserveCapacity(n)
      for i in 0..<n { results.append(try body(i)) }
      return results
    }
    var slots = [Result<R, E>?](repeating: nil, count: n)
    slots.withUnsafeMutableBufferPointer { slots in
      // Every index is written by one worker and read after all of them have ended.
      nonisolated(unsafe) let slots = slots
      // Handed out one by one: bodies may differ in length, and a processor may be lent to others.
      let next = Atomic(0)
      Workers.shared.run(workers) {
        while true {
          let i = next.add(1, ordering: .relaxed).oldValue
          if i >= n { return }
          do throws(E) {
            slots[i] = .success(try body(i))
          } catch {
            slots[i] = .failure(error)
            return
          }
        }
      }
    }
    // An index left empty was never handed out: all workers had failed, at lower ones.
    var results: [R] = []
    results.reserveCapacity(n)
    for case .some(let slot) in slots { results.append(try slot.get()) }
    return results
  }

  /// Numbers that are worth another thread: some microseconds of arithmetic.
  private static let leastShare = 1 << 14

  /// Calls `body` with ranges that make up 0..<n, one a thread, or fewer where there is little to do.
  /// - Parameter cost: how many numbers each of the n stands for.
  func forEachRange(of n: Int, costing cost: Int, _ body: @Sendable (Range<Int>) -> Void) {
    let parts = max(1, min(count, n, n * cost / Self.leastShare))
    _ = map(parts) { body(n * $0 / parts..<n * ($0 + 1) / parts) }
  }

  /// Calls body(i, element i) for every element, each of which it may change.
  public func forEach<T: Sendable>(
    _ elements: inout [T], _ body: @Sendable (Int, inout T) -> Void
  ) {
    elements.withUnsafeMutableBufferPointer { elements in
      // Every element is changed by one worker and read after all of them have ended.
      nonisolated(unsafe) let elements = elements
      _ = map(elements.count) { body($0, &elements[$0]) }
    }
  }

  /// The results of the tiles 0..<tile, tile..<2·tile, … of 0..<n, in this order.
  public func mapTiles<R: Sendable, E: Error>(
    of n: Int, tile: Int = RecordTile.rows, _ body: @Sendable (Range<Int>) throws(E) -> R
  ) throws(E) -> [R] {
    precondition(tile >= 1, "a tile has at least one row, got \(tile)")
    return try map((n + tile - 1) / tile) { (i: Int) throws(E) -> R in
      try body(i * tile..<min((i + 1) * tile, n))
    }
  }
}
