import ByteIO

/// Reads a tensor stream: NPY arrays one after another, in tiles of any size.
///
/// Call ``next()`` for a header, read the array's elements, and so on until ``next()`` gives nil.
/// Memory is what a tile needs; what a header promises is not allocated before it has arrived. The
/// exception is an array of several axes in Fortran order, which is read whole.
///
/// After an error the reader is not to be used again.
public final class TensorReader {
  /// Most bytes that an array in Fortran order may have, as Float32.
  public static let fortranLimit = 1 << 30

  /// Where the current array comes from; between ``next()`` and the first read at the array's first byte.
  public private(set) var bytes: ByteReader
  /// What messages call it.
  public var name: String { bytes.name }
  /// Whether NaN and infinity are read like other numbers.
  public var allowsNonFinite: Bool { elements.allowsNonFinite }
  /// Number of the current array of its file, from 0; -1 before the first.
  public private(set) var arrayIndex = -1
  /// Elements of the current array that have not been read.
  public private(set) var remaining = 0
  /// Elements of a record, to name the record in errors. The consumer sets it after ``next()``,
  /// which resets it to 1.
  public var recordLength: Int {
    get { elements.recordLength }
    set { elements.recordLength = newValue }
  }

  /// Where the current array's first element lies in the bytes read, for those who read it again.
  public private(set) var elementsOffset = 0

  private var elements: StoredElements
  private let following: () throws -> ByteReader?
  /// A whole array in C order, where the file has it in Fortran order.
  private var transposed: [Float]?
  private var header: ArrayHeader { elements.header }

  /// - Parameters:
  ///   - allowsNonFinite: whether NaN and infinity are read like other numbers.
  ///   - following: opens the file whose arrays follow when those before have ended; nil at the end.
  public init(
    _ bytes: ByteReader, allowsNonFinite: Bool = false,
    following: @escaping () throws -> ByteReader? = { nil }
  ) {
    self.bytes = bytes
    self.following = following
    elements = StoredElements(bytes, allowsNonFinite: allowsNonFinite)
  }

  /// The header of the next array, nil where the stream has ended. The array before it must have
  /// been read to its end.
  /// - Throws: ``StreamProblem`` with the file's name; ``StreamProblem/empty`` for a file of zero
  ///   bytes.
  public func next() throws -> ArrayHeader? {
    precondition(remaining == 0, "an array is read to its end before the next")
    while try bytes.isAtEnd() {
      if arrayIndex < 0 { throw FileProblem(file: name, problem: StreamProblem.empty) }
      guard let next = try following() else { return nil }
      bytes = next
      elements = StoredElements(next, allowsNonFinite: allowsNonFinite)
      arrayIndex = -1
    }
    return try naming(name) {
      let header = try ArrayHeader(from: bytes)
      arrayIndex += 1
      elementsOffset = bytes.position
      elements.begin(header, arrayIndex: arrayIndex)
      remaining = header.count
      transposed = nil
      return header
    }
  }

  /// The next min(`count`, ``remaining``) elements, [n], as Float32, in C order.
  /// - Throws: ``StreamProblem`` with the stream's name: `dataTruncated`, `nonFinite` unless allowed,
  ///   `overflow` for a finite number beyond Float32, `fortranTooLarge`.
  public func readFloats(upTo count: Int) throws -> [Float] {
    precondition(count >= 0, "a number of elements is not negative")
    let count = min(count, remaining)
    let floats = try naming(name) {
      header.needsTransposing ? try transposedFloats(count) : try elements.floats(count)
    }
    remaining -= count
    return floats
  }

  /// The whole current array, of integers (labels), in C order.
  /// - Throws: ``StreamProblem`` with the stream's name: `expectedIntegers` for any other type,
  ///   `labelOutOfRange` beyond Int32, `dataTruncated`, `fortranTooLarge`.
  public func readIntegers() throws -> [Int32] {
    precondition(remaining == header.count, "integers are read a whole array at a time")
    return try naming(name) {
      guard header.elementType.isInteger else {
        throw StreamProblem.expectedIntegers(found: header.elementType)
      }
      try checkFortranLimit()
      let integers = try elements.integers(header.count)
      remaining = 0
      return header.needsTransposing ? header.transposed(integers) : integers
    }
  }

  private func transposedFloats(_ count: Int) throws -> [Float] {
    if transposed == nil && count > 0 {
      try checkFortranLimit()
      transposed = header.transposed(try elements.floats(header.count))
    }
    let start = header.count - remaining
    let floats = transposed.map { Array($0[start..<start + count]) } ?? []
    if count == remaining { transposed = nil }
    return floats
  }

  private func checkFortranLimit() throws {
    guard header.needsTransposing, header.count > Self.fortranLimit / 4 else { return }
    // No overflow: a header whose values do not fit memory as Float32 was refused.
    throw StreamProblem.fortranTooLarge(bytes: 4 * header.count, limit: Self.fortranLimit)
  }
}
