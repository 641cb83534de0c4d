import ByteIO

/// A file of images in any format that is read here: PNG, PNM, IDX, any of them gzipped.
///
/// Images come one at a time, and no more of the file is held than one of them. Every error names
/// the file.
public final class ImageFile {
  public let format: ImageFormat
  /// The file's bytes, decompressed; the reader of an NPY stream reads on from here.
  public let bytes: ByteReader
  private let decoder: (any ImageDecoder)?

  /// Recognises the format by the first bytes; of an IDX file it reads the header.
  /// - Throws: ``ImageFormatProblem``, ``IDXProblem`` or ``GzipProblem``.
  public init(_ bytes: ByteReader) throws {
    (format, self.bytes, decoder) = try naming(bytes.name) {
      let isGzip = try bytes.peek(2).elementsEqual(GzipSource.magic)
      let plain = isGzip ? ByteReader(try GzipSource(bytes)) : bytes
      let format = try ImageFormat.sniffed(Array(plain.peek(12)), name: bytes.name)
      let decoder: (any ImageDecoder)? =
        switch format {
        case .png: PNGDecoder(plain)
        case .pnm: PNMDecoder(plain)
        case .idx: try IDXDecoder(plain)
        case .npy: nil
        }
      return (format, plain, decoder)
    }
  }

  /// How many images the file holds: the N of IDX's `[N,H,W,C]`. Nil for PNG and PNM, which do not
  /// say.
  public var declaredCount: Int? { decoder?.declaredCount }

  /// The shape of all images, where the file's header tells it: even of one that holds none.
  public var declaredInfo: ImageInfo? { decoder?.declaredInfo }

  /// The shape of the next image, which is still to come; nil at the clean end of the file.
  ///
  /// - Throws: ``PNGProblem``, ``PNMProblem``, ``IDXProblem``; bytes after the last image are one.
  public func nextInfo() throws -> ImageInfo? {
    try withDecoder { try $0.nextInfo() }
  }

  /// The next image; nil at the clean end of the file.
  ///
  /// - Parameter channels: in which channels its pixels come, whatever ``nextInfo()`` says the file has.
  /// - Throws: ``PNGProblem``, ``PNMProblem``, ``IDXProblem``; bytes after the last image are one.
  public func next(as channels: PixelChannels = .stored) throws -> Image? {
    try withDecoder { try $0.next(as: channels) }
  }

  /// Steps over the next image, without decoding pixels where the format allows it (IDX, raw PNM).
  /// At the end of the file it does nothing.
  public func skip() throws {
    try withDecoder { try $0.skip() }
  }

  private func withDecoder<Result>(_ body: (any ImageDecoder) throws -> Result) throws -> Result {
    try naming(bytes.name) {
      guard let decoder else { throw ImageFormatProblem.array }
      return try body(decoder)
    }
  }
}
