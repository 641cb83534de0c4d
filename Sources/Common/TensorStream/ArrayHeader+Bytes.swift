import ByteIO

extension ArrayHeader {
  /// The bytes that every NPY array begins with: `\x93NUMPY`.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// Longest literal that is read, in bytes.
  static let lengthLimit = 1 << 16

  /// Takes the header of an NPY array out of `bytes`.
  /// - Throws: ``StreamProblem``.
  init(from bytes: ByteReader) throws {
    // Magic, version, and the literal's length in 2 bytes, from version 2.0 on in 4.
    let beginning = Array(try bytes.peek(12))
    guard beginning.starts(with: Self.magic.prefix(beginning.count)) else {
      throw StreamProblem.notNPY(found: Array(beginning.prefix(9)))
    }
    guard beginning.count >= 8 else {
      throw StreamProblem.headerTruncated(expected: 10, found: beginning.count)
    }
    guard (1...3).contains(beginning[6]) && beginning[7] == 0 else {
      throw StreamProblem.unsupportedVersion(major: beginning[6], minor: beginning[7])
    }
    let start = beginning[6] == 1 ? 10 : 12
    guard beginning.count >= start else {
      throw StreamProblem.headerTruncated(expected: start, found: beginning.count)
    }
    let length = beginning[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.lengthLimit else {
      throw StreamProblem.headerTooLong(length: length, limit: Self.lengthLimit)
    }
    let header = try bytes.read(upTo: start + length)
    guard header.count == start + length else {
      throw StreamProblem.headerTruncated(expected: start + length, found: header.count)
    }
    try self.init(literal: header[start...])
  }

  /// The header as bytes, NPY 1.0, a multiple of 64 long.
  /// - Throws: ``StreamProblem/headerTooLong(length:limit:)`` for notes that do not fit.
  public func bytes(writesNotes: Bool = true) throws -> [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let code = elementType == .int32 ? "<i4" : "<f4"
    var literal = "{'descr': '\(code)', 'fortran_order': False, 'shape': (\(axes)), }"
    let comment = writesNotes ? notes.comment : ""
    if !comment.isEmpty { literal += " " + comment }
    let unpadded = 10 + literal.utf8.count + 1
    let length = (unpadded + 63) / 64 * 64 - 10
    guard length <= UInt16.max else {
      throw StreamProblem.headerTooLong(length: length, limit: Int(UInt16.max))
    }
    let padding = [UInt8](repeating: 0x20, count: length + 10 - unpadded)
    let preamble = Self.magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
    return preamble + Array(literal.utf8) + padding + [0x0a]
  }
}
