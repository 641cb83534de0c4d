import Foundation

/// Feeds a child and drains it at the same time, each as far as it goes, in one thread: none of the
/// three pipes can fill up and stop the others.
struct ChildConversation {
  private(set) var output: [UInt8] = []
  private(set) var errors: [UInt8] = []
  private(set) var terminal: [UInt8] = []
  private var pending: ArraySlice<UInt8>
  private var inputEnd: Descriptor?
  private var readers: [Reader] = []

  private struct Reader {
    let descriptor: Descriptor
    /// Leaves after that many bytes.
    var limit = Int.max
    let destination: WritableKeyPath<ChildConversation, [UInt8]>
  }

  init(_ streams: ChildStreams, input: [UInt8], _ options: Child.Options) {
    inputEnd = streams.input
    pending = input[...]
    add(streams.output, options.standardOutput, \.output)
    add(streams.errors, options.standardError, \.errors)
    add(streams.terminal, .terminal, \.terminal)
  }

  private mutating func add(
    _ descriptor: Descriptor?, _ kind: Child.Output,
    _ destination: WritableKeyPath<ChildConversation, [UInt8]>
  ) {
    guard let descriptor else { return }
    var limit = Int.max
    if case .abandoned(let count) = kind { limit = count }
    readers.append(Reader(descriptor: descriptor, limit: limit, destination: destination))
  }

  /// Goes on until the child has closed all its outputs, and returns false at the deadline.
  mutating func run(until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      if pending.isEmpty { endInput() }
      var polls = readers.map {
        pollfd(fd: $0.descriptor.number, events: Int16(POLLIN), revents: 0)
      }
      if let inputEnd {
        polls.append(.init(fd: inputEnd.number, events: Int16(POLLOUT), revents: 0))
      }
      if polls.isEmpty { return true }
      let left = (deadline - ContinuousClock.now) / Duration.milliseconds(1)
      guard left > 0 else { return false }
      let count = poll(&polls, nfds_t(polls.count), Int32(min(left, 1e6)) + 1)
      guard count > 0 else { continue }
      if inputEnd != nil, polls.removeLast().revents != 0 { feed() }
      for index in polls.indices.reversed() where polls[index].revents != 0 { drain(index) }
    }
  }

  private mutating func feed() {
    guard let descriptor = inputEnd else { return }
    let count = pending.withUnsafeBytes { write(descriptor.number, $0.baseAddress, $0.count) }
    if count >= 0 {
      pending = pending.dropFirst(count)
    } else if errno != EAGAIN && errno != EINTR {
      endInput()  // EPIPE: the child has read enough
    }
  }

  private mutating func endInput() {
    inputEnd?.close()
    inputEnd = nil
  }

  private mutating func drain(_ index: Int) {
    let reader = readers[index]
    var block = [UInt8](repeating: 0, count: min(1 << 16, reader.limit))
    let count = read(reader.descriptor.number, &block, block.count)
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
    if count > 0 {
      self[keyPath: reader.destination] += block[..<count]
      readers[index].limit -= count
    }
    // A terminal ends with EIO, a pipe with nothing.
    if count <= 0 || readers[index].limit == 0 { readers.remove(at: index).descriptor.close() }
  }
}
