import CKernels
import Dispatch
import Synchronization

/// Threads that wait for work, at first awake: between two pieces of work of a training there are some tens
/// of microseconds, and to wake a thread that sleeps may take as long again.
final class Workers: Sendable {
  static let shared = Workers()

  /// How long a worker, or who waits for workers, stays awake.
  private static let patience = Duration.microseconds(200)

  /// A thread and what it is to do.
  private final class Worker: Sendable {
    /// Pieces of work it has been given.
    let given = Atomic(0)
    let sleep = Sleep()
    /// Written by who gives work, before ``given`` rises; read by the worker after.
    nonisolated(unsafe) var work: () -> Void = {}

    /// - Parameter finish: called after each piece of work, which is not held any more.
    func start(_ finish: @escaping @Sendable () -> Void) {
      DispatchQueue(label: "sparsepipe.worker").async { [self] in
        var done = 0
        while true {
          sleep.wait(awake: Workers.patience) {
            self.given.load(ordering: .sequentiallyConsistent) > done
          }
          done += 1
          work()
          work = {}
          finish()
        }
      }
    }

    func give(_ work: @escaping () -> Void) {
      self.work = work
      given.add(1, ordering: .sequentiallyConsistent)
      sleep.end()
    }
  }

  /// Whether somebody's work is going on.
  private let isBusy = Atomic(false)
  /// All threads so far; the holder of ``isBusy`` alone looks at them.
  nonisolated(unsafe) private var workers: [Worker] = []
  /// Of the work going on: workers that are not done.
  private let remaining = Atomic(0)
  private let end = Sleep()

  /// Calls `body` on `count` threads at once, the caller's among them, and comes back when all are done.
  /// Where other work is going on, of which this may be a part, the threads are others.
  func run(_ count: Int, _ body: @Sendable () -> Void) {
    guard !isBusy.exchange(true, ordering: .acquiring) else {
      DispatchQueue.concurrentPerform(iterations: count) { _ in body() }
      return
    }
    while workers.count < count - 1 {
      let worker = Worker()
      workers.append(worker)
      worker.start(finish)
    }
    remaining.store(count - 1, ordering: .relaxed)
    withoutActuallyEscaping(body) { body in
      for worker in workers.prefix(count - 1) {
        worker.give(body)
      }
      body()
      // Where threads outnumber processors the others may need this one's.
      let patience = count <= Threads.processors ? Self.patience : .zero
      end.wait(awake: patience) { self.remaining.load(ordering: .sequentiallyConsistent) == 0 }
    }
    isBusy.store(false, ordering: .releasing)
  }

  /// One worker is done.
  private func finish() {
    if remaining.subtract(1, ordering: .sequentiallyConsistent).newValue == 0 { end.end() }
  }
}

/// One thread's wait for a condition that others bring about.
private final class Sleep: Sendable {
  private let isAsleep = Atomic(false)
  private let semaphore = DispatchSemaphore(value: 0)

  /// Waits until `isOver`, awake for some time and then asleep.
  func wait(awake patience: Duration, until isOver: () -> Bool) {
    let start = ContinuousClock.now
    while true {
      for _ in 0..<16 {
        if isOver() { return }
        sp_pause()
      }
      if ContinuousClock.now - start >= patience { break }
    }
    while !isOver() {
      isAsleep.store(true, ordering: .sequentiallyConsistent)
      // Whoever ends the wait has seen that this thread sleeps, or this thread sees that it is over.
      if isOver(), isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
      semaphore.wait()
    }
  }

  /// To be called after the condition has been brought about.
  func end() {
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { semaphore.signal() }
  }
}
