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
}

/// The images of several files, one after another and one at a time.
///
/// Image files (PNG, PNM, IDX) give grey images, or three channels where colour is asked for; so do
/// NPY arrays of integers, which are divided by their type's maximum. NPY arrays of floating-point
/// numbers are maps and keep their values and channels: `[H,W]`, `[H,W,C]` or `[…,H,W,C]`.
public final class ImageSequence {
  /// How the files that are still to come are opened, each when its turn comes.
  private var files: [() throws -> ByteReader]
  private let keepsColor: Bool
  private var current: Source?
  private var group: ImageGroup?
  private var leftInGroup = 0
  private var imageCount = 0
  private var hasToldOfNone = false

  private enum Source {
    case images(ImageFile)
    case arrays(TensorReader, scale: Float)
  }

  /// - Parameters:
  ///   - files: open one file each, so that a thousand of them take no more than one at a time.
  ///   - keepsColor: whether image files give three channels instead of one.
  public init(_ files: [() throws -> ByteReader], keepsColor: Bool) {
    self.files = files
    self.keepsColor = keepsColor
  }

  /// The next group; nil at the clean end of the last file. All images of the group before must have
  /// been taken or skipped.
  /// - Throws: the problems of the file formats, with the file's name.
  public func nextGroup() throws -> ImageGroup? {
    precondition(leftInGroup == 0, "all images of a group come before the next")
    while true {
      if current == nil {
        guard !files.isEmpty else { return nil }
        current = try open(try files.removeFirst()())
      }
      if let next = try groupOfCurrent() {
        group = next
        leftInGroup = next.count
        imageCount += next.count
        return next
      }
      current = nil
    }
  }

  /// The next image of the group, `[H,W,C]`.
  public func nextImage() throws -> Image {
    precondition(leftInGroup > 0, "the group has no image left")
    leftInGroup -= 1
    switch current! {
    case .images(let file):
      guard let image = try file.next() else {
        throw FileProblem(file: file.bytes.name, problem: StreamProblem.empty)
      }
      return inAskedColor(image)
    case .arrays(let reader, let scale):
      return try nextMap(reader, scale)
    }
  }

  /// Steps over the next image of the group.
  public func skipImage() throws {
    if case .images(let file) = current! {
      leftInGroup -= 1
      try file.skip()
    } else {
      _ = try nextImage()
    }
  }

  private func open(_ bytes: ByteReader) throws -> Source {
    let file = try ImageFile(bytes)
    guard file.format == .npy else { return .images(file) }
    return .arrays(TensorReader(file.bytes), scale: 1)
  }

  private func groupOfCurrent() throws -> ImageGroup? {
    switch current! {
    case .images(let file):
      guard let info = try file.nextInfo() ?? infoOfNone(file) else { return nil }
      guard info.channels == 1 || info.channels == 3 else {
        throw FileProblem(
          file: file.bytes.name,
          problem: ImageArrayProblem.channels([info.height, info.width, info.channels]))
      }
      let shape = ImageInfo(
        height: info.height, width: info.width, channels: keepsColor ? 3 : 1)
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
    guard shape.allSatisfy({ $0 >= 1 }) else { throw ImageArrayProblem.rank(header.shape) }
    reader.recordLength = shape.reduce(1, *)
    let isPixels = header.elementType.isInteger
    let scale = isPixels ? Float(1 / header.elementType.integerMaximum) : 1
    current = .arrays(reader, scale: scale)
    if isPixels, shape[2] != 1, shape[2] != 3 { throw ImageArrayProblem.channels(header.shape) }
    if !isPixels, keepsColor { throw ImageArrayProblem.colorOfMaps }
    mapShape = ImageInfo(height: shape[0], width: shape[1], channels: shape[2])
    mapIsPixels = isPixels
    let info = ImageInfo(
      height: shape[0], width: shape[1],
      channels: isPixels ? (keepsColor ? 3 : 1) : shape[2])
    return group(in: reader.name, Array(axes.dropLast(3)), info)
  }

  /// The shape of the maps of the array being read, and whether they are pixels.
  private var mapShape = ImageInfo(height: 0, width: 0, channels: 0)
  private var mapIsPixels = false

  private func group(in file: String, _ batchAxes: [Int], _ info: ImageInfo) -> ImageGroup {
    ImageGroup(
      file: file, batchAxes: batchAxes, count: batchAxes.reduce(1, *), info: info,
      firstIndex: imageCount)
  }

  private func nextMap(_ reader: TensorReader, _ scale: Float) throws -> Image {
    var pixels = try reader.readFloats(
      upTo: mapShape.height * mapShape.width * mapShape.channels)
    if scale != 1 {
      for index in pixels.indices { pixels[index] *= scale }
    }
    let map = Image(
      height: mapShape.height, width: mapShape.width, channels: mapShape.channels, pixels: pixels)
    return mapIsPixels ? inAskedColor(map) : map
  }

  private func inAskedColor(_ image: Image) -> Image {
    guard keepsColor else { return image.grey() }
    guard image.channels == 1 else { return image }
    return Image(
      height: image.height, width: image.width, channels: 3,
      pixels: image.pixels.flatMap { [$0, $0, $0] })
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
      "--color has no effect on an array of floating-point numbers, which keeps its channels"
    case .trace(let shape):
      "expected maps […,H,W,C], found the codes of every step, \(shapeText(shape))"
    }
  }
}
