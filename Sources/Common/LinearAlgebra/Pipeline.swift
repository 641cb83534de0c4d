import Dispatch

extension Threads {
  /// Takes blocks from `read` until it gives nil, maps them and hands the results to `write` in the
  /// blocks' order. Several threads each see a block through all three, so that reading, mapping and
  /// writing go on at the same time.
  ///
  /// `read` and `write` are each called by one thread at a time. The error that is first in the order
  /// of the blocks is thrown when everything before it has been written and nothing after it, as if
  /// one block went after another. `read` may then still be waiting for input: what it reads from is
  /// not to be used again.
  public func pipeline<Block: Sendable, Output: Sendable>(
    read: @escaping () throws -> Block?, map: @escaping @Sendable (Block) throws -> Output,
    write: @escaping (Output) throws -> Void
  ) throws {
    if count == 1 {
      while let block = try read() { try write(try map(block)) }
      return
    }
    try Pipeline(threads: count, read: read, map: map, write: write).run()
  }
}

/// Blocks on their way, one a thread.
///
/// Sendable although it has state, for every part of that state belongs to the thread that holds a
/// semaphore: `read`, `nextIndex` and `hasEnded` to the holder of `reading`, `write` and `outcome` to
/// the one whose block's turn it is, and in the end to the caller, who waits for `done`.
private final class Pipeline<Block: Sendable, Output: Sendable>: @unchecked Sendable {
  private let read: () throws -> Block?
  private let map: @Sendable (Block) throws -> Output
  private let write: (Output) throws -> Void

  private let reading = semaphore(1)
  /// Block i is written at turn i mod threads: no more blocks than threads are on their way.
  private let turns: [DispatchSemaphore]
  private let done = semaphore(0)

  private var nextIndex = 0
  private var hasEnded = false
  private var outcome: Result<Void, any Error>?

  init(
    threads: Int, read: @escaping () throws -> Block?,
    map: @escaping @Sendable (Block) throws -> Output, write: @escaping (Output) throws -> Void
  ) {
    self.read = read
    self.map = map
    self.write = write
    turns = (0..<threads).map { semaphore($0 == 0 ? 1 : 0) }
  }

  /// Returns when everything has been written. After an error it does not wait for the other threads:
  /// one of them may be waiting for input that never comes.
  func run() throws {
    for _ in turns { DispatchQueue.global().async { self.work() } }
    done.wait()
    try outcome?.get()
  }

  private func work() {
    while let (index, block) = take() {
      let output = Result { try block.get().map(map) }
      turns[index % turns.count].wait()
      finish(output)
      turns[(index + 1) % turns.count].signal()
    }
  }

  /// The next block and its number; the end and an error come in their order, as a last block.
  private func take() -> (index: Int, block: Result<Block?, any Error>)? {
    reading.wait()
    defer { reading.signal() }
    if hasEnded { return nil }
    let block = Result { try read() }
    if case .success(.some) = block {} else { hasEnded = true }
    defer { nextIndex += 1 }
    return (nextIndex, block)
  }

  private func finish(_ output: Result<Output?, any Error>) {
    guard outcome == nil else { return }
    do {
      if let output = try output.get() { return try write(output) }
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    done.signal()
  }
}

/// A semaphore that may go with whatever value it has: one made with a value may not go below it.
private func semaphore(_ value: Int) -> DispatchSemaphore {
  let semaphore = DispatchSemaphore(value: 0)
  for _ in 0..<value { semaphore.signal() }
  return semaphore
}
