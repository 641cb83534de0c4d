import ByteIO

/// What can be wrong with a tensor stream.
public enum StreamProblem: Problem, Equatable {
  /// Where a value stands: in which record of which array, all counted from 0.
  public struct Place: Equatable, Sendable, CustomStringConvertible {
    public var array, record, value, recordLength: Int

    public init(array: Int, record: Int, value: Int, recordLength: Int) {
      self.array = array
      self.record = record
      self.value = value
      self.recordLength = recordLength
    }

    public var description: String { "record \(record) of array \(array)" }

    /// ` (value 3 of 144)`; empty where a record is one value.
    var suffix: String { recordLength == 1 ? "" : " (value \(value) of \(recordLength))" }
  }

  /// No byte at all: the program before has failed, or nothing was piped in.
  case empty
  /// An array does not begin with the NPY magic; `found` are its first bytes.
  case notNPY(found: [UInt8])
  case unsupportedVersion(major: UInt8, minor: UInt8)
  /// In bytes, without what stands before the literal.
  case headerTooLong(length: Int, limit: Int)
  /// In bytes from the magic on, as far as the header has said its length.
  case headerTruncated(expected: Int, found: Int)
  /// `near` is the text at the fault; empty at the header's end.
  case malformedHeader(what: String, near: String)
  case missingKey(String)
  case duplicateKey(String)
  /// A type of element that is no number, or of a size that is not read.
  case unsupportedType(String)
  case tooManyAxes(Int, limit: Int)
  /// The bytes of the array do not fit an integer, even where another axis is zero.
  case shapeTooLarge(String)
  case negativeAxis(shape: String)
  case malformedNote(name: String, value: String, expected: String)
  /// In bytes of one array's data.
  case dataTruncated(expected: Int, found: Int)
  /// `found` is `NaN`, `infinity` or `-infinity`.
  case nonFinite(found: String, at: Place)
  /// A finite number that Float32 does not hold.
  case overflow(Double, at: Place)
  /// `index` counts the labels of the array from 0.
  case labelOutOfRange(String, index: Int)
  case expectedIntegers(found: ElementType)
  /// In bytes of Float32.
  case fortranTooLarge(bytes: Int, limit: Int)

  public var description: String {
    switch self {
    case .empty: "empty, expected a tensor stream"
    case .notNPY(let found):
      "not a tensor stream: begins with \"\(Self.printable(found))\", expected the NPY magic"
    case .unsupportedVersion(let major, let minor):
      "NPY version \(major).\(minor), expected 1.0, 2.0 or 3.0"
    case .headerTooLong(let length, let limit):
      "header of \(length) bytes, expected at most \(limit)"
    case .headerTruncated(let expected, let found):
      "header cut short: expected \(expected) bytes, found \(found)"
    case .malformedHeader(let what, let near):
      "malformed header: \(what)" + (near.isEmpty ? " at its end" : " at \"\(near)\"")
    case .missingKey(let key): "header without '\(key)'"
    case .duplicateKey(let key): "header with '\(key)' twice"
    case .unsupportedType(let type):
      "elements of type \(type), expected floats (f2 f4 f8), integers (i1…i8 u1…u8) or bool"
    case .tooManyAxes(let count, let limit): "\(count) axes, expected at most \(limit)"
    case .shapeTooLarge(let shape): "shape \(shape) is too large"
    case .negativeAxis(let shape): "shape \(shape) has a negative axis"
    case .malformedNote(let name, let value, let expected):
      "note \(name)=\(value), expected \(expected)"
    case .dataTruncated(let expected, let found):
      "array cut short: expected \(expected) bytes, found \(found)"
    case .nonFinite(let found, let place): "\(place) holds \(found)\(place.suffix)"
    case .overflow(let value, let place):
      "\(place) holds \(value)\(place.suffix), beyond the range of Float32"
    case .labelOutOfRange(let label, let index):
      "label \(index) is \(label), expected at least \(Int32.min) and at most \(Int32.max)"
    case .expectedIntegers(let found): "expected integers, found \(found.rawValue)"
    case .fortranTooLarge(let bytes, let limit):
      "an array in Fortran order of \(bytes) bytes as Float32, expected at most \(limit); "
        + "save it in C order"
    }
  }

  /// `bytes` as they can stand in one line.
  static func printable(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"): text += "\\n"
      case UInt8(ascii: "\r"): text += "\\r"
      case UInt8(ascii: "\t"): text += "\\t"
      case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return text
  }
}
