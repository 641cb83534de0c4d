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
  private let process: ChildProcess
  private var interruption: Child.Interruption?
  /// When the signal comes, once all before it has been given and taken.
  private var signalTime: ContinuousClock.Instant?
  /// Most bytes of one write.
  private var packetSize = Int.max
  private let inputCount: Int

  private struct Reader {
    let descriptor: Descriptor
    /// Leaves after that many bytes.
    var limit = Int.max
    /// Most bytes of one read.
    var sip = 1 << 16
    let destination: WritableKeyPath<ChildConversation, [UInt8]>
  }

  init(
    _ streams: ChildStreams, input: [UInt8], _ options: Child.Options, with process: ChildProcess
  ) {
    self.process = process
    interruption = options.interruption
    inputEnd = streams.input
    pending = input[...]
    inputCount = input.count
    if case .packets(let size) = options.standardInput { packetSize = size }
    add(streams.output, options.standardOutput, \.output)
    add(streams.errors, options.standardError, \.errors)
    add(streams.terminal, .terminal, \.terminal)
  }

  private mutating func add(
    _ descriptor: Descriptor?, _ kind: Child.Output,
    _ destination: WritableKeyPath<ChildConversation, [UInt8]>
  ) {
    guard let descriptor else { return }
    var reader = Reader(descriptor: descriptor, destination: destination)
    if case .abandoned(let count) = kind { reader.limit = count }
    if case .sipped(let count) = kind { reader.sip = count }
    readers.append(reader)
  }

  /// Goes on until the child has closed all its outputs, and returns false at the deadline.
  mutating func run(until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      if pending.isEmpty, allowance > inputCount { endInput() }
      if interruptIfDue() { continue }
      var polls = readers.map {
        pollfd(fd: $0.descriptor.number, events: Int16(POLLIN), revents: 0)
      }
      let feeds = inputEnd != nil && room > 0
      if feeds, let inputEnd {
        polls.append(.init(fd: inputEnd.number, events: Int16(POLLOUT), revents: 0))
      }
      if readers.isEmpty && inputEnd == nil { return true }
      let next = min(deadline, interruption == nil ? deadline : signalTime ?? deadline)
      guard ContinuousClock.now < deadline else { return false }
      let left = max(0, (next - ContinuousClock.now) / Duration.milliseconds(1))
      let count = poll(&polls, nfds_t(polls.count), Int32(min(left.rounded(.up), 1e6)))
      guard count > 0 else { continue }
      if feeds, polls.removeLast().revents != 0 { feed() }
      for index in polls.indices.reversed() where polls[index].revents != 0 { drain(index) }
    }
  }

  /// How many bytes of the input may be given, its end counted as one, before the signal.
  private var allowance: Int { interruption?.afterInput ?? .max }

  /// How many bytes can be given now.
  private var room: Int { min(pending.count, packetSize, allowance - (inputCount - pending.count)) }

  /// Sends the signal once what comes before it has been given and taken.
  private mutating func interruptIfDue() -> Bool {
    guard let due = interruption, output.count >= due.afterOutput else { return false }
    // All that there is, where it is not as much, and its end.
    guard inputCount - pending.count >= due.afterInput || inputEnd == nil else { return false }
    let time = signalTime ?? ContinuousClock.now + due.delay
    signalTime = time
    let left = time - ContinuousClock.now
    // Output is taken meanwhile: a full pipe would hold the program back.
    guard left < .milliseconds(1) else { return false }
    if left > .zero { usleep(UInt32(left / .microseconds(1))) }
    process.send(due.signal)
    interruption = nil
    return true
  }

  private mutating func feed() {
    guard let descriptor = inputEnd else { return }
    let count = pending.prefix(room).withUnsafeBytes {
      write(descriptor.number, $0.baseAddress, $0.count)
    }
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
    var block = [UInt8](repeating: 0, count: min(reader.sip, reader.limit))
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
