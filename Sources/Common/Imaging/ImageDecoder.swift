/// One format's reader of the images in a file, from the first to the last.
protocol ImageDecoder: AnyObject {
  /// How many images the file says it holds, where it says so.
  var declaredCount: Int? { get }

  /// The shape of all its images, where the file's header tells it.
  var declaredInfo: ImageInfo? { get }

  /// The next image's shape without taking the image; nil at the clean end of the file.
  func nextInfo() throws -> ImageInfo?

  /// The next image in the channels asked for; nil at the clean end of the file.
  func next(as channels: PixelChannels) throws -> Image?

  /// Steps over the next image; does nothing at the end.
  func skip() throws
}

extension ImageDecoder {
  var declaredInfo: ImageInfo? { nil }
}
