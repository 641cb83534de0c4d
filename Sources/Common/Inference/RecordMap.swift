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
  /// Maps a record tile, [n, D], those of streams read beside it to the right of them, to
  /// [n, output length]; called from several threads.
  public var apply: @Sendable (Matrix) throws -> Matrix
  /// What is made of results in the end, where that depends on their number: it is told that of the first of them in its
  /// array.
  var numbered: (@Sendable (_ results: Matrix, _ first: Int) -> Matrix)?
  /// What is done before, one after another, where it is several maps: what they give is looked at as results are.
  var earlier: [@Sendable (Matrix) throws -> Matrix] = []
  /// How a record that is too large to be held is mapped, where no stream is read beside it.
  var strips: RecordStrips?
  /// The same, of a map of rows.
  var rows: RecordRows?

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
let smallestBlock = 128 * 1024
let largestBlock = 512 * 1024

extension TensorReader {
  /// The loop of every filter, on any stream and into any sink.
  /// - Parameters:
  ///   - companions: streams that are read in step with this one.
  ///   - allowsNonFinite: whether results may be NaN or infinity.
  public func mapRecords(
    to sink: any TensorSink, on threads: Threads, beside companions: [CompanionStream] = [],
    allowsNonFinite: Bool, _ plan: (ArrayHeader) throws -> RecordMap
  ) throws {
    while let header = try next() {
      let map = try naming(name) {
        let map = try plan(header)
        try requireCountable(map.batchAxes + map.outputShape)
        return map
      }
      recordLength = map.inputLength
      for companion in companions { try companion.begin(beside: map.batchAxes) }
      try sink.begin(shape: map.batchAxes + map.outputShape, notes: map.notes)
      if companions.isEmpty, let strips = map.strips ?? map.rows?.strips {
        try mapStrips(to: sink, map, strips, threads, allowsNonFinite)
      } else {
        try mapArray(to: sink, map, threads, beside: companions, allowsNonFinite)
      }
    }
    for companion in companions { try companion.finish() }
    try sink.finish()
  }

  private func mapArray(
    to sink: any TensorSink, _ map: RecordMap, _ threads: Threads,
    beside companions: [CompanionStream], _ allowsNonFinite: Bool
  ) throws {
    let length = max(map.inputLength, 1)
    let widest = max(length, map.outputShape.reduce(1, *), companions.map(\.length).max() ?? 0)
    let rows = Self.blockRows(widest: widest)
    // Not rows times length, which a header that lies could make overflow.
    let block = remaining / length > rows ? rows * length : remaining
    // An array of one block is not worth a thread.
    let threads = remaining > block ? threads : Threads(1)
    let name = name
    // What is refused in reading is finite: what is not is of records that have masks.
    let recordsName = companions.first { $0.content == .records }?.name ?? name
    var taken = 0
    try threads.pipeline { () throws -> (first: Int, x: Matrix)? in
      guard self.remaining > 0 else { return nil }
      let values = try self.readFloats(upTo: block)
      let x = Matrix(rows: values.count / length, columns: length, elements: values)
      defer { taken += x.rows }
      return (taken, try companions.reduce(x) { $0.joined(by: try $1.next($0.rows)) })
    } map: { block -> Matrix in
      try naming(name) {
        let numbered: [@Sendable (Matrix) throws -> Matrix] =
          map.numbered.map { numbered in [{ numbered($0, block.first) }] } ?? []
        return try (map.earlier + [map.apply] + numbered).reduce(block.x) { x, apply in
          let result = try apply(x)
          // Finite records can be so large that sums and squares of them are not.
          guard allowsNonFinite || areFinite(result.elements) else {
            let row = result.nonFiniteRows.first ?? 0
            let record = block.first + row
            if areFinite(Array(x.row(row))) { throw ResultProblem.notFinite(record: record) }
            throw FileProblem(file: recordsName, problem: ResultProblem.unmasked(record: record))
          }
          return result
        }
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

/// Refuses an array whose elements cannot be counted; nobody has one, but a header may lie.
func requireCountable(_ shape: [Int]) throws {
  let bytes = shape.filter { $0 > 0 }.reduce(4.0) { $0 * Double($1) }
  guard bytes < 0x1p62 else { throw StreamProblem.shapeTooLarge(shapeText(shape)) }
}

/// Results that are no finite numbers of Float32.
public enum ResultProblem: Problem, Equatable {
  case notFinite(record: Int)
  /// A record has NaN or infinity where its mask says that there is a value.
  case unmasked(record: Int)

  public var description: String {
    switch self {
    case .unmasked(let record):
      "record \(record) has NaN or infinity where its mask says that a value is there"
    case .notFinite(let record):
      "what comes of record \(record) is beyond the range of Float32"
    }
  }
}
