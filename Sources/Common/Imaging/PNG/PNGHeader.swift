import CPNG

/// What the first 33 bytes of a PNG say: signature and IHDR.
struct PNGHeader: Equatable {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  static let byteCount = 33
  private static let headerChunk: [UInt8] = [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
  /// The bit depths of every colour type.
  private static let depths: [Int: [Int]] = [
    0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
  ]

  let height: Int
  let width: Int
  let depth: Int
  let colorType: Int

  /// - Parameter bytes: the first bytes of the file, ``byteCount`` where it has as many.
  /// - Throws: ``PNGProblem``, also for an image past ``Image/pixelLimit``.
  init(_ bytes: ArraySlice<UInt8>) throws {
    guard bytes.count >= Self.byteCount else { throw PNGProblem.truncated(bytes: bytes.count) }
    let header = Array(bytes.prefix(Self.byteCount))
    guard header[8..<16].elementsEqual(Self.headerChunk) else { throw PNGProblem.missingHeader }
    guard crc32(0, Array(header[12..<29]), 17) == UInt(Self.number(in: header, at: 29)) else {
      throw PNGProblem.headerChecksum
    }
    width = Self.number(in: header, at: 16)
    height = Self.number(in: header, at: 20)
    depth = Int(header[24])
    colorType = Int(header[25])
    guard Self.depths[colorType]?.contains(depth) == true else {
      throw PNGProblem.unknownKind(colorType: colorType, depth: depth)
    }
    guard height > 0 && width > 0 else { throw PNGProblem.zeroSize(height: height, width: width) }
    // First, so that their product can be told.
    guard max(height, width) <= Image.sideLimit else {
      throw PNGProblem.tooLong(height: height, width: width, limit: Image.sideLimit)
    }
    guard height * width <= Image.pixelLimit else {
      throw PNGProblem.tooLarge(height: height, width: width, limit: Image.pixelLimit)
    }
  }

  /// Grey stays one channel; palettes are colour. Alpha is no channel.
  var info: ImageInfo {
    ImageInfo(height: height, width: width, channels: colorType == 0 || colorType == 4 ? 1 : 3)
  }

  private static func number(in bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
