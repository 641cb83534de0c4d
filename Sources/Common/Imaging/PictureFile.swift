import ByteIO

/// The name of files of pictures: `%d` stands for their number, from 0, and `%%` for `%`.
public struct PictureName: Sendable {
  /// What stands between numbers.
  private let parts: [String]

  public init(_ path: String) {
    var parts = [""]
    var rest = Substring(path)
    while let character = rest.popFirst() {
      switch (character, rest.first) {
      case ("%", "d"): parts.append("")
      case ("%", "%"): parts[parts.count - 1].append("%")
      default:
        parts[parts.count - 1].append(character)
        continue
      }
      rest.removeFirst()
    }
    self.parts = parts
  }

  public var isNumbered: Bool { parts.count > 1 }

  /// The path of a picture by its number.
  public func path(_ number: Int) -> String { parts.joined(separator: "\(number)") }

  /// Ends of names that say of a file what no PNG is.
  private static let otherFormats = [
    "bmp", "gif", "jpeg", "jpg", "pbm", "pdf", "pgm", "pnm", "ppm", "svg", "tif", "tiff",
    "webp",
  ]

  /// The end of the name, where it belongs to another format than PNG.
  public var otherFormat: String? {
    let end = path(0).split(separator: "/").last?.split(separator: ".").dropFirst().last
    return end.map { $0.lowercased() }.flatMap { Self.otherFormats.contains($0) ? $0 : nil }
  }
}

/// Pictures written as PNG: one to a stream or a file, several to files numbered by `%d`.
public final class PictureWriter {
  private let name: PictureName?
  private var first: ByteWriter?
  private var held: [UInt8]?
  /// How many pictures were written.
  public private(set) var count = 0

  /// - Parameters:
  ///   - name: where pictures go; nil is where `standardOutput` leads.
  public init(_ name: PictureName?, standardOutput: () throws -> ByteWriter) throws {
    self.name = name
    // Now, so that what cannot be written fails before anything is read.
    first = try name.map { try ByteWriter.file($0.path(0)) } ?? standardOutput()
  }

  /// Writes the next picture.
  /// - Throws: ``PictureProblem/severalPictures(path:)`` for a second one without `%d`.
  public func write(_ image: Image) throws {
    let bytes = try encodePNG(image)
    if let name, name.isNumbered {
      let file = try count == 0 ? first : ByteWriter.file(name.path(count))
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
    guard count > 0 || name?.isNumbered == true else { throw PictureProblem.noPicture }
    if let first, let held {
      try first.write(held)
      try first.finish()
    }
  }
}

/// What cannot be written as pictures.
public enum PictureProblem: Problem, Equatable {
  case severalPictures
  case noPicture
  case cannotShow(shape: [Int])
  case noMaps(shape: [Int])
  /// A tile too narrow for its number.
  case tooNarrow(digits: Int, expected: Int, found: Int)
  case tooLarge(pixels: Double, limit: Int)

  public var description: String {
    switch self {
    case .severalPictures:
      "the stream holds several pictures; number their files, as in -o back-%d.png"
    case .noPicture: "the stream holds no picture"
    case .cannotShow(let shape):
      "records of shape \(shapeText(shape)) are no pictures, expected [h,w], [h,w,1] or [h,w,3]"
    case .noMaps(let shape): "an array of \(shapeText(shape)), expected maps […,y,x,K]"
    case .tooNarrow(let digits, let expected, let found):
      "numbers of \(digits) digits need tiles \(expected) pixels wide, found \(found)"
    case .tooLarge(let pixels, let limit):
      "a picture of \(pixels) pixels, expected at most \(limit)"
    }
  }
}
