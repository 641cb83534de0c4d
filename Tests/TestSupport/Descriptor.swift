import Foundation

/// A file descriptor that is closed at every exec, and at the latest when nobody holds it any more.
///
/// Tests run in parallel: a pipe's end that another child inherited would keep it from ending.
final class Descriptor {
  private(set) var number: Int32

  init(_ number: Int32) throws {
    guard number >= 0 else { throw ChildProblem.noDescriptor(reason: errno) }
    // Out of the way of a child's 0, 1 and 2, should the tests run without theirs.
    self.number = number > 2 ? number : fcntl(number, F_DUPFD_CLOEXEC, 3)
    if number <= 2 { _ = Foundation.close(number) }
  }

  deinit { close() }

  /// Closes it now, whoever still holds it.
  func close() {
    if number >= 0 { _ = Foundation.close(number) }
    number = -1
  }

  /// Makes reads and writes return at once. The other end of a pipe or terminal is not concerned.
  func unblock() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

  /// A pair of sockets of which one read takes what one write gave.
  static func packetSocket() throws -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let result = socketpair(AF_UNIX, SOCK_SEQPACKET, 0, &ends)
    #else
      let result = socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends)
    #endif
    guard result == 0 else { throw ChildProblem.noDescriptor(reason: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (try Descriptor(ends[0]), try Descriptor(ends[1]))
  }

  /// A stream that holds little, and does not grow as a pipe would.
  static func narrowSocket() throws -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let result = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
    #else
      let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
    #endif
    guard result == 0 else { throw ChildProblem.noDescriptor(reason: errno) }
    var size: Int32 = 4096
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout.size(ofValue: size)))
    }
    return (try Descriptor(ends[0]), try Descriptor(ends[1]))
  }

  static func pipe() throws -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      let result = Foundation.pipe(&ends)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #else
      let result = pipe2(&ends, O_CLOEXEC)
    #endif
    guard result == 0 else { throw ChildProblem.noDescriptor(reason: errno) }
    return (try Descriptor(ends[0]), try Descriptor(ends[1]))
  }

  /// A pseudo-terminal of 80 columns that neither echoes nor changes line ends.
  static func terminal() throws -> (screen: Descriptor, program: Descriptor) {
    let screen = try Descriptor(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC))
    var name = [CChar](repeating: 0, count: 128)
    guard grantpt(screen.number) == 0, unlockpt(screen.number) == 0,
      ptsname_r(screen.number, &name, name.count) == 0
    else { throw ChildProblem.noDescriptor(reason: errno) }
    let program = try Descriptor(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC))
    var modes = termios()
    tcgetattr(program.number, &modes)
    modes.c_oflag &= ~tcflag_t(OPOST)
    modes.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(program.number, TCSANOW, &modes)
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(program.number, UInt(TIOCSWINSZ), &size)
    return (screen, program)
  }
}
