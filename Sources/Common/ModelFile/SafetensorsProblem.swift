import ByteIO

/// What is wrong with a safetensors file.
public enum SafetensorsProblem: Problem, Equatable {
  /// The file has no bytes.
  case empty
  /// The file ends inside the eight bytes that hold the header's length.
  case lengthCut(found: Int)
  /// The length before the header is beyond the limit, most often because this is another format.
  case headerTooLong(bytes: UInt64, limit: Int)
  /// The file ends inside the header.
  case headerCut(expected: Int, found: Int)
  /// The header is not text.
  case headerNotUTF8
  /// The header is not the JSON it has to be, at this byte of it.
  case headerSyntax(byte: Int, expected: String, found: String)
  /// A number of the header is beyond what 64 bits hold.
  case numberTooLarge(byte: Int)
  /// A tensor, a field of a tensor or an entry of the metadata is there twice.
  case duplicate(key: String)
  /// An entry of the metadata is a number, an object or the like.
  case metadataNotText(key: String)
  /// There are more tensors than the limit.
  case tooManyTensors(limit: Int)
  /// The tensors would take more bytes than the limit.
  case dataTooLong(bytes: Int, limit: Int)
  /// Something follows the last tensor.
  case trailingBytes(after: Int)
  /// What is wrong with the tensor of this name.
  case tensor(String, TensorProblem)

  public var description: String {
    switch self {
    case .empty: "empty, expected a safetensors file"
    case .lengthCut(let found):
      "no safetensors file: expected 8 bytes of header length, found \(found)"
    case .headerTooLong(let bytes, let limit):
      "no safetensors file: its header would have \(bytes) bytes, expected at most \(limit)"
    case .headerCut(let expected, let found):
      "cut short: expected a header of \(expected) bytes, found \(found)"
    case .headerNotUTF8: "header is not valid UTF-8"
    case .headerSyntax(let byte, let expected, let found):
      "header: expected \(expected) at byte \(byte), found \(found)"
    case .numberTooLarge(let byte): "header: the number at byte \(byte) is too large"
    case .duplicate(let key): "header: \(shown(key)) is there twice"
    case .metadataNotText(let key): "header: metadata \(shown(key)) is not a string"
    case .tooManyTensors(let limit): "more than \(limit) tensors"
    case .dataTooLong(let bytes, let limit):
      "holds \(bytes) bytes of tensors, expected at most \(limit)"
    case .trailingBytes(let position): "expected its end at byte \(position), found more"
    case .tensor(let name, let problem): "tensor \(shown(name)): \(problem)"
    }
  }
}

/// What is wrong with one tensor of a safetensors file.
public enum TensorProblem: Problem, Equatable {
  /// A field that the format does not have.
  case unknownField(String)
  /// A field that the format requires.
  case missingField(String)
  /// A number type that no model uses.
  case unsupportedType(String)
  /// The product of the shape, or the bytes it takes, is beyond what 64 bits hold.
  case shapeOverflow(shape: [Int])
  /// The offsets are not two, a begin and an end.
  case offsetsNotPair(found: Int)
  /// The data would end before it begins.
  case offsetsReversed(begin: Int, end: Int)
  /// The offsets hold another number of bytes than the shape and type need.
  case sizeMismatch(expected: Int, found: Int)
  /// The data begins inside that of another tensor.
  case overlap(with: String)
  /// Bytes before this tensor that belong to none.
  case gap(bytes: Int)
  /// The file ends inside this tensor.
  case dataCut(expected: Int, found: Int)
  /// A NaN or an infinity.
  case notFinite(element: Int)
  /// A Float64 whose size is beyond Float32.
  case floatOverflow(element: Int, value: Double)
  /// An Int64 beyond Int32.
  case integerOverflow(element: Int, value: Int64)

  public var description: String {
    switch self {
    case .unknownField(let field): "unknown field \(shown(field))"
    case .missingField(let field): "has no \(field)"
    case .unsupportedType(let type):
      "type \(shown(type)) is not supported, expected one of \(ElementType.names)"
    case .shapeOverflow(let shape): "shape \(shown(shape)) overflows"
    case .offsetsNotPair(let found): "expected 2 data offsets, found \(found)"
    case .offsetsReversed(let begin, let end): "begins at \(begin) and ends at \(end)"
    case .sizeMismatch(let expected, let found):
      "its shape and type take \(expected) bytes, its offsets hold \(found)"
    case .overlap(let other): "overlaps \(shown(other))"
    case .gap(let bytes): "\(bytes) bytes before it belong to no tensor"
    case .dataCut(let expected, let found):
      "cut short: expected \(expected) bytes, found \(found)"
    case .notFinite(let element): "element \(element) is not finite"
    case .floatOverflow(let element, let value):
      "element \(element) is \(value), beyond the range of Float32"
    case .integerOverflow(let element, let value):
      "element \(element) is \(value), beyond the range of Int32"
    }
  }
}

/// Text out of a file as one line can hold it: escaped, quoted where it is no plain name, cut where
/// it is long.
private func shown(_ text: String) -> String {
  let start = String(text.unicodeScalars.prefix(80))
  let isPlain =
    !start.isEmpty
    && start.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") }
  let line = isPlain ? start : start.debugDescription
  return start.unicodeScalars.count < text.unicodeScalars.count ? line + "..." : line
}

private func shown(_ shape: [Int]) -> String {
  "[" + shape.prefix(8).map(String.init).joined(separator: ",") + (shape.count > 8 ? ",...]" : "]")
}
