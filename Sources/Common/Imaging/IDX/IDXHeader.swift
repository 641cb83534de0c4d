import ByteIO

/// What stands before the data of an IDX file: `00 00 TT RR` and RR sizes, big-endian.
struct IDXHeader: Equatable {
  let type: IDXType
  let shape: [Int]

  /// Reads the header; the data come next.
  /// - Throws: ``IDXProblem``.
  init(_ bytes: ByteReader) throws {
    let magic = try bytes.read(upTo: 4)
    guard magic.count == 4 else {
      throw IDXProblem.truncatedHeader(expected: 4, found: magic.count)
    }
    guard magic[0] == 0 && magic[1] == 0 else { throw IDXProblem.magic(found: magic) }
    guard let type = IDXType(rawValue: magic[2]) else {
      throw IDXProblem.unknownType(found: magic[2])
    }
    self.type = type
    let rank = Int(magic[3])
    let sizes = try bytes.read(upTo: 4 * rank)
    guard sizes.count == 4 * rank else {
      throw IDXProblem.truncatedHeader(expected: 4 + 4 * rank, found: 4 + sizes.count)
    }
    shape = (0..<rank).map { axis in
      sizes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) }
    }
  }
}

/// The element types of IDX.
enum IDXType: UInt8 {
  case uint8 = 0x08
  case int8 = 0x09
  case int16 = 0x0B
  case int32 = 0x0C
  case float32 = 0x0D
  case float64 = 0x0E

  var byteCount: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16: 2
    case .int32, .float32: 4
    case .float64: 8
    }
  }

  var isInteger: Bool { self != .float32 && self != .float64 }

  /// Element `index` of `bytes`, an integer.
  func integer(in bytes: [UInt8], at index: Int) -> Int32 {
    switch self {
    case .uint8: Int32(bytes[index])
    case .int8: Int32(Int8(bitPattern: bytes[index]))
    case .int16: Int32(Int16(truncatingIfNeeded: bits(in: bytes, at: index)))
    default: Int32(truncatingIfNeeded: bits(in: bytes, at: index))
    }
  }

  /// Element `index` of `bytes` as a pixel: integers divided by the type's maximum, floats as they
  /// are.
  func pixel(in bytes: [UInt8], at index: Int) -> Float {
    switch self {
    case .uint8: Float(bytes[index]) / 255
    case .int8: Float(integer(in: bytes, at: index)) / Float(Int8.max)
    case .int16: Float(integer(in: bytes, at: index)) / Float(Int16.max)
    case .int32: Float(Double(integer(in: bytes, at: index)) / Double(Int32.max))
    case .float32: Float(bitPattern: UInt32(truncatingIfNeeded: bits(in: bytes, at: index)))
    case .float64: Float(Double(bitPattern: bits(in: bytes, at: index)))
    }
  }

  private func bits(in bytes: [UInt8], at index: Int) -> UInt64 {
    var value: UInt64 = 0
    for offset in 0..<byteCount { value = value << 8 | UInt64(bytes[byteCount * index + offset]) }
    return value
  }
}
