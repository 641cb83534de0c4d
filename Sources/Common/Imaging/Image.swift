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

  /// An image that comes row by row, in the channels that are asked for. Rows are turned into them as
  /// they come: no more is held than the image that is asked for.
  /// - Parameters:
  ///   - info: the shape of the image as the file has it.
  ///   - fill: initialises a row, `[W,C]` with the channels of `info`, from the top.
  static func decoded(
    _ info: ImageInfo, as channels: PixelChannels,
    _ fill: (_ row: UnsafeMutablePointer<Float>, Int) throws -> Void
  ) throws -> Image {
    let asked = channels.count(of: info.channels)
    let rowLength = info.width * info.channels
    let pixels: [Float]
    if asked == info.channels {
      pixels = try self.pixels(height: info.height, rowLength: rowLength, fill)
    } else {
      let row = UnsafeMutablePointer<Float>.allocate(capacity: max(rowLength, 1))
      defer { row.deallocate() }
      pixels = try self.pixels(height: info.height, rowLength: info.width * asked) { target, y in
        try fill(row, y)
        for x in 0..<info.width {
          if asked == 1 {
            target[x] = PixelChannels.luma(row[3 * x], row[3 * x + 1], row[3 * x + 2])
          } else {
            for c in 0..<3 { target[3 * x + c] = row[x] }
          }
        }
      }
    }
    return Image(height: info.height, width: info.width, channels: asked, pixels: pixels)
  }

  /// The values of an image that come row by row, `[H,W,C]`.
  /// - Parameter fill: initialises a row, from the top.
  private static func pixels(
    height: Int, rowLength: Int, _ fill: (_ row: UnsafeMutablePointer<Float>, Int) throws -> Void
  ) throws -> [Float] {
    func band(_ rows: Range<Int>) throws -> [Float] {
      try [Float](unsafeUninitializedCapacity: rows.count * rowLength) { values, count in
        for y in rows { try fill(values.baseAddress! + (y - rows.lowerBound) * rowLength, y) }
        count = rows.count * rowLength
      }
    }
    guard rowLength > 0 else { return [] }
    let bandHeight = max(1, trustedCount / rowLength)
    var pixels = try band(0..<min(bandHeight, height))
    for top in stride(from: bandHeight, to: height, by: bandHeight) {
      let rows = top..<min(top + bandHeight, height)
      // The whole, or a half of it, or a quarter: twice of what has arrived at most, and never an array
      // beside another one of nearly its size.
      let needed = rows.upperBound * rowLength
      var capacity = height * rowLength
      while capacity / 2 >= needed { capacity = (capacity + 1) / 2 }
      if pixels.capacity < needed { pixels.reserveCapacity(capacity) }
      pixels += try band(rows)
    }
    return pixels
  }
}

/// The channels that pixels are asked for in.
public enum PixelChannels: Sendable {
  /// As the file has them.
  case stored
  /// One: of colour the luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, what PIL calls `L`).
  case grey
  /// Three; grey images have all of them equal.
  case color

  /// The channels of an image that is stored with so many. Only 1 and 3 turn into each other.
  func count(of stored: Int) -> Int {
    switch self {
    case .stored: stored
    case .grey: stored == 3 ? 1 : stored
    case .color: stored == 1 ? 3 : stored
    }
  }

  @inline(__always)
  fileprivate static func luma(_ red: Float, _ green: Float, _ blue: Float) -> Float {
    0.299 * red + 0.587 * green + 0.114 * blue
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
