#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A buffered writer that keeps its last byte until ``finish()``.
///
/// A program that fails, or is killed, never gets to `finish()`, so whoever reads its output finds
/// it one byte short and fails too: a failure travels down the pipe. A reader that takes one part of
/// the output after another, each complete by itself, must not find an end between two of them
/// either: see ``beginPart()``.
public final class ByteWriter {
  /// What messages call it: the file's name as the user gave it, or `<stdout>`.
  public let name: String
  private let destination: Destination
  private var buffer: [UInt8] = []
  /// Where in the buffer parts begin, ascending.
  private var parts: [Int] = []

  /// What a write to a pipe takes whole or not at all (PIPE_BUF of Linux; 512 elsewhere).
  #if os(Linux)
    private static let atomicSize = 4096
  #else
    private static let atomicSize = 512
  #endif

  enum Destination {
    case descriptor(Int32)
    case atomic(AtomicFile)

    var descriptor: Int32 {
      switch self {
      case .descriptor(let descriptor): descriptor
      case .atomic(let file): file.descriptor
      }
    }
  }

  init(name: String, destination: Destination) {
    self.name = name
    self.destination = destination
    buffer.reserveCapacity(2 * ByteReader.blockSize)
    if case .descriptor(let descriptor) = destination { enlargePipe(descriptor) }
  }

  /// A writer on standard output.
  public static func standardOutput() -> ByteWriter {
    ByteWriter(name: "<stdout>", destination: .descriptor(STDOUT_FILENO))
  }

  /// A writer whose file appears at `path`, whole, when it is finished, and not before. What is no
  /// regular file (a device, a named pipe) is written directly.
  /// - Throws: ``SystemProblem`` with the file's name.
  public static func file(_ path: String) throws -> ByteWriter {
    try naming(path) {
      if let descriptor = try AtomicFile.openIfSpecial(path) {
        return ByteWriter(name: path, destination: .descriptor(descriptor))
      }
      return ByteWriter(name: path, destination: .atomic(try AtomicFile(path: path)))
    }
  }

  /// A writer of a log, which grows at its place while the program runs.
  /// - Parameter count: bytes of what is there already that stay; `.max` keeps all.
  public static func log(_ path: String, keeping count: Int = 0) throws -> ByteWriter {
    try naming(path) {
      let descriptor = retryingOnInterrupt {
        open(path.cString, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      }
      guard descriptor >= 0 else { throw SystemProblem.cannotOpen(reason: errno) }
      // A device or a pipe has no length that could be cut.
      let isCut = count == .max || ftruncate(descriptor, off_t(count)) == 0 || errno == EINVAL
      guard isCut else { throw SystemProblem.cannotWrite(reason: errno) }
      return ByteWriter(name: path, destination: .descriptor(descriptor))
    }
  }

  /// Says that what is written next begins a part that a reader may take for the whole.
  ///
  /// The last byte of the part before it then goes out in one atomic write with the first of this
  /// one, so that no kill, at whatever byte, ends the output between the two.
  public func beginPart() {
    if !buffer.isEmpty { parts.append(buffer.count) }
  }

  /// Sends all that is buffered, for a log that is read while it grows.
  public func sendAll() throws {
    try send(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  public func write(_ bytes: some Sequence<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count > ByteReader.blockSize { try sendAllButLast() }
  }

  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard bytes.count > ByteReader.blockSize, let last = bytes.last else {
      buffer.append(contentsOf: bytes)
      if buffer.count > ByteReader.blockSize { try sendAllButLast() }
      return
    }
    // Much goes out from where it lies: its beginning with what is buffered, its last byte stays.
    let begin = bytes.prefix(Self.atomicSize)
    buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: begin))
    try send(buffer.count)
    try naming(name) {
      try Self.writeAll(
        UnsafeRawBufferPointer(rebasing: bytes.dropFirst(begin.count).dropLast()),
        to: destination.descriptor)
    }
    buffer.removeAll(keepingCapacity: true)
    buffer.append(last)
    parts = []
  }

  /// Sends what is buffered, but for the last byte.
  public func sendAllButLast() throws {
    guard let last = buffer.last else { return }
    try send(buffer.count - 1)
    let lastBegins = parts.last == buffer.count
    buffer.removeAll(keepingCapacity: true)
    buffer.append(last)
    parts = lastBegins ? [1] : []
  }

  /// Sends everything and closes; a file given by name now stands at its place.
  /// - Throws: ``SystemProblem``: this last flush can fail, on a full disk for one.
  public func finish() throws {
    try send(buffer.count)
    buffer.removeAll()
    try naming(name) {
      switch destination {
      case .descriptor(let descriptor):
        // Interrupted or not, a closed descriptor is closed.
        guard close(descriptor) == 0 || errno == EINTR else {
          throw SystemProblem.cannotWrite(reason: errno)
        }
      case .atomic(let file): try file.commit()
      }
    }
  }

  private func send(_ count: Int) throws {
    try naming(name) {
      try buffer.withUnsafeBytes { bytes in
        for range in pieces(count) {
          try Self.writeAll(
            UnsafeRawBufferPointer(rebasing: bytes[range]), to: destination.descriptor)
        }
      }
    }
  }

  /// The first `count` bytes in pieces of which none ends where a part does; those with such a place
  /// inside are atomic.
  private func pieces(_ count: Int) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    let inside = parts.filter { $0 > 0 && $0 < count }
    for (index, part) in inside.enumerated() where part > start {
      if part - 1 > start { pieces.append(start..<part - 1) }
      var end = min(part - 1 + Self.atomicSize, count)
      // Not between two parts, which a part of few bytes could put there.
      if inside[index...].contains(end) { end -= 1 }
      pieces.append(part - 1..<end)
      start = end
    }
    if start < count { pieces.append(start..<count) }
    return pieces
  }

  fileprivate static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
    var rest = bytes
    while !rest.isEmpty {
      let count = waiting(for: POLLOUT, on: descriptor) {
        #if canImport(Darwin)
          Darwin.write(descriptor, rest.baseAddress, rest.count)
        #elseif canImport(Musl)
          Musl.write(descriptor, rest.baseAddress, rest.count)
        #else
          Glibc.write(descriptor, rest.baseAddress, rest.count)
        #endif
      }
      guard count >= 0 else {
        throw errno == EPIPE
          ? SystemProblem.readerGone : SystemProblem.cannotWrite(reason: errno)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

/// Writes `text` to standard error, where messages go; that it fails is nobody's to know.
public func writeToStandardError(_ text: String) {
  Array(text.utf8).withUnsafeBytes { try? ByteWriter.writeAll($0, to: STDERR_FILENO) }
}
