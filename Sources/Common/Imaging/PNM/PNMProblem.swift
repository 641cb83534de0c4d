import ByteIO

/// What can be wrong with a PNM (PBM, PGM or PPM) file.
public enum PNMProblem: Problem, Equatable {
  /// A field of the header, as messages call it.
  public enum Field: String, Sendable { case width, height, maximum }

  /// What stands where an image should begin is not `P1` to `P6`.
  case magic(found: String)
  /// The file ends inside a header.
  case truncatedHeader(missing: Field)
  /// A field of the header is no number.
  case notANumber(Field, found: String)
  /// A field of the header is a number out of its range.
  case outOfRange(Field, found: Int, limits: ClosedRange<Int>)
  case tooLarge(height: Int, width: Int, limit: Int)
  /// The file ends inside the pixels; both in samples.
  case truncated(expected: Int, found: Int)
  /// A sample of a text image is no number.
  case notASample(index: Int, found: String)
  /// A sample exceeds the header's maximum.
  case sampleTooLarge(index: Int, found: Int, maximum: Int)

  public var description: String {
    switch self {
    case .magic(let found): "\(found) where a PNM image should begin, expected P1 to P6"
    case .truncatedHeader(let missing): "truncated PNM header: ends before its \(missing.rawValue)"
    case .notANumber(let field, let found):
      "PNM \(field.rawValue): expected a number, found \(found)"
    case .outOfRange(let field, let found, let limits):
      "PNM \(field.rawValue) \(found), expected \(limits.lowerBound) to \(limits.upperBound)"
    case .tooLarge(let height, let width, let limit):
      "a PNM of [\(height),\(width)], \(height * width) pixels, the limit is \(limit)"
    case .truncated(let expected, let found):
      "truncated PNM: expected \(expected) samples, found \(found)"
    case .notASample(let index, let found): "PNM sample \(index): expected a number, found \(found)"
    case .sampleTooLarge(let index, let found, let maximum):
      "PNM sample \(index) is \(found), the maximum is \(maximum)"
    }
  }

  /// Bytes as messages show them: characters, or numbers where there are others among them.
  static func shown(_ bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy({ (0x20...0x7E).contains($0) }) {
      return "\"\(String(decoding: bytes, as: UTF8.self))\""
    }
    let numbers = bytes.map { String($0) }.joined(separator: " ")
    return bytes.count == 1 ? "byte \(numbers)" : "bytes \(numbers)"
  }

  /// The one byte as messages show it.
  static func shown(_ byte: UInt8) -> String { shown(CollectionOfOne(byte)) }
}
