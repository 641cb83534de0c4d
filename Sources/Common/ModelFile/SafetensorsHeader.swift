import ByteIO

/// The number types of a file that a model can use.
enum ElementType: String, CaseIterable {
  case float32 = "F32"
  case float64 = "F64"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case int64 = "I64"
  case uint8 = "U8"

  /// Bytes a number.
  var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    case .uint8: 1
    }
  }

  /// What messages offer.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

/// The header of a safetensors file: where each tensor lies, checked.
struct SafetensorsHeader {
  static let metadataKey = "__metadata__"

  /// A tensor's place in the data that follows the header.
  struct Entry {
    var name: String
    var type: ElementType
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  /// In the order of the data, which they cover without overlaps or gaps.
  private(set) var entries: [Entry] = []
  private(set) var metadata: [String: String] = [:]

  /// - Parameter json: the header without the length before it.
  init(json: [UInt8], limits: SafetensorsFile.Limits) throws {
    var cursor = try JSONCursor(json)
    guard cursor.next == UInt8(ascii: "{") else {
      // The format allows white space after the object, not before it.
      throw SafetensorsProblem.headerSyntax(
        byte: 0, expected: "`{`", found: json.isEmpty ? "its end" : "something else")
    }
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    try cursor.object { cursor, key in
      if key == Self.metadataKey {
        metadata = try Self.metadata(&cursor)
      } else {
        guard entries.count < limits.tensors else {
          throw SafetensorsProblem.tooManyTensors(limit: limits.tensors)
        }
        entries.append(try Self.entry(named: key, &cursor))
      }
    }
    try cursor.end()
    entries.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    self.entries = entries
    self.metadata = metadata
    try checkLayout(limits)
  }

  private static func metadata(_ cursor: inout JSONCursor) throws -> [String: String] {
    var metadata: [String: String] = [:]
    try cursor.object { cursor, key in
      guard cursor.isAtString() else { throw SafetensorsProblem.metadataNotText(key: key) }
      metadata[key] = try cursor.string()
    }
    return metadata
  }

  private static func entry(named name: String, _ cursor: inout JSONCursor) throws -> Entry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try cursor.object { cursor, field in
      switch field {
      case "dtype": typeName = try cursor.string()
      case "shape": shape = try cursor.integers()
      case "data_offsets": offsets = try cursor.integers()
      default: throw SafetensorsProblem.tensor(name, .unknownField(field))
      }
    }
    func required<Value>(_ value: Value?, _ field: String) throws -> Value {
      guard let value else { throw SafetensorsProblem.tensor(name, .missingField(field)) }
      return value
    }
    let type = try required(typeName, "dtype")
    guard let type = ElementType(rawValue: type) else {
      throw SafetensorsProblem.tensor(name, .unsupportedType(type))
    }
    let range = try required(offsets, "data_offsets")
    guard range.count == 2 else {
      throw SafetensorsProblem.tensor(name, .offsetsNotPair(found: range.count))
    }
    let entry = Entry(
      name: name, type: type, shape: try required(shape, "shape"), begin: range[0], end: range[1])
    try check(entry)
    return entry
  }

  private static func check(_ entry: Entry) throws {
    guard entry.begin <= entry.end else {
      throw SafetensorsProblem.tensor(
        entry.name, .offsetsReversed(begin: entry.begin, end: entry.end))
    }
    let count = elementCount(of: entry.shape)
    guard let bytes = count.flatMap({ elementCount(of: [$0, entry.type.size]) }) else {
      throw SafetensorsProblem.tensor(entry.name, .shapeOverflow(shape: entry.shape))
    }
    guard bytes == entry.end - entry.begin else {
      throw SafetensorsProblem.tensor(
        entry.name, .sizeMismatch(expected: bytes, found: entry.end - entry.begin))
    }
  }

  private func checkLayout(_ limits: SafetensorsFile.Limits) throws {
    var end = 0
    var previous = ""
    for entry in entries {
      guard entry.begin >= end else {
        throw SafetensorsProblem.tensor(entry.name, .overlap(with: previous))
      }
      guard entry.begin == end else {
        throw SafetensorsProblem.tensor(entry.name, .gap(bytes: entry.begin - end))
      }
      end = entry.end
      previous = entry.name
    }
    guard end <= limits.dataBytes else {
      throw SafetensorsProblem.dataTooLong(bytes: end, limit: limits.dataBytes)
    }
  }
}
