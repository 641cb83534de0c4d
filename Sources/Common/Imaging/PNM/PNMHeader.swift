import ByteIO

/// What stands before the pixels of a PNM image.
struct PNMHeader: Equatable {
  enum Samples { case bits, grey, color }

  let samples: Samples
  /// Whether the pixels are decimal numbers (P1 to P3).
  let isText: Bool
  let height: Int
  let width: Int
  /// The sample that means 1.0; 1 for bits.
  let maximum: Int

  var channels: Int { samples == .color ? 3 : 1 }
  var sampleCount: Int { height * width * channels }
  var info: ImageInfo { ImageInfo(height: height, width: width, channels: channels) }

  /// Bytes of a row of the raw formats.
  var rowByteCount: Int {
    samples == .bits ? (width + 7) / 8 : width * channels * (maximum > 255 ? 2 : 1)
  }

  /// Whether `bytes` begin a PNM image.
  static func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    let start = Array(bytes.prefix(3))
    return start.count >= 2 && start[0] == UInt8(ascii: "P")
      && (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(start[1])
      && (start.count == 2 || PNMText.isSpace(start[2]) || start[2] == PNMText.commentStart)
  }

  /// Reads the header and the one white space behind it; the pixels come next.
  ///
  /// - Throws: ``PNMProblem``, also for an image past ``Image/pixelLimit``.
  init(_ bytes: ByteReader) throws {
    let magic = try bytes.peek(3)
    guard Self.matches(magic), let digit = magic.dropFirst().first else {
      throw PNMProblem.magic(found: PNMProblem.shown(magic))
    }
    _ = try bytes.read(upTo: 2)
    let kind = Int(digit - UInt8(ascii: "0"))
    isText = kind <= 3
    samples = [.bits, .grey, .color][(kind - 1) % 3]
    width = try PNMText.field(.width, 1...Image.sideLimit, bytes)
    height = try PNMText.field(.height, 1...Image.sideLimit, bytes)
    maximum = samples == .bits ? 1 : try PNMText.field(.maximum, 1...65535, bytes)
    guard height * width <= Image.pixelLimit else {
      throw PNMProblem.tooLarge(height: height, width: width, limit: Image.pixelLimit)
    }
  }
}

/// The text in PNM files: numbers, white space, and comments from `#` to the end of the line.
enum PNMText {
  static let commentStart = UInt8(ascii: "#")

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Takes everything up to the end of the line, which it takes too.
  static func skipComment(_ bytes: ByteReader) throws {
    while let byte = try bytes.read(upTo: 1).first, byte != 0x0A && byte != 0x0D {}
  }

  /// Reads a number of the header, what stands before it, and the white space (or comment) after.
  static func field(
    _ field: PNMProblem.Field, _ limits: ClosedRange<Int>, _ bytes: ByteReader
  ) throws -> Int {
    var value: Int?
    while let byte = try bytes.read(upTo: 1).first {
      if isDigit(byte) {
        // Held at the bound, so that no number of digits overflows.
        value = min((value ?? 0) * 10 + Int(byte - 0x30), Int(UInt32.max))
        continue
      }
      guard isSpace(byte) || byte == commentStart else {
        throw PNMProblem.notANumber(field, found: PNMProblem.shown(byte))
      }
      if byte == commentStart { try skipComment(bytes) }
      guard let value else { continue }
      guard limits.contains(value) else {
        throw PNMProblem.outOfRange(field, found: value, limits: limits)
      }
      return value
    }
    throw PNMProblem.truncatedHeader(missing: field)
  }
}
