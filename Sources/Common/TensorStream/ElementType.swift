/// The types of elements that a stream is read from. The raw value is NumPy's name.
public enum ElementType: String, CaseIterable, Sendable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float16, float32, float64

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether the elements are whole numbers; truth values are not.
  public var isInteger: Bool { self != .bool && !isFloat }

  /// Whether the elements are floating-point numbers.
  public var isFloat: Bool { self == .float16 || self == .float32 || self == .float64 }

  /// The largest value of an integer type (255, 65535, …): what pixels of that type are divided by.
  /// 1 for truth values and for floating-point types, whose pixels are 0…1 already.
  public var integerMaximum: Double {
    switch self {
    case .bool, .float16, .float32, .float64: 1
    case .int8: Double(Int8.max)
    case .int16: Double(Int16.max)
    case .int32: Double(Int32.max)
    case .int64: Double(Int64.max)
    case .uint8: Double(UInt8.max)
    case .uint16: Double(UInt16.max)
    case .uint32: Double(UInt32.max)
    case .uint64: Double(UInt64.max)
    }
  }

  /// The type of a NumPy type code without its byte order, such as `f4`; nil for what no stream
  /// holds.
  init?(code: Substring) {
    switch code {
    case "b1": self = .bool
    case "i1": self = .int8
    case "i2": self = .int16
    case "i4": self = .int32
    case "i8": self = .int64
    case "u1": self = .uint8
    case "u2": self = .uint16
    case "u4": self = .uint32
    case "u8": self = .uint64
    case "f2": self = .float16
    case "f4": self = .float32
    case "f8": self = .float64
    default: return nil
    }
  }
}
