import ByteIO
import LinearAlgebra
import TensorStream

/// What a filter does to one array, decided by its header alone.
public struct RecordMap: Sendable {
  /// The axes that pass through.
  public var batchAxes: [Int]
  /// D, the length of one input record.
  public var inputLength: Int
  /// The shape of one output record.
  public var outputShape: [Int]
  public var notes: Notes
  /// Maps a record tile, [n, D], to [n, output length]; called from several threads.
  public var apply: @Sendable (Matrix) throws -> Matrix

  public init(
    batchAxes: [Int], inputLength: Int, outputShape: [Int], notes: Notes,
    apply: @escaping @Sendable (Matrix) throws -> Matrix
  ) {
    self.batchAxes = batchAxes
    self.inputLength = inputLength
    self.outputShape = outputShape
    self.notes = notes
    self.apply = apply
  }
}

/// Bytes of input or output that each thread holds, unless one record is larger: what stays in the
/// cache of a core, and is worth a call of the system.
private let smallestBlock = 128 * 1024
private let largestBlock = 512 * 1024

extension TensorReader {
  /// The loop of every filter, on any stream and into any sink.
  public func mapRecords(
    to sink: any TensorSink, on threads: Threads, _ plan: (ArrayHeader) throws -> RecordMap
  ) throws {
    while let header = try next() {
      let map = try naming(name) {
        let map = try plan(header)
        try checkSize(map.batchAxes + map.outputShape)
        return map
      }
      recordLength = map.inputLength
      try sink.begin(shape: map.batchAxes + map.outputShape, notes: map.notes)
      try mapArray(to: sink, map, threads)
    }
    try sink.finish()
  }

  /// Refuses an array whose elements cannot be counted; nobody has one, but a header may lie.
  private func checkSize(_ shape: [Int]) throws {
    let bytes = shape.filter { $0 > 0 }.reduce(4.0) { $0 * Double($1) }
    guard bytes < 0x1p62 else { throw StreamProblem.shapeTooLarge(shapeText(shape)) }
  }

  private func mapArray(
    to sink: any TensorSink, _ map: RecordMap, _ threads: Threads
  ) throws {
    let length = max(map.inputLength, 1)
    let rows = Self.blockRows(widest: max(length, map.outputShape.reduce(1, *)))
    // Not rows times length, which a header that lies could make overflow.
    let block = remaining / length > rows ? rows * length : remaining
    // An array of one block is not worth a thread.
    let threads = remaining > block ? threads : Threads(1)
    let (name, allowsNonFinite) = (name, allowsNonFinite)
    var taken = 0
    try threads.pipeline { () throws -> (first: Int, x: Matrix)? in
      guard self.remaining > 0 else { return nil }
      let values = try self.readFloats(upTo: block)
      let x = Matrix(rows: values.count / length, columns: length, elements: values)
      defer { taken += x.rows }
      return (taken, x)
    } map: { block -> Matrix in
      try naming(name) {
        let result = try map.apply(block.x)
        // Finite records can be so large that sums and squares of them are not.
        guard allowsNonFinite || areFinite(result.elements) else {
          throw ResultProblem.notFinite(record: block.first + (result.nonFiniteRows.first ?? 0))
        }
        return result
      }
    } write: { result in
      try sink.write(result.elements)
    }
  }

  /// Records of a block, of which `widest` is the longer of input and output: a tile, or of short
  /// records several.
  private static func blockRows(widest: Int) -> Int {
    let tile = max(1, min(RecordTile.rows, largestBlock / (4 * widest)))
    return tile * max(1, smallestBlock / (4 * widest * tile))
  }
}

/// Results that Float32 does not hold.
public enum ResultProblem: Problem, Equatable {
  case notFinite(record: Int)

  public var description: String {
    switch self {
    case .notFinite(let record):
      "what comes of record \(record) is beyond the range of Float32"
    }
  }
}
