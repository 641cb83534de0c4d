import ByteIO
import TensorStream

/// What can be wrong with a request for patches.
public enum PatchProblem: Problem, Equatable {
  case rangeBeyondEnd(Range<Int>, images: Int)
  case channelsDiffer(expected: Int, found: Int)
  /// The model takes windows of other channels than the image has.
  case modelChannels(expected: Int, found: Int)
  /// A file was read twice and was another one the second time.
  case hasChanged
  case windowTooLarge(height: Int, width: Int, limit: Int)
  case imageTooLarge(height: Int, width: Int, limit: Int)
  case noGrid(shape: [Int])
  case notWindows(shape: [Int])
  case gridContradiction(what: String, expected: String, found: String)
  case otherStride(expected: Int, found: Int)
  case otherPadding(expected: Int, found: Int)

  public var description: String {
    switch self {
    case .rangeBeyondEnd(let range, let images):
      "\(range.lowerBound):\(range.upperBound) is more than the \(images) images there are"
    case .channelsDiffer(let expected, let found):
      "expected \(expected) channels as in the images before, found \(found)"
    case .modelChannels(let expected, let found):
      "gives windows of \(channelsText(found)), the model takes \(channelsText(expected))"
    case .hasChanged: "has changed while it was being read"
    case .windowTooLarge(let height, let width, let limit):
      "windows of \(height)x\(width) hold more than \(limit) values each"
    case .imageTooLarge(let height, let width, let limit):
      "windows of an image of \(height)x\(width), expected at most \(limit) values in all channels"
    case .noGrid(let shape):
      "windows of \(shapeText(shape)) carry no note of where they were cut"
    case .notWindows(let shape):
      "expected windows […,gy,gx,h,w,C], found an array of shape \(shapeText(shape))"
    case .gridContradiction(let what, let expected, let found):
      "\(what): expected \(expected), found \(found)"
    case .otherStride(let expected, let found):
      "stride: expected \(expected) as noted in the stream, found \(found)"
    case .otherPadding(let expected, let found):
      "padding: expected \(expected) as noted in the stream, found \(found)"
    }
  }
}

private func channelsText(_ count: Int) -> String { "\(count) channel\(count == 1 ? "" : "s")" }
