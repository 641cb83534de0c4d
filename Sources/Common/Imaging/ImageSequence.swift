import ByteIO
import TensorStream

/// Images that belong together: those of one array, or a picture by itself.
public struct ImageGroup: Equatable, Sendable {
  /// What messages call the file.
  public let file: String
  /// The axes before `[H,W,C]`; none for a picture of its own. Their product is ``count``.
  public let batchAxes: [Int]
  public let count: Int
  /// The shape of each image, as ``ImageSequence/nextImage()`` gives it.
  public let info: ImageInfo
  /// The number of the group's first image among all images of the sequence.
  public let firstIndex: Int
  /// The base name that an array notes of its image.
  public let notedName: [UInt8]?

  /// The name of the file without its folder; nil of standard input, which has none.
  var baseName: [UInt8]? {
    guard file != "<stdin>" else { return nil }
    return file.systemBytes.split(separator: UInt8(ascii: "/")).last.map { Array($0) }
  }
}

/// The images of a file, one at a time.
///
/// Image files (PNG, PNM, IDX) give pixels in the channels that are asked for; so do NPY arrays of
/// integers, which are divided by their type's maximum. NPY arrays of floating-point numbers are maps
/// and keep their values and channels: `[H,W]`, `[H,W,C]` or `[…,H,W,C]`.
public final class ImageSequence {
  private let channels: PixelChannels
  private let refusesMaps: Bool
  private var source: Source
  /// What messages call the file.
  let name: String
  private var leftInGroup = 0
  /// The number of the next group's first image among all images of all files.
  private(set) var nextIndex: Int
  private var hasToldOfNone = false

  private enum Source {
    case images(ImageFile)
    case arrays(TensorReader, scale: Float)
  }

  /// - Parameters:
  ///   - channels: of the pixels.
  ///   - refusesMaps: whether an array of maps is an error, because its channels cannot be chosen.
  ///   - firstIndex: the number of the file's first image among all images.
  public init(
    _ bytes: ByteReader, channels: PixelChannels, refusesMaps: Bool = false, firstIndex: Int = 0
  ) throws {
    let file = try ImageFile(bytes)
    source =
      file.format == .npy ? .arrays(TensorReader(file.bytes), scale: 1) : .images(file)
    name = bytes.name
    self.channels = channels
    self.refusesMaps = refusesMaps
    nextIndex = firstIndex
  }

  /// The next group; nil at the clean end of the file. All images of the group before must have
  /// been taken or skipped.
  /// - Throws: the problems of the file formats, with the file's name.
  public func nextGroup() throws -> ImageGroup? {
    precondition(leftInGroup == 0, "all images of a group come before the next")
    guard let next = try groupOfSource() else { return nil }
    leftInGroup = next.count
    nextIndex += next.count
    return next
  }

  /// The next image of the group, `[H,W,C]`.
  public func nextImage() throws -> Image {
    precondition(leftInGroup > 0, "the group has no image left")
    leftInGroup -= 1
    switch source {
    case .images(let file):
      guard let image = try file.next(as: channels) else {
        throw FileProblem(file: file.bytes.name, problem: StreamProblem.empty)
      }
      return image
    case .arrays(let reader, let scale):
      return try nextMap(reader, scale)
    }
  }

  /// Steps over the next image of the group.
  public func skipImage() throws {
    if case .images(let file) = source {
      leftInGroup -= 1
      try file.skip()
    } else {
      _ = try nextImage()
    }
  }

  private func groupOfSource() throws -> ImageGroup? {
    switch source {
    case .images(let file):
      guard let info = try file.nextInfo() ?? infoOfNone(file) else { return nil }
      guard info.channels == 1 || info.channels == 3 else {
        throw FileProblem(
          file: file.bytes.name,
          problem: ImageArrayProblem.channels([info.height, info.width, info.channels]))
      }
      let shape = ImageInfo(
        height: info.height, width: info.width, channels: channels.count(of: info.channels))
      let batchAxes = file.declaredCount.map { [$0] } ?? []
      return group(in: file.bytes.name, batchAxes, shape)
    case .arrays(let reader, _):
      guard let header = try reader.next() else { return nil }
      return try naming(reader.name) { try group(of: header, in: reader) }
    }
  }

  /// A file that declares to hold no images is a group of none, once.
  private func infoOfNone(_ file: ImageFile) -> ImageInfo? {
    guard file.declaredCount == 0 else { return nil }
    hasToldOfNone.toggle()
    return hasToldOfNone ? file.declaredInfo : nil
  }

  private func group(of header: ArrayHeader, in reader: TensorReader) throws -> ImageGroup {
    guard header.shape.count >= 2 else { throw ImageArrayProblem.rank(header.shape) }
    if header.notes.hasSteps(inLast: 3) { throw ImageArrayProblem.trace(header.shape) }
    let axes = header.shape.count == 2 ? header.shape + [1] : header.shape
    let shape = axes.suffix(3).map { $0 }
    reader.recordLength = max(1, shape.reduce(1, *))
    let isPixels = header.elementType.isInteger
    let scale = isPixels ? Float(1 / header.elementType.integerMaximum) : 1
    source = .arrays(reader, scale: scale)
    if isPixels, shape[2] != 1, shape[2] != 3 { throw ImageArrayProblem.channels(header.shape) }
    if !isPixels, refusesMaps { throw ImageArrayProblem.colorOfMaps }
    mapShape = ImageInfo(height: shape[0], width: shape[1], channels: shape[2])
    mapIsPixels = isPixels
    let info = ImageInfo(
      height: shape[0], width: shape[1],
      channels: isPixels ? channels.count(of: shape[2]) : shape[2])
    return group(in: reader.name, Array(axes.dropLast(3)), info, header.notes.imageName)
  }

  /// The shape of the maps of the array being read, and whether they are pixels.
  private var mapShape = ImageInfo(height: 0, width: 0, channels: 0)
  private var mapIsPixels = false

  private func group(
    in file: String, _ batchAxes: [Int], _ info: ImageInfo, _ name: [UInt8]? = nil
  ) -> ImageGroup {
    ImageGroup(
      file: file, batchAxes: batchAxes, count: batchAxes.reduce(1, *), info: info,
      firstIndex: nextIndex, notedName: name)
  }

  private func nextMap(_ reader: TensorReader, _ scale: Float) throws -> Image {
    let rowLength = mapShape.width * mapShape.channels
    return try Image.decoded(mapShape, as: mapIsPixels ? channels : .stored) { row, _ in
      let values = try reader.readFloats(upTo: rowLength)
      for i in 0..<rowLength { row[i] = values[i] * scale }
    }
  }
}

/// An NPY array that is no image.
public enum ImageArrayProblem: Problem, Equatable {
  case rank([Int])
  case channels([Int])
  case colorOfMaps
  case trace([Int])

  public var description: String {
    switch self {
    case .rank(let shape):
      "expected an image [H,W], [H,W,C] or […,H,W,C], found an array of shape \(shapeText(shape))"
    case .channels(let shape):
      "expected pixels with 1 or 3 channels last, found an array of shape \(shapeText(shape))"
    case .colorOfMaps:
      "an array of floating-point numbers, which keeps its channels"
    case .trace(let shape):
      "expected maps […,H,W,C], found the codes of every step, \(shapeText(shape))"
    }
  }
}
