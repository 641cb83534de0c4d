import ByteIO

/// Reads the images of an IDX file one at a time.
///
/// Rank 2 is one image `[H,W]`, rank 3 `[N,H,W]`, rank 4 `[N,H,W,C]`.
final class IDXDecoder: ImageDecoder {
  private let bytes: ByteReader
  private let type: IDXType
  private let info: ImageInfo
  private let count: Int
  private var position = 0

  /// - Throws: ``IDXProblem``, also for images of more than ``Image/pixelLimit`` values, or rows of
  ///   more than ``Image/trustedCount``.
  init(_ bytes: ByteReader) throws {
    let header = try IDXHeader(bytes)
    let shape = header.shape
    guard (2...4).contains(shape.count) else { throw IDXProblem.imageRank(found: shape.count) }
    let axes = shape.count == 2 ? shape[...] : shape.dropFirst()
    guard !axes.contains(0) else { throw IDXProblem.zeroSize(shape: shape) }
    guard elementCount(of: axes, atMost: Image.pixelLimit) != nil else {
      throw IDXProblem.tooLarge(shape: shape, limit: Image.pixelLimit)
    }
    guard elementCount(of: axes.dropFirst(), atMost: Image.trustedCount) != nil else {
      throw IDXProblem.rowTooLong(shape: shape, limit: Image.trustedCount)
    }
    self.bytes = bytes
    type = header.type
    count = shape.count == 2 ? 1 : shape[0]
    info = ImageInfo(
      height: axes[axes.startIndex], width: axes[axes.startIndex + 1],
      channels: shape.count == 4 ? shape[3] : 1)
  }

  var declaredCount: Int? { count }
  var declaredInfo: ImageInfo? { info }

  func nextInfo() throws -> ImageInfo? {
    if position < count { return info }
    guard try bytes.isAtEnd() else { throw IDXProblem.trailingBytes(count: count) }
    return nil
  }

  func next(as channels: PixelChannels) throws -> Image? {
    guard let info = try nextInfo() else { return nil }
    var rest = info.height * info.width * info.channels
    var part: [UInt8] = []
    var (used, held) = (0, 0)
    let image = try Image.decoded(info, as: channels) { row, y in
      for i in 0..<info.width * info.channels {
        if used == held {
          part = try nextPart(&rest)
          (used, held) = (0, part.count / type.byteCount)
        }
        row[i] = type.pixel(in: part, at: used)
        used += 1
        guard row[i].isFinite else {
          throw IDXProblem.notFinite(
            image: position, index: y * info.width * info.channels + i)
        }
      }
    }
    position += 1
    return image
  }

  func skip() throws {
    guard try nextInfo() != nil else { return }
    var rest = info.height * info.width * info.channels
    while rest > 0 { _ = try nextPart(&rest) }
    position += 1
  }

  /// The bytes of the next of `rest` elements: a part of whole ones, so that a header that lies cannot
  /// ask for memory.
  private func nextPart(_ rest: inout Int) throws -> [UInt8] {
    let elements = min(rest, 32 * 1024)
    let part = try bytes.read(upTo: elements * type.byteCount)
    guard part.count == elements * type.byteCount else {
      throw IDXProblem.truncated(expected: count, found: position)
    }
    rest -= elements
    return part
  }
}
