import ByteIO

/// Writes a tensor stream: NPY 1.0 arrays of `<f4` or `<i4` in C order, one after another.
public final class TensorWriter {
  private let bytes: ByteWriter
  private let writesNotes: Bool
  private var elementType = ElementType.float32
  /// Elements of the current array that have been announced and not written.
  private var remaining = 0

  /// What messages call the stream.
  public var name: String { bytes.name }

  /// - Parameter writesNotes: false leaves the notes out, for readers stricter than NumPy.
  public init(_ bytes: ByteWriter, writesNotes: Bool = true) {
    self.bytes = bytes
    self.writesNotes = writesNotes
  }

  /// Announces the next array. The one before it must be written to its end.
  /// - Parameters:
  ///   - shape: lengths of the axes, at most 32; their product fits an integer.
  ///   - elementType: `.float32` or `.int32`.
  /// - Throws: what ``ByteIO/ByteWriter`` throws; ``StreamProblem/headerTooLong(length:limit:)`` for
  ///   notes that do not fit a header.
  public func begin(
    shape: [Int], notes: Notes = Notes(), elementType: ElementType = .float32
  ) throws {
    precondition(remaining == 0, "an array is written to its end before the next")
    precondition(
      elementType == .float32 || elementType == .int32, "float32 and int32 are written")
    precondition(shape.count <= ArrayHeader.rankLimit, "an array has at most 32 axes")
    precondition(shape.allSatisfy { $0 >= 0 }, "an axis is not negative")
    precondition(
      notes.recordRank.map { (0...shape.count).contains($0) } ?? true,
      "a record's axes are axes of the array")
    let header = ArrayHeader(elementType: elementType, shape: shape, notes: notes)
    bytes.beginPart()
    try naming(name) { try bytes.write(try header.bytes(writesNotes: writesNotes)) }
    self.elementType = elementType
    remaining = header.count
  }

  /// Writes the next elements of an array of Float32.
  public func write(_ values: [Float]) throws {
    precondition(elementType == .float32, "floats go into an array of float32")
    try writeElements(values)
  }

  /// Writes the next elements of an array of Int32.
  public func write(_ labels: [Int32]) throws {
    precondition(elementType == .int32, "labels go into an array of int32")
    try writeElements(labels)
  }

  /// Sends what is left and closes the stream. Every announced element must have been written.
  /// - Throws: what ``ByteIO/ByteWriter/finish()`` throws: this last flush can fail.
  public func finish() throws {
    precondition(remaining == 0, "every announced element is written")
    try bytes.finish()
  }

  private func writeElements<Element>(_ elements: [Element]) throws {
    precondition(elements.count <= remaining, "no more elements than announced are written")
    #if !_endian(little)
      #error("elements are written as they stand in memory, little-endian")
    #endif
    try elements.withUnsafeBytes { try bytes.write($0) }
    remaining -= elements.count
  }
}
