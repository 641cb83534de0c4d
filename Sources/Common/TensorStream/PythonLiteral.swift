/// A value written as a Python literal: what an NPY header is made of.
enum PythonLiteral {
  case none
  case boolean(Bool)
  /// nil where the digits exceed Int.
  case integer(Int?)
  case string(String)
  case tuple([PythonLiteral])
  case list([PythonLiteral])
  case dictionary([(key: PythonLiteral, value: PythonLiteral)])
}

/// A recursive-descent parser of Python's literals: dictionaries, tuples, lists, strings in either
/// quote, integers (also with Python 2's `L`), `True`, `False`, `None`, with comments in between.
struct PythonLiteralParser {
  /// How deep brackets may nest; an NPY header needs two levels, a structured type a few more.
  private static let depthLimit = 32

  private let bytes: ArraySlice<UInt8>
  private var position: Int
  private var depth = 0
  /// The comments passed so far, without their `#`.
  private(set) var comments: [String] = []

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Reads one literal and whatever blanks and comments are around it.
  /// - Throws: ``StreamProblem/malformedHeader(what:near:)``, also for anything after it.
  mutating func parse() throws -> PythonLiteral {
    let literal = try value()
    guard next == nil else { throw problem("more after the literal") }
    return literal
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private func problem(_ what: String) -> StreamProblem {
    .malformedHeader(what: what, near: StreamProblem.printable(bytes[position...].prefix(16)))
  }

  private mutating func skipBlanks() {
    while let byte = next {
      switch byte {
      case 0x20, 0x09...0x0d: position += 1
      case UInt8(ascii: "#"):
        let comment = bytes[(position + 1)...].prefix { $0 != 0x0a }
        comments.append(String(decoding: comment, as: UTF8.self))
        position = comment.endIndex
      default: return
      }
    }
  }

  /// Takes `character` if it is next, and the blanks after it.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    skipBlanks()
    return true
  }

  private mutating func value() throws -> PythonLiteral {
    skipBlanks()
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw problem("brackets too deep") }
    guard let next else { throw problem("expected a value") }
    switch next {
    case UInt8(ascii: "{"): return try dictionary()
    case UInt8(ascii: "("): return try tuple()
    case UInt8(ascii: "["):
      position += 1
      return .list(try elements(until: "]").values)
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "+"), 0x30...0x39: return .integer(try integer())
    default: return try word()
    }
  }

  private mutating func dictionary() throws -> PythonLiteral {
    position += 1
    skipBlanks()
    var entries: [(key: PythonLiteral, value: PythonLiteral)] = []
    while !take("}") {
      let key = try value()
      guard take(":") else { throw problem("expected ':'") }
      entries.append((key, try value()))
      guard take(",") || next == UInt8(ascii: "}") else { throw problem("expected ',' or '}'") }
    }
    return .dictionary(entries)
  }

  /// `()`, `(3,)`, `(3, 4)`; `(3)` is the number in parentheses, as in Python.
  private mutating func tuple() throws -> PythonLiteral {
    position += 1
    let (values, endsInComma) = try elements(until: ")")
    return values.count == 1 && !endsInComma ? values[0] : .tuple(values)
  }

  private mutating func elements(
    until end: Unicode.Scalar
  ) throws -> (values: [PythonLiteral], endsInComma: Bool) {
    skipBlanks()
    var values: [PythonLiteral] = []
    var endsInComma = false
    while !take(end) {
      values.append(try value())
      endsInComma = take(",")
      guard endsInComma || next == UInt8(ascii: end) else {
        throw problem("expected ',' or '\(end)'")
      }
    }
    return (values, endsInComma)
  }

  private mutating func string() throws -> String {
    let quote = bytes[position]
    var text: [UInt8] = []
    var end = position + 1
    while end < bytes.endIndex && bytes[end] != quote && bytes[end] != 0x0a {
      // The escapes of type names and keys are those of quotes and of the backslash itself.
      if bytes[end] == UInt8(ascii: "\\") && end + 1 < bytes.endIndex { end += 1 }
      text.append(bytes[end])
      end += 1
    }
    guard end < bytes.endIndex && bytes[end] == quote else { throw problem("a string without end") }
    position = end + 1
    skipBlanks()
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func integer() throws -> Int? {
    let start = position
    if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { position += 1 }
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    let text = String(decoding: bytes[start..<digits.endIndex], as: UTF8.self)
    guard !digits.isEmpty else { throw problem("expected a number") }
    position = digits.endIndex
    if next == UInt8(ascii: "L") { position += 1 }
    skipBlanks()
    return Int(text)
  }

  private mutating func word() throws -> PythonLiteral {
    let letters = bytes[position...].prefix {
      (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
    }
    let literal: PythonLiteral
    switch String(decoding: letters, as: UTF8.self) {
    case "True": literal = .boolean(true)
    case "False": literal = .boolean(false)
    case "None": literal = .none
    default: throw problem("expected a value")
    }
    position = letters.endIndex
    skipBlanks()
    return literal
  }
}

extension PythonLiteral: CustomStringConvertible {
  /// The beginning of the literal as Python would write it, short enough for a message.
  var brief: String {
    let text = description
    return text.count > 60 ? text.prefix(60) + "…" : text
  }

  /// The literal as Python would write it.
  var description: String {
    switch self {
    case .none: "None"
    case .boolean(let value): value ? "True" : "False"
    case .integer(let value): value.map { "\($0)" } ?? "(more than \(Int.max))"
    case .string(let text): "'\(StreamProblem.printable(text.utf8))'"
    case .tuple(let values):
      "(" + values.map(\.description).joined(separator: ", ") + (values.count == 1 ? ",)" : ")")
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .dictionary(let entries):
      "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }
}
