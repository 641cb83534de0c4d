import ByteIO

/// What an NPY header says about the array after it.
public struct ArrayHeader: Equatable, Sendable {
  public var elementType: ElementType
  public var bigEndian: Bool
  /// Whether the first axis is the fastest in the file; readers hand out C order all the same.
  public var fortranOrder: Bool
  /// Lengths of the axes; empty for a single value.
  public var shape: [Int]
  public var notes: Notes

  /// - Parameter shape: lengths whose product, in bytes, fits an integer; a header that was read
  ///   has been checked for that.
  public init(
    elementType: ElementType = .float32, bigEndian: Bool = false, fortranOrder: Bool = false,
    shape: [Int], notes: Notes = Notes()
  ) {
    self.elementType = elementType
    self.bigEndian = bigEndian
    self.fortranOrder = fortranOrder
    self.shape = shape
    self.notes = notes
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Bytes of the data after the header.
  public var byteCount: Int { count * elementType.size }

  /// Whether the elements lie in the file as this machine holds `[Float]`.
  public var isNativeFloat32: Bool {
    elementType == .float32 && !bigEndian && (!fortranOrder || shape.count < 2)
  }

  /// Batch axes when records have `record` shape: matches the exact last axes or the flat `[D]` last
  /// axis, D the product of `record`; nil when neither.
  public func batchAxes(ofRecords record: [Int]) -> [Int]? {
    if shape.count >= record.count && shape.suffix(record.count) == record[...] {
      return Array(shape.dropLast(record.count))
    }
    guard let flat = elementCount(of: record), shape.last == flat else { return nil }
    return shape.dropLast()
  }

  /// Whether the order of the elements in the file differs from C order.
  var needsTransposing: Bool {
    fortranOrder && !shape.contains(0) && shape.count { $0 > 1 } > 1
  }
}
