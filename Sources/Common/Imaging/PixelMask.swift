import ByteIO
import TensorStream

/// Which pixels of images of one size are there, in all channels.
public struct PixelMask: Sendable {
  let height: Int
  let width: Int
  /// `[H,W]`
  let values: [Bool]

  /// Reads a picture in black and white, or an array `[H,W]` or `[…,H,W,1]` of one mask: 1 where a pixel is there, 0
  /// where it is missing.
  /// - Throws: ``PixelMaskProblem``, and the problems of the formats, with the file's name.
  public init(_ bytes: ByteReader) throws {
    let reader = try arraysOrPictures(bytes)
    (height, width, values) = try naming(bytes.name) {
      guard let header = try reader.next() else { throw StreamProblem.empty }
      let sides = header.shape.count == 2 ? header.shape + [1] : header.shape
      guard sides.count >= 3, sides[sides.count - 1] == 1, sides.dropLast(3).allSatisfy({ $0 == 1 })
      else { throw PixelMaskProblem.shape(header.shape) }
      let (height, width) = (sides[sides.count - 3], sides[sides.count - 2])
      reader.recordLength = max(1, width)
      var values: [Bool] = []
      for _ in 0..<height {
        let row = try reader.readFloats(upTo: width)
        if let wrong = row.first(where: { $0 != 0 && $0 != 1 }) {
          throw PixelMaskProblem.noMask(found: wrong)
        }
        values += row.map { $0 == 1 }
      }
      guard try reader.next() == nil else { throw PixelMaskProblem.several }
      return (height, width, values)
    }
  }

  /// - Returns: `[H,W]`.
  /// - Throws: ``PixelMaskProblem/otherSize(expected:found:)``.
  func isThere(in image: Image) throws -> [Bool] {
    guard (height, width) == (image.height, image.width) else {
      throw PixelMaskProblem.otherSize(
        expected: [image.height, image.width], found: [height, width])
    }
    return values
  }
}

/// What can be wrong with a mask of pixels.
public enum PixelMaskProblem: Problem, Equatable {
  case shape([Int])
  case several
  case noMask(found: Float)
  case otherSize(expected: [Int], found: [Int])
  case nothingNear(row: Int, column: Int, window: Int)

  public var description: String {
    switch self {
    case .shape(let shape):
      "expected one mask, a grey picture or an array [H,W] or [1,H,W,1], found \(shapeText(shape))"
    case .several: "expected one mask for all images, found several"
    case .noMask(let found):
      "the mask holds \(found), expected 1 where a pixel is there and 0 where not"
    case .otherSize(let expected, let found):
      "the mask is of \(shapeText(found)) pixels, expected \(shapeText(expected)) as the image"
    case .nothingNear(let row, let column, let window):
      "nothing is there around row \(row), column \(column) in a window of \(window) pixels; take a larger one"
    }
  }
}
