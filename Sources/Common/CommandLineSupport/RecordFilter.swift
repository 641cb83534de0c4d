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
  /// Maps a tile of records, [n, D], to [n, output length]; called from several threads.
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

/// Bytes of input that a filter holds at once for each thread, unless one record is larger.
private let blockBytes = 512 * 1024

extension FilterOptions {
  /// The loop of every filter: reads blocks of records, maps their tiles on the threads, writes them
  /// in order. Memory is a block, whatever the stream.
  /// - Parameter plan: what to do with an array of this header; what it throws is named after the
  ///   input and comes before a byte is written.
  public func mapRecords(_ plan: (ArrayHeader) throws -> RecordMap) throws {
    try mapRecords(to: try output.open(), plan)
  }

  /// The same into a sink of the program's own.
  public func mapRecords(
    to sink: any TensorSink, _ plan: (ArrayHeader) throws -> RecordMap
  ) throws {
    try openInput().mapRecords(to: sink, on: threads.forFilter, plan)
  }
}

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
    let widest = max(length, map.outputShape.reduce(1, *))
    let tile = max(1, min(Tile.rows, blockBytes / (4 * widest)))
    let block = tile * threads.count * max(1, blockBytes / (4 * widest * tile))
    var taken = 0
    while remaining > 0 {
      // Not block times length, which a header that lies could make overflow.
      let values = try readFloats(upTo: remaining / length > block ? block * length : remaining)
      let x = Matrix(rows: values.count / length, columns: length, elements: values)
      let (first, allowsNonFinite) = (taken, allowsNonFinite)
      let results = try naming(name) {
        try threads.mapTiles(of: x.rows, tile: tile) { rows in
          let result = try map.apply(x.rows(rows))
          // Finite records can be so large that sums and squares of them are not.
          guard allowsNonFinite || areFinite(result.elements) else {
            throw ResultProblem.notFinite(
              record: first + rows.lowerBound + result.firstNonFiniteRow)
          }
          return result
        }
      }
      taken += x.rows
      for result in results { try sink.write(result.elements) }
    }
  }
}

extension Matrix {
  /// The first row that holds NaN or infinity; one of them does.
  fileprivate var firstNonFiniteRow: Int {
    (elements.firstIndex { !$0.isFinite } ?? 0) / max(columns, 1)
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
