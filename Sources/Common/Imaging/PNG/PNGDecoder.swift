import ByteIO
import CPNG

/// Reads the one image of a PNG file.
final class PNGDecoder: ImageDecoder {
  private let bytes: ByteReader
  private var isRead = false

  init(_ bytes: ByteReader) {
    self.bytes = bytes
  }

  var declaredCount: Int? { nil }

  func nextInfo() throws -> ImageInfo? { try header()?.info }

  func next(as channels: PixelChannels) throws -> Image? {
    guard let header = try header() else { return nil }
    isRead = true
    return try PNGFeed(bytes).decode(header.info, as: channels)
  }

  func skip() throws { _ = try next(as: .grey) }

  private func header() throws -> PNGHeader? {
    if isRead {
      guard try bytes.isAtEnd() else { throw PNGProblem.trailingBytes }
      return nil
    }
    return try PNGHeader(bytes.peek(PNGHeader.byteCount))
  }
}

/// Gives libpng the bytes of a reader and keeps the error that it cannot carry.
private final class PNGFeed {
  private let bytes: ByteReader
  private let start: Int
  private var failure: (any Error)?

  init(_ bytes: ByteReader) {
    self.bytes = bytes
    start = bytes.position
  }

  /// - Returns: the image, of the shape that `info` already told.
  /// - Throws: ``PNGProblem``, or what reading the bytes throws.
  func decode(_ info: ImageInfo, as channels: PixelChannels) throws -> Image {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let reader = cpng_reader_create(
      { context, destination, count in
        let feed = Unmanaged<PNGFeed>.fromOpaque(context).takeUnretainedValue()
        return feed.read(into: UnsafeMutableRawBufferPointer(start: destination, count: count))
      }, context, UInt32(Image.sideLimit))
    guard let reader else { throw PNGProblem.invalid("out of memory") }
    defer { cpng_reader_destroy(reader) }

    var header = cpng_header()
    try check(cpng_read_header(reader, &header), reader)
    let converter = PNGPixels(header)
    var row = [UInt8](repeating: 0, count: header.row_bytes)
    let image = try Image.decoded(info, as: channels) { pixels, _ in
      try check(cpng_read_row(reader, &row), reader)
      try converter.convert(row, to: pixels)
    }
    try check(cpng_read_end(reader), reader)
    return image
  }

  private func read(into destination: UnsafeMutableRawBufferPointer) -> Int {
    do {
      return try bytes.read(into: destination)
    } catch {
      failure = error
      return -1
    }
  }

  private func check(_ status: Int32, _ reader: OpaquePointer) throws {
    if status == 0 { return }
    if let failure { throw failure }
    if cpng_reader_truncated(reader) != 0 {
      throw PNGProblem.truncated(bytes: bytes.position - start)
    }
    throw PNGProblem.invalid(fromLibrary: String(cString: cpng_reader_message(reader)))
  }
}
