import ByteIO
import Foundation
import Synchronization
import TestSupport
import Testing

/// Signals that a handler got.
private let signalCount = Atomic(0)

/// System calls that a signal interrupts, as they are where a handler is set without SA_RESTART.
@Suite(.serialized) struct InterruptedCallTests {
  /// A thread that gets a signal every fraction of a millisecond while it runs `body`.
  private func interrupting<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) throws -> Result {
    setHandler()
    let before = signalCount.load(ordering: .relaxed)
    let outcome = Box<Swift.Result<Result, any Error>>()
    let identifier = Box<pthread_t>()
    let released = Box<Void>()
    let thread = Thread {
      // A thread of the tests may have all signals blocked, and its children as well.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGUSR1)
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      identifier.set(pthread_self())
      outcome.set(Swift.Result(catching: body))
      released.wait()  // a thread that has ended takes no signal
    }
    thread.start()
    let number = identifier.wait()
    while outcome.value == nil {
      pthread_kill(number, SIGUSR1)
      usleep(300)
    }
    released.set(())
    let count = signalCount.load(ordering: .relaxed) - before
    #expect(count > 1, "\(count) signals")
    return try outcome.wait().get()
  }

  /// A handler, as SIG_IGN interrupts nothing, without SA_RESTART, which `signal` would set.
  private func setHandler() {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = { _ in signalCount.add(1, ordering: .relaxed) }
    #else
      action.__sigaction_handler.sa_handler = { _ in signalCount.add(1, ordering: .relaxed) }
    #endif
    sigaction(SIGUSR1, &action, nil)
  }

  private func fifo(_ folder: TemporaryFolder) -> String {
    let path = folder.file("fifo")
    mkfifo(path, 0o600)
    return path
  }

  @Test func reading() throws {
    let folder = try TemporaryFolder()
    let path = fifo(folder)
    let bytes = (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let writer = Thread {
      guard let file = FileHandle(forWritingAtPath: path) else { return }
      for start in stride(from: 0, to: bytes.count, by: 100) {
        usleep(1500)
        try? file.write(contentsOf: Data(bytes[start..<start + 100]))
      }
      try? file.close()
    }
    writer.start()
    let read = try interrupting { try ByteReader(path: path).read(upTo: 10_000) }
    #expect(read == bytes)
  }

  @Test func writing() throws {
    let folder = try TemporaryFolder()
    let path = fifo(folder)
    // More than a pipe holds.
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 1000) }
    let received = Box<[UInt8]>()
    let reader = Thread {
      var all = Data()
      if let file = FileHandle(forReadingAtPath: path) {
        while let part = try? file.read(upToCount: 8000), !part.isEmpty {
          all += part
          usleep(1000)
        }
      }
      received.set(Array(all))
    }
    reader.start()
    try interrupting {
      let writer = try ByteWriter.file(path)
      try writer.write(bytes)
      try writer.finish()
    }
    let isSame = received.wait() == bytes
    #expect(isSame)
  }

  @Test func filesAndScratch() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("out")
    let values = (0..<2_000_000).map { Float($0) }
    let back = try interrupting {
      let writer = try ByteWriter.file(path)
      try values.withUnsafeBytes { try writer.write($0) }
      try writer.finish()
      let scratch = try ScratchFile()
      try scratch.append(values)
      return try scratch.read(count: values.count, at: 0)
    }
    let isSame = back == values
    #expect(isSame)
    #expect(try folder.read("out").count == 4 * values.count && folder.names() == ["out"])
  }
}

/// A value that one thread sets and others wait for.
private final class Box<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var content: Value?

  var value: Value? { condition.withLock { content } }

  func set(_ value: Value) {
    condition.withLock {
      content = value
      condition.broadcast()
    }
  }

  func wait() -> Value {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let content { return content }
      condition.wait()
    }
  }
}
