import ByteIO

/// What can be wrong with an IDX file (the format of MNIST).
public enum IDXProblem: Problem, Equatable {
  /// The file does not begin with two zero bytes.
  case magic(found: [UInt8])
  case unknownType(found: UInt8)
  /// The file holds an array of another rank than asked for.
  case imageRank(found: Int)
  case labelRank(found: Int)
  /// The file ends inside its header.
  case truncatedHeader(expected: Int, found: Int)
  /// An axis of the images is 0.
  case zeroSize(shape: [Int])
  case tooLarge(shape: [Int], limit: Int)
  case rowTooLong(shape: [Int], limit: Int)
  /// The file ends inside an image (or label); both counts in whole ones.
  case truncated(expected: Int, found: Int)
  /// A float that is not finite, or too large for Float32.
  case notFinite(image: Int, index: Int)
  /// Labels are stored as floats.
  case labelType(found: UInt8)
  case trailingBytes(count: Int)

  public var description: String {
    switch self {
    case .magic(let found): "IDX magic \(Self.hex(found)), expected 00 00, a type and a rank"
    case .unknownType(let found):
      "IDX element type \(Self.hex([found])), expected one of 08 09 0b 0c 0d 0e"
    case .imageRank(let found):
      "an IDX array of rank \(found), images have rank 2 [H,W], 3 [N,H,W] or 4 [N,H,W,C]"
    case .labelRank(let found): "an IDX array of rank \(found), labels have rank 1"
    case .truncatedHeader(let expected, let found):
      "truncated IDX header: expected \(expected) bytes, found \(found)"
    case .zeroSize(let shape): "an IDX array \(shape), images have at least one pixel"
    case .tooLarge(let shape, let limit):
      "an IDX array \(shape), the limit is \(limit) values an image"
    case .rowTooLong(let shape, let limit):
      "an IDX array \(shape), the limit is \(limit) values a row of an image"
    case .truncated(let expected, let found):
      "truncated IDX: the header says \(expected), found \(found)"
    case .notFinite(let image, let index):
      "image \(image), value \(index): not finite as Float32"
    case .labelType(let found): "labels of IDX type \(Self.hex([found])), expected integers"
    case .trailingBytes(let count):
      "bytes after the \(count) that the IDX header says, expected the end of the file"
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
