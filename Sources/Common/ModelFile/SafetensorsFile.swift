import ByteIO

#if _endian(big)
  #error("safetensors files are little-endian, and so must the machine be")
#endif

/// Tensors by name, and strings about them: what a safetensors file holds.
public struct SafetensorsFile: Equatable, Sendable {
  /// What a file may ask for before it is refused.
  public struct Limits: Sendable {
    /// Bytes of the header; the format's own limit is 100 MB.
    public var headerBytes: Int
    /// Bytes of all tensors together.
    public var dataBytes: Int
    /// How many tensors there are.
    public var tensors: Int

    /// Limits that differ from ``default`` where they are given.
    public init(headerBytes: Int = 1 << 20, dataBytes: Int = 4 << 30, tensors: Int = 10_000) {
      self.headerBytes = headerBytes
      self.dataBytes = dataBytes
      self.tensors = tensors
    }

    /// 1 MiB of header, 4 GiB of data, 10,000 tensors.
    public static let `default` = Limits()
  }

  /// The tensors by name.
  public var tensors: [String: Tensor]
  /// The strings of the header's `__metadata__`.
  public var metadata: [String: String]

  /// A file of these tensors and strings.
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

  /// Refuses numbers that ``init(reading:limits:keepsDoubles:)`` would refuse, so that a training that diverged
  /// fails when it writes and not when someone reads.
  /// - Throws: ``TensorProblem/notFinite(element:)`` with the name of the tensor.
  public func requireFinite() throws {
    for name in sortedKeys(tensors) {
      let element: Int? =
        switch tensors[name]?.values {
        case .floats(let values)?: values.firstIndex { !$0.isFinite }
        case .doubles(let values)?: values.firstIndex { !$0.isFinite }
        case .integers, nil: nil
        }
      if let element { throw SafetensorsProblem.tensor(name, .notFinite(element: element)) }
    }
  }
}

/// Keys in the order of their UTF-8, the one order that every language agrees on.
func sortedKeys<Value>(_ dictionary: [String: Value]) -> [String] {
  dictionary.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
