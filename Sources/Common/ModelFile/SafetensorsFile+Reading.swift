import ByteIO

extension SafetensorsFile {
  /// Reads a file to its end and checks all of it: nothing is returned of a file that has a fault.
  ///
  /// The tensors are read in the order of their data, as bytes arrive, so memory is asked for only
  /// as far as the file goes on, whatever its header claims.
  /// - Parameter keepsDoubles: whether F64 is kept as it is, and not made Float32.
  /// - Throws: ``SafetensorsProblem`` or a problem of the source, with the file's name.
  public init(
    reading bytes: ByteReader, limits: Limits = .default, keepsDoubles: Bool = false
  ) throws {
    self = try naming(bytes.name) {
      let header = try SafetensorsHeader(
        json: try Self.readHeader(bytes, limits), limits: limits)
      var file = SafetensorsFile(tensors: [:], metadata: header.metadata)
      for entry in header.entries {
        let values =
          try keepsDoubles && entry.type == .float64
          ? Self.readDoubles(of: entry, bytes) : Self.readValues(of: entry, bytes)
        file.tensors[entry.name] = Tensor(shape: entry.shape, values: values)
      }
      guard try bytes.isAtEnd() else {
        throw SafetensorsProblem.trailingBytes(after: bytes.position)
      }
      return file
    }
  }

  private static func readHeader(_ bytes: ByteReader, _ limits: Limits) throws -> [UInt8] {
    let prefix = try bytes.read(upTo: 8)
    if prefix.isEmpty { throw SafetensorsProblem.empty }
    guard prefix.count == 8 else { throw SafetensorsProblem.lengthCut(found: prefix.count) }
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= limits.headerBytes else {
      throw SafetensorsProblem.headerTooLong(bytes: length, limit: limits.headerBytes)
    }
    let header = try bytes.read(upTo: Int(length))
    guard header.count == length else {
      throw SafetensorsProblem.headerCut(expected: Int(length), found: header.count)
    }
    return header
  }

  private static func readValues(
    of entry: SafetensorsHeader.Entry, _ bytes: ByteReader
  ) throws -> Tensor.Values {
    func float(_ value: Float, _ element: Int) throws -> Float {
      guard value.isFinite else {
        throw SafetensorsProblem.tensor(entry.name, .notFinite(element: element))
      }
      return value
    }
    switch entry.type {
    case .float32: return .floats(try convert(entry, bytes, float))
    case .float64:
      return .floats(
        try convert(entry, bytes) { (value: Double, element) in
          let narrow = Float(value)
          guard narrow.isFinite || !value.isFinite else {
            throw SafetensorsProblem.tensor(
              entry.name, .floatOverflow(element: element, value: value))
          }
          return try float(narrow, element)
        })
    case .float16:
      return .floats(try convert(entry, bytes) { try float(ByteIO.float(ofHalf: $0), $1) })
    case .bfloat16:
      return .floats(
        try convert(entry, bytes) { (value: UInt16, element) in
          try float(Float(bitPattern: UInt32(value) << 16), element)
        })
    case .int32: return .integers(try convert(entry, bytes) { (value: Int32, _) in value })
    case .int64:
      return .integers(
        try convert(entry, bytes) { (value: Int64, element) in
          guard let narrow = Int32(exactly: value) else {
            throw SafetensorsProblem.tensor(
              entry.name, .integerOverflow(element: element, value: value))
          }
          return narrow
        })
    case .uint8: return .integers(try convert(entry, bytes) { (value: UInt8, _) in Int32(value) })
    }
  }

  private static func readDoubles(
    of entry: SafetensorsHeader.Entry, _ bytes: ByteReader
  ) throws -> Tensor.Values {
    .doubles(
      try convert(entry, bytes) { (value: Double, element) in
        guard value.isFinite else {
          throw SafetensorsProblem.tensor(entry.name, .notFinite(element: element))
        }
        return value
      })
  }

  /// Reads the numbers of `entry` block by block, each passed through `change` with its index.
  private static func convert<Stored: BitwiseCopyable, Value>(
    _ entry: SafetensorsHeader.Entry, _ bytes: ByteReader,
    _ change: (Stored, Int) throws -> Value
  ) throws -> [Value] {
    let size = entry.end - entry.begin
    var values: [Value] = []
    var done = 0
    while done < size {
      let wanted = min(size - done, ByteReader.blockSize)  // a multiple of every type's size
      let block = try bytes.read(upTo: wanted)
      guard block.count == wanted else {
        throw SafetensorsProblem.tensor(
          entry.name, .dataCut(expected: size, found: done + block.count))
      }
      try block.withUnsafeBytes { raw in
        for offset in stride(from: 0, to: raw.count, by: MemoryLayout<Stored>.size) {
          let stored = raw.loadUnaligned(fromByteOffset: offset, as: Stored.self)
          values.append(try change(stored, values.count))
        }
      }
      done += block.count
    }
    return values
  }
}
