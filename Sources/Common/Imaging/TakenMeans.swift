import ByteIO
import TensorStream

/// Local means that were taken from images before they were cut, one by one in their order.
public final class TakenMeans {
  private let images: ImageSequence
  private var left = 0
  private var info = ImageInfo(height: 0, width: 0, channels: 0)

  /// - Parameter bytes: arrays `[…,H,W,C]`.
  public init(_ bytes: ByteReader) throws {
    images = try ImageSequence(bytes, channels: .stored)
  }

  /// Those of the next image, `[H,W,C]`.
  /// - Parameter grid: of its windows.
  /// - Throws: ``TakenMeansProblem``, with the file's name.
  func next(of grid: WindowGrid, _ channels: Int) throws -> Image {
    try naming(images.name) {
      while left == 0 {
        guard let group = try images.nextGroup() else { throw TakenMeansProblem.ended }
        (left, info) = (group.count, group.info)
      }
      let expected = ImageInfo(
        height: grid.imageHeight, width: grid.imageWidth, channels: channels)
      guard info == expected else {
        throw TakenMeansProblem.otherShape(expected: expected.shape, found: info.shape)
      }
      left -= 1
      return try images.nextImage()
    }
  }

  /// - Throws: ``TakenMeansProblem/goOn`` where means are left.
  func finish() throws {
    try naming(images.name) {
      while left == 0 {
        guard let group = try images.nextGroup() else { return }
        left = group.count
      }
      throw TakenMeansProblem.goOn
    }
  }
}

/// What can be wrong with means that are put back.
public enum TakenMeansProblem: Problem, Equatable {
  case ended
  case goOn
  case otherShape(expected: [Int], found: [Int])

  public var description: String {
    switch self {
    case .ended: "ends before the images that its means were taken from"
    case .goOn: "goes on after the last image that means were taken from"
    case .otherShape(let expected, let found):
      "expected means of \(shapeText(expected)), as the image, found \(shapeText(found))"
    }
  }
}

extension ImageInfo {
  fileprivate var shape: [Int] { [height, width, channels] }
}

extension Image {
  /// The sum with the upper left part of an image that is as large or larger.
  func adding(_ other: Image) -> Image {
    var result = self
    let rowLength = width * channels
    for y in 0..<height {
      for i in 0..<rowLength {
        result.pixels[y * rowLength + i] += other.pixels[y * other.width * channels + i]
      }
    }
    return result
  }
}
