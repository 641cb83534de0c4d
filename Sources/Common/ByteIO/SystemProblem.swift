#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the operating system refused, with its own words for the reason.
public enum SystemProblem: Problem, Equatable {
  case cannotOpen(reason: Int32)
  case cannotRead(reason: Int32)
  case cannotWrite(reason: Int32)
  case isDirectory
  /// The folder of temporary files does not take one.
  case noTemporaryFile(reason: Int32)
  /// A file lost bytes while it was being read.
  case hasShrunk
  /// The reader of our output has gone; the program ends without a word.
  case readerGone

  public var description: String {
    switch self {
    case .cannotOpen(let reason): "cannot open: \(Self.words(for: reason))"
    case .cannotRead(let reason): "cannot read: \(Self.words(for: reason))"
    case .cannotWrite(let reason): "cannot write: \(Self.words(for: reason))"
    case .noTemporaryFile(let reason):
      "cannot make a temporary file: \(Self.words(for: reason)); name another folder with TMPDIR"
    case .isDirectory: "is a directory, expected a file"
    case .hasShrunk: "has become shorter while it was being read"
    case .readerGone: "the reader has closed the pipe"
    }
  }

  /// The system's text for an error number, as it stands inside a sentence.
  private static func words(for reason: Int32) -> String {
    let text = String(cString: strerror(reason))
    guard let first = text.first else { return "error \(reason)" }
    return first.lowercased() + text.dropFirst()
  }
}

/// Repeats a system call that a signal interrupted.
func retryingOnInterrupt<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

/// Repeats a call on `descriptor` that a signal interrupted, and waits for `events` where it would
/// not: another process that shares the descriptor can have made it non-blocking.
func waiting<Result: SignedInteger>(
  for events: Int32, on descriptor: Int32, _ call: () -> Result
) -> Result {
  while true {
    let result = retryingOnInterrupt(call)
    guard result == -1, errno == EAGAIN else { return result }
    var wanted = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    _ = retryingOnInterrupt { poll(&wanted, 1, -1) }
  }
}
