import ByteIO

#if _endian(big)
  #error("safetensors files are little-endian, and so must the machine be")
#endif

/// Tensors by name, and strings about them: what a safetensors file holds.
public struct SafetensorsFile: Equatable, Sendable {
  /// What a file may ask for before it is refused.
  public struct Limits: Sendable {
    public var headerBytes: Int
    public var dataBytes: Int
    public var tensors: Int

    public init(headerBytes: Int = 1 << 20, dataBytes: Int = 4 << 30, tensors: Int = 10_000) {
      self.headerBytes = headerBytes
      self.dataBytes = dataBytes
      self.tensors = tensors
    }

    /// 1 MiB of header, 4 GiB of data, 10,000 tensors.
    public static let `default` = Limits()
  }

  public var tensors: [String: Tensor]
  public var metadata: [String: String]

  public init(tensors: [String: Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The digest of a file's bytes, 16 hexadecimal digits; see ``ContentDigest``.
  public static func digest(of bytes: [UInt8]) -> String {
    var digest = ContentDigest()
    digest.update(bytes)
    return digest.hex
  }

  /// Refuses numbers that ``init(reading:limits:)`` would refuse, so that a training that diverged
  /// fails when it writes and not when someone reads.
  /// - Throws: ``SafetensorsProblem/notFinite(tensor:element:)``.
  public func requireFinite() throws {
    for name in sortedKeys(tensors) {
      guard case .floats(let values)? = tensors[name]?.values else { continue }
      if let element = values.firstIndex(where: { !$0.isFinite }) {
        throw SafetensorsProblem.notFinite(tensor: name, element: element)
      }
    }
  }
}

/// Keys in the order of their UTF-8, the one order that every language agrees on.
func sortedKeys<Value>(_ dictionary: [String: Value]) -> [String] {
  dictionary.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
