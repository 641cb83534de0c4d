import ByteIO

extension SafetensorsFile {
  /// The file's bytes, in one canonical form: metadata first, then tensors, both in the order of
  /// their names' UTF-8; Float32 and Int32 (and Float64 of a checkpoint) alone; the header padded with
  /// spaces to a multiple of 8; no gaps. Equal content gives equal bytes (as long as 0 is not taken
  /// for its equal, -0).
  /// - Precondition: no tensor is called `__metadata__`.
  public func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(tensors.values.reduce(1 << 12) { $0 + $1.byteCount })
    forEachPart { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Writes ``encoded()``, which is never in memory as a whole.
  public func write(to bytes: ByteWriter) throws {
    try forEachPart { try bytes.write($0) }
  }

  /// The bytes in their order: the header with its length, then tensor by tensor.
  private func forEachPart(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let names = sortedKeys(tensors)
    var header = Array(headerText(names).utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
    try withUnsafeBytes(of: UInt64(header.count).littleEndian, body)
    try header.withUnsafeBytes(body)
    for name in names {
      switch tensors[name]!.values {
      case .floats(let values): try values.withUnsafeBytes(body)
      case .integers(let values): try values.withUnsafeBytes(body)
      case .doubles(let values): try values.withUnsafeBytes(body)
      }
    }
  }

  private func headerText(_ names: [String]) -> String {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = sortedKeys(metadata).map { "\(quoted($0)):\(quoted(metadata[$0]!))" }
      members.append("\(quoted(SafetensorsHeader.metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for name in names {
      precondition(name != SafetensorsHeader.metadataKey, "a tensor has the name of the metadata")
      let tensor = tensors[name]!
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + tensor.byteCount
      members.append(
        "\(quoted(name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    return "{\(members.joined(separator: ","))}"
  }
}

extension Tensor {
  /// The type it is written as.
  fileprivate var type: ElementType {
    switch values {
    case .floats: .float32
    case .integers: .int32
    case .doubles: .float64
    }
  }

  fileprivate var byteCount: Int { values.count * type.size }
}

/// `text` as a JSON string, with no more escapes than JSON asks for.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case ..<" ":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
