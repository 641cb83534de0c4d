/// A picture, or a stack of feature maps, in memory.
public struct Image: Equatable, Sendable {
  public let height: Int
  public let width: Int
  public let channels: Int
  /// The values, `[H,W,C]`, row-major; 0…1 where they came from an image file of integers.
  public var pixels: [Float]

  /// The most pixels (height times width) an image file may declare: 2²⁸. It is checked before
  /// anything is allocated.
  public static let pixelLimit = 268_435_456

  /// The most pixels of a side that a PNG or PNM file may declare: 2²⁰. Their rows are held as bytes.
  public static let sideLimit = 1 << 20

  /// Values that are allocated before any of them has arrived. What is larger grows with the file, so
  /// that a header that lies cannot ask for memory.
  static let trustedCount = 1 << 22

  /// - Parameter pixels: `[H,W,C]`, row-major; the caller guarantees their number.
  public init(height: Int, width: Int, channels: Int, pixels: [Float]) {
    precondition(
      pixels.count == height * width * channels,
      "\(height)x\(width)x\(channels) pixels expected, \(pixels.count) found")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
  }

  /// The values of an image that come row by row, `[H,W,C]`.
  /// - Parameter fill: initialises a row, from the top.
  static func pixels(
    height: Int, rowLength: Int, _ fill: (_ row: UnsafeMutablePointer<Float>, Int) throws -> Void
  ) throws -> [Float] {
    func band(_ rows: Range<Int>) throws -> [Float] {
      try [Float](unsafeUninitializedCapacity: rows.count * rowLength) { values, count in
        for y in rows { try fill(values.baseAddress! + (y - rows.lowerBound) * rowLength, y) }
        count = rows.count * rowLength
      }
    }
    let bandHeight = max(1, trustedCount / rowLength)
    var pixels = try band(0..<min(bandHeight, height))
    for top in stride(from: bandHeight, to: height, by: bandHeight) {
      pixels += try band(top..<min(top + bandHeight, height))
    }
    return pixels
  }

  /// The shape alone.
  public var info: ImageInfo { ImageInfo(height: height, width: width, channels: channels) }

  /// The luma of a colour image, `[H,W,1]`: 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, what PIL
  /// calls `L`). An image of one channel comes back as it is.
  ///
  /// - Precondition: 1 or 3 channels.
  public func grey() -> Image {
    if channels == 1 { return self }
    precondition(channels == 3, "grey of an image of \(channels) channels")
    let luma = [Float](unsafeUninitializedCapacity: height * width) { grey, count in
      count = height * width
      for i in 0..<count {
        grey[i] = 0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2]
      }
    }
    return Image(height: height, width: width, channels: 1, pixels: luma)
  }
}

/// The shape of an image, as its header tells it.
public struct ImageInfo: Equatable, Sendable {
  public let height: Int
  public let width: Int
  public let channels: Int

  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }
}
