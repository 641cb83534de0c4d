/// Walks the JSON of a safetensors header: objects, strings, and non-negative integers alone or in
/// an array, nothing else.
///
/// A cursor of our own and no `JSONDecoder`, because that one keeps the last of several equal keys,
/// takes `1.0` for an integer, follows any depth, and says little about where it stumbled; to check
/// all that again takes as much code as to read it. The caller asks for what must come next, so
/// there is no tree in memory, and no recursion that a file could drive.
struct JSONCursor {
  private let bytes: [UInt8]
  private var position = 0

  /// - Throws: ``SafetensorsProblem/headerNotUTF8``.
  init(_ bytes: [UInt8]) throws {
    // Decoding replaces what is malformed, so only well-formed bytes come back as they were.
    guard String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes) else {
      throw SafetensorsProblem.headerNotUTF8
    }
    self.bytes = bytes
  }

  /// What is next, white space not skipped.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Whether a string is next.
  mutating func isAtString() -> Bool {
    skipSpace()
    return next == UInt8(ascii: "\"")
  }

  /// Reads an object and calls `member` at every value, which has to read it.
  ///
  /// Keys are compared as Swift compares strings, so two that differ in nothing but their Unicode
  /// normal form are equal here and in the dictionaries that they end up in.
  mutating func object(_ member: (inout JSONCursor, String) throws -> Void) throws {
    var keys: Set<String> = []
    try list(from: "{", to: "}") { cursor in
      let key = try cursor.string()
      guard keys.insert(key).inserted else { throw SafetensorsProblem.duplicate(key: key) }
      try cursor.take(":")
      try member(&cursor, key)
    }
  }

  /// Reads an array of integers.
  mutating func integers() throws -> [Int] {
    var values: [Int] = []
    try list(from: "[", to: "]") { cursor in values.append(try cursor.integer()) }
    return values
  }

  /// Reads digits: no sign, no fraction, no exponent, no leading zeros.
  mutating func integer() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let digit = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
      if position > start && value == 0 { throw unexpected("no digit after a leading zero") }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
      if overflow || carry { throw SafetensorsProblem.numberTooLarge(byte: start) }
      value = sum
      position += 1
    }
    guard position > start else { throw unexpected("a non-negative integer") }
    return value
  }

  /// Reads a string.
  mutating func string() throws -> String {
    skipSpace()
    guard next == UInt8(ascii: "\"") else { throw unexpected("a string") }
    position += 1
    var text: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw unexpected("an escape for a control character") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        text += Array(String(try escapedScalar()).utf8)
      } else {
        text.append(byte)
      }
    }
    guard next != nil else { throw unexpected("the end of a string") }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  /// Requires that nothing but white space is left.
  mutating func end() throws {
    skipSpace()
    if next != nil { throw unexpected("the end of the header") }
  }

  private mutating func list(
    from open: Unicode.Scalar, to close: Unicode.Scalar,
    _ element: (inout JSONCursor) throws -> Void
  ) throws {
    try take(open)
    skipSpace()
    if next == UInt8(ascii: close) {
      position += 1
      return
    }
    while true {
      try element(&self)
      skipSpace()
      guard next == UInt8(ascii: ",") else { break }
      position += 1
    }
    guard next == UInt8(ascii: close) else { throw unexpected("`,` or `\(close)`") }
    position += 1
  }

  private mutating func take(_ mark: Unicode.Scalar) throws {
    skipSpace()
    guard next == UInt8(ascii: mark) else { throw unexpected("`\(mark)`") }
    position += 1
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x0a, 0x0d, 0x09].contains(byte) { position += 1 }
  }

  /// The character after a backslash, which may take two `\u` escapes.
  private mutating func escapedScalar() throws -> Unicode.Scalar {
    guard let byte = next else { throw unexpected("an escape") }
    guard byte == UInt8(ascii: "u") else {
      guard let scalar = Self.escapes[byte] else { throw unexpected("an escape") }
      position += 1
      return scalar
    }
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xd800...0xdbff).contains(first), next == UInt8(ascii: "\\") else {
      throw unexpected("a surrogate pair")
    }
    position += 1
    guard next == UInt8(ascii: "u") else { throw unexpected("a surrogate pair") }
    let second = try hexadecimal()
    guard (0xdc00...0xdfff).contains(second) else { throw unexpected("a surrogate pair") }
    let pair = 0x10000 + (UInt32(first - 0xd800) << 10) + UInt32(second - 0xdc00)
    return Unicode.Scalar(pair)!  // 0x10000...0x10ffff
  }

  /// Reads `u` and four hexadecimal digits.
  private mutating func hexadecimal() throws -> UInt16 {
    position += 1
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected("a hexadecimal digit")
      }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
    UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{c}", UInt8(ascii: "n"): "\n",
    UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  private func unexpected(_ expected: String) -> SafetensorsProblem {
    let found = next.map { byte in
      (0x21...0x7e).contains(byte)
        ? "`\(Unicode.Scalar(byte))`" : "byte 0x\(String(byte, radix: 16))"
    }
    return .headerSyntax(byte: position, expected: expected, found: found ?? "its end")
  }
}
