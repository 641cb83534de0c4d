import ByteIO

/// What can be wrong with a PNG, or with an image that is to become one.
public enum PNGProblem: Problem, Equatable {
  /// The file ends before IEND.
  case truncated(bytes: Int)
  /// The first chunk is not the 13 bytes of an IHDR.
  case missingHeader
  /// IHDR names a colour type and a bit depth that do not exist together.
  case unknownKind(colorType: Int, depth: Int)
  /// IHDR's check sum is wrong.
  case headerChecksum
  case zeroSize(height: Int, width: Int)
  case tooLarge(height: Int, width: Int, limit: Int)
  /// A side has more pixels than the limit.
  case tooLong(height: Int, width: Int, limit: Int)
  case paletteIndex(found: Int, count: Int)
  /// What libpng says about it.
  case invalid(String)
  case trailingBytes
  /// An image of this many channels cannot be written.
  case channels(found: Int)
  /// A pixel that is to be written is not a number.
  case notANumber(row: Int, column: Int)

  public var description: String {
    switch self {
    case .truncated(let bytes): "truncated PNG: ends after \(bytes) bytes, before its IEND"
    case .missingHeader: "a PNG without an IHDR chunk in front"
    case .unknownKind(let colorType, let depth):
      "a PNG of colour type \(colorType) with \(depth) bits, which PNG does not have"
    case .headerChecksum: "ihdr: crc error"
    case .zeroSize(let height, let width):
      "a PNG of [\(height),\(width)] pixels, expected at least [1,1]"
    case .tooLarge(let height, let width, let limit):
      "a PNG of [\(height),\(width)], \(height * width) pixels, the limit is \(limit)"
    case .tooLong(let height, let width, let limit):
      "a PNG of [\(height),\(width)] pixels, the limit of a side is \(limit)"
    case .paletteIndex(let found, let count):
      "palette index \(found), the palette has \(count) colours"
    case .invalid(let words): words
    case .trailingBytes: "bytes after the PNG's IEND, expected the end of the file"
    case .channels(let found): "an image of \(found) channels, a PNG takes 1 or 3"
    case .notANumber(let row, let column): "NaN at row \(row), column \(column)"
    }
  }

  /// libpng's message on one line, lower case, without the full stop.
  static func invalid(fromLibrary message: String) -> PNGProblem {
    let line = message.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    return .invalid(line.hasSuffix(".") ? String(line.dropLast()) : line)
  }
}
