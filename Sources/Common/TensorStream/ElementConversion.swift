import ByteIO

extension ElementType {
  /// Converts stored elements to Float32.
  /// - Parameters:
  ///   - raw: elements of this type, one after another, of any alignment.
  ///   - floats: as many as `raw` holds elements. A Float64 beyond Float32 becomes infinity.
  func convert(
    _ raw: UnsafeRawBufferPointer, bigEndian: Bool,
    to floats: UnsafeMutableBufferPointer<Float>
  ) {
    switch self {
    case .bool: Self.convert(raw, bigEndian, floats) { (bits: UInt8) in bits == 0 ? 0 : 1 }
    case .int8: Self.convert(raw, bigEndian, floats) { (value: Int8) in Float(value) }
    case .int16: Self.convert(raw, bigEndian, floats) { (value: Int16) in Float(value) }
    case .int32: Self.convert(raw, bigEndian, floats) { (value: Int32) in Float(value) }
    case .int64: Self.convert(raw, bigEndian, floats) { (value: Int64) in Float(value) }
    case .uint8: Self.convert(raw, bigEndian, floats) { (value: UInt8) in Float(value) }
    case .uint16: Self.convert(raw, bigEndian, floats) { (value: UInt16) in Float(value) }
    case .uint32: Self.convert(raw, bigEndian, floats) { (value: UInt32) in Float(value) }
    case .uint64: Self.convert(raw, bigEndian, floats) { (value: UInt64) in Float(value) }
    case .float16: Self.convert(raw, bigEndian, floats, float(ofHalf:))
    case .float32:
      Self.convert(raw, bigEndian, floats) { (bits: UInt32) in Float(bitPattern: bits) }
    case .float64:
      Self.convert(raw, bigEndian, floats) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    }
  }

  /// Converts stored integers to Int32.
  /// - Parameters:
  ///   - raw: elements of this type, an integer type, one after another, of any alignment.
  ///   - integers: as many as `raw` holds elements; those before a failure have been written.
  /// - Returns: the index and the text of the first integer beyond Int32, nil where there is none.
  func convert(
    _ raw: UnsafeRawBufferPointer, bigEndian: Bool,
    to integers: UnsafeMutableBufferPointer<Int32>
  ) -> (index: Int, text: String)? {
    switch self {
    case .int8: Self.narrow(Int8.self, raw, bigEndian, integers)
    case .int16: Self.narrow(Int16.self, raw, bigEndian, integers)
    case .int32: Self.narrow(Int32.self, raw, bigEndian, integers)
    case .int64: Self.narrow(Int64.self, raw, bigEndian, integers)
    case .uint8: Self.narrow(UInt8.self, raw, bigEndian, integers)
    case .uint16: Self.narrow(UInt16.self, raw, bigEndian, integers)
    case .uint32: Self.narrow(UInt32.self, raw, bigEndian, integers)
    case .uint64: Self.narrow(UInt64.self, raw, bigEndian, integers)
    case .bool, .float16, .float32, .float64: preconditionFailure("\(self) is no integer type")
    }
  }

  /// The Float64 at `index` of stored elements.
  static func float64(
    in raw: UnsafeRawBufferPointer, at index: Int, bigEndian: Bool
  ) -> Double {
    Double(bitPattern: load(raw, index, bigEndian))
  }

  @inline(__always)
  private static func convert<Raw: FixedWidthInteger>(
    _ raw: UnsafeRawBufferPointer, _ bigEndian: Bool, _ floats: UnsafeMutableBufferPointer<Float>,
    _ float: (Raw) -> Float
  ) {
    for i in floats.indices { floats[i] = float(load(raw, i, bigEndian)) }
  }

  @inline(__always)
  private static func narrow<Raw: FixedWidthInteger>(
    _: Raw.Type, _ raw: UnsafeRawBufferPointer, _ bigEndian: Bool,
    _ integers: UnsafeMutableBufferPointer<Int32>
  ) -> (index: Int, text: String)? {
    for i in integers.indices {
      let value: Raw = load(raw, i, bigEndian)
      guard let label = Int32(exactly: value) else { return (i, "\(value)") }
      integers[i] = label
    }
    return nil
  }

  @inline(__always)
  private static func load<Raw: FixedWidthInteger>(
    _ raw: UnsafeRawBufferPointer, _ index: Int, _ bigEndian: Bool
  ) -> Raw {
    let stored = raw.loadUnaligned(fromByteOffset: index * MemoryLayout<Raw>.size, as: Raw.self)
    return bigEndian ? Raw(bigEndian: stored) : Raw(littleEndian: stored)
  }
}

/// Whether no element is NaN or infinite.
package func areFinite(_ floats: [Float]) -> Bool { floats.withUnsafeBufferPointer(areFinite) }

func areFinite(_ floats: UnsafeBufferPointer<Float>) -> Bool {
  // Without its sign, a number with all bits of the exponent set, and no other, carries into the sign
  // when the lowest of these bits is added: one pass without a branch, in vectors.
  var carries: UInt32 = 0
  for float in floats { carries |= (float.bitPattern & 0x7fff_ffff) &+ 0x0080_0000 }
  return carries & 0x8000_0000 == 0
}
