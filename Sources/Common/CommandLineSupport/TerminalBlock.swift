import ByteIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Lines on the terminal of standard error that are written over in place, as wide as it is.
public struct TerminalBlock {
  /// Lines that are there.
  private var count = 0

  public init() {}

  public var isEmpty: Bool { count == 0 }

  /// Shows parts of one message in place of what was there, on as many lines as they need.
  public mutating func show(_ parts: [String]) {
    let size = Self.size
    // Lines that have scrolled away cannot be written over.
    let lines = Self.lines(parts, width: size.columns - 1).prefix(max(1, size.rows - 1))
    writeToStandardError(toStart + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[J")
    count = lines.count
  }

  /// Takes the lines away.
  public mutating func clear() {
    guard !isEmpty else { return }
    writeToStandardError(toStart + "\u{1B}[J")
    count = 0
  }

  /// Leaves the lines as they are; what is written next stands below them.
  public mutating func end() {
    if !isEmpty { writeToStandardError("\n") }
    count = 0
  }

  private var toStart: String { count > 1 ? "\r\u{1B}[\(count - 1)A" : "\r" }

  /// Parts with two spaces between them, on lines of at most `width` characters; all but the first line
  /// are indented. A part that is longer than a line is cut into several.
  static func lines(_ parts: [String], width: Int) -> [String] {
    let width = max(width, 8)
    let indent = "  "
    var lines: [String] = []
    var line = ""
    for part in parts {
      var rest = part[...]
      let separator = line.isEmpty || line == indent ? "" : "  "
      if line.count + separator.count + rest.count <= width {
        line += separator + rest
        continue
      }
      if !separator.isEmpty {
        lines.append(line)
        line = indent
      }
      while line.count + rest.count > width {
        let room = width - line.count
        lines.append(line + rest.prefix(room))
        rest = rest.dropFirst(room)
        line = indent
      }
      line += rest
    }
    return lines + [line]
  }

  /// Columns and rows of the terminal; where it does not say, those of a small one.
  private static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDERR_FILENO, numericCast(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : 24)
  }
}
