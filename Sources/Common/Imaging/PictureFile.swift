import ByteIO

/// Pictures written as PNG: one to a stream or a file, several to files numbered by `%d`.
public final class PictureWriter {
  private let path: String?
  private var first: ByteWriter?
  private var held: [UInt8]?
  /// How many pictures were written.
  public private(set) var count = 0

  /// - Parameters:
  ///   - path: where pictures go; with `%d` in it each has its number there, from 0.
  ///   - openSingle: opens the output of a picture that is alone.
  public init(path: String?, openSingle: @escaping () throws -> ByteWriter) throws {
    self.path = path
    // Now, so that what cannot be written fails before anything is read.
    first = try numbered(0) ?? openSingle()
  }

  /// The file of picture `number`; nil where pictures are not numbered.
  private func numbered(_ number: Int) throws -> ByteWriter? {
    guard let path, path.contains("%d") else { return nil }
    let parts = path.split(separator: "%d", maxSplits: 1, omittingEmptySubsequences: false)
    return try ByteWriter.file("\(parts[0])\(number)\(parts[1])")
  }

  private var isNumbered: Bool { path?.contains("%d") ?? false }

  /// Writes the next picture.
  /// - Throws: ``PictureProblem/severalPictures(path:)`` for a second one without `%d`.
  public func write(_ image: Image) throws {
    let bytes = try encodePNG(image)
    if isNumbered {
      let file = try count == 0 ? first : numbered(count)
      first = nil
      try file?.write(bytes)
      try file?.finish()
    } else {
      guard held == nil else { throw PictureProblem.severalPictures }
      held = bytes
    }
    count += 1
  }

  /// Puts a single picture in its place: not before the input has ended well.
  public func finish() throws {
    // No pictures are no files where they have numbers; the one that was asked for must be there.
    guard count > 0 || isNumbered else { throw PictureProblem.noPicture }
    if let first, let held {
      try first.write(held)
      try first.finish()
    }
  }
}

public enum PictureProblem: Problem, Equatable {
  case severalPictures
  case noPicture
  case cannotShow(shape: [Int])
  case tooLarge(pixels: Double, limit: Int)

  public var description: String {
    switch self {
    case .severalPictures:
      "the stream holds several pictures; number their files, as in -o back-%d.png"
    case .noPicture: "the stream holds no picture"
    case .cannotShow(let shape):
      "records of shape \(shapeText(shape)) are no pictures, expected [h,w], [h,w,1] or [h,w,3]"
    case .tooLarge(let pixels, let limit):
      "a picture of \(pixels) pixels, expected at most \(limit)"
    }
  }
}
