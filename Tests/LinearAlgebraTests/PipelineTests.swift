import Dispatch
import LinearAlgebra
import Synchronization
import Testing

private struct Failure: Error, Equatable { let block: Int }

/// The numbers 0, 1, 2, …; a flow asks for them from several threads, one at a time.
private final class Numbers: Sendable {
  private let next = Atomic(0)
  func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
}

/// What was written, in order.
private final class Written: Sendable {
  private let squares = Mutex([Int]())
  func append(_ square: Int) { squares.withLock { $0.append(square) } }
  var all: [Int] { squares.withLock { $0 } }
}

/// Runs numbers 0..<n through a flow that squares them, and returns what was written.
private func squares(
  _ n: Int, threads: Int, readingFailsAt: Int? = nil, mappingFailsFrom: Int? = nil,
  writingFailsAt: Int? = nil
) -> (written: [Int], failure: Failure?) {
  let (numbers, written) = (Numbers(), Written())
  do {
    try Threads(threads).pipeline {
      let block = numbers.take()
      if block == readingFailsAt { throw Failure(block: block) }
      return block < n ? block : nil
    } map: { block in
      // Blocks take different times, so that they would overtake each other.
      _ = (0..<(block % 5) * 2000).reduce(block, &+)
      if let first = mappingFailsFrom, block >= first { throw Failure(block: block) }
      return block * block
    } write: { square in
      if let block = writingFailsAt, square == block * block { throw Failure(block: block) }
      written.append(square)
    }
  } catch {
    return (written.all, error as? Failure)
  }
  return (written.all, nil)
}

@Suite struct PipelineTests {
  @Test(arguments: [1, 2, 3, 8]) func blocksStayInOrder(threads: Int) {
    for n in [0, 1, 2, 3, 500] {
      let (written, failure) = squares(n, threads: threads)
      #expect(written == (0..<n).map { $0 * $0 } && failure == nil, "\(n) blocks")
    }
  }

  /// The first error in the order of the blocks, after all that was before it, whatever the threads.
  @Test(arguments: [1, 2, 3, 8]) func errorsComeInOrder(threads: Int) {
    for place in [0, 1, 7, 30] {
      let before = (0..<place).map { $0 * $0 }
      for (written, failure) in [
        squares(200, threads: threads, readingFailsAt: place),
        squares(200, threads: threads, mappingFailsFrom: place),
        squares(200, threads: threads, writingFailsAt: place),
        squares(
          200, threads: threads, readingFailsAt: place + 1, mappingFailsFrom: place,
          writingFailsAt: place + 2),
      ] { #expect(written == before && failure == Failure(block: place), "at \(place)") }
    }
  }

  @Test func readingGoesOnWhileABlockIsMapped() throws {
    let (numbers, hasReadAhead) = (Numbers(), DispatchSemaphore(value: 0))
    try Threads(2).pipeline { () -> Int? in
      let block = numbers.take()
      if block == 1 { hasReadAhead.signal() }
      return block < 3 ? block : nil
    } map: { block in
      if block == 0 { #expect(hasReadAhead.wait(timeout: .now() + 10) == .success) }
    } write: {
    }
  }

  /// An error ends the flow although input is still awaited: the reader of a pipe may have gone while
  /// its writer sleeps.
  @Test func anErrorWaitsForNoInput() {
    let (numbers, input) = (Numbers(), DispatchSemaphore(value: 0))
    #expect(throws: Failure(block: 0)) {
      try Threads(2).pipeline { () -> Int? in
        let block = numbers.take()
        if block > 0 { input.wait() }
        return block
      } map: {
        $0
      } write: {
        throw Failure(block: $0)
      }
    }
    for _ in 0..<3 { input.signal() }
  }
}
