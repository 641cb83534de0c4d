import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

extension RecordMap {
  /// What steps of a walk may be.
  public static let walkSteps = Interval.from(1, to: 10_000)

  /// Codes that are mapped at a time.
  private static let walkTile = 64

  /// What this map makes of the codes of an array, and of those on the straight lines from each to the next, [(N − 1)·steps +
  /// 1, …].
  /// - Throws: ``WalkProblem`` where there are not two codes.
  public func walking(steps: Int) throws -> RecordMap {
    let count = batchAxes.reduce(1, *)
    guard count > 1 else { throw WalkProblem(found: count) }
    let length = inputLength
    let stages = earlier + [apply]
    let (total, isCut) = (count - 1).multipliedReportingOverflow(by: steps)
    guard !isCut, total < .max else { throw StreamProblem.shapeTooLarge("[\(count),…]") }
    var notes = notes
    notes.grid = nil
    var map = RecordMap(
      batchAxes: [], inputLength: count * length, outputShape: [total + 1] + outputShape,
      notes: notes, apply: { $0 })
    // Of each step from one code to the next some tiles, and the last code.
    let tiles = (steps + Self.walkTile - 1) / Self.walkTile
    map.strips = RecordStrips(count: (count - 1) * tiles + 1) { strip in
      let from = strip / tiles
      return from * length..<min(from + 2, count) * length
    } apply: { codes, strip in
      let codes = codes.reshaped(columns: length)
      let first = strip % tiles * Self.walkTile
      let places = codes.rows == 1 ? 0..<1 : first..<min(first + Self.walkTile, steps)
      let walk = Matrix(
        rows: places.count, columns: length,
        elements: places.flatMap { place -> [Float] in
          guard place > 0 else { return Array(codes.row(0)) }
          let share = Float(place) / Float(steps)
          return zip(codes.row(0), codes.row(1)).map { $0 + share * ($1 - $0) }
        })
      let records = try stages.reduce(walk) { try $1($0) }
      return [records.reshaped(columns: records.elements.count)]
    }
    return map
  }
}

/// One code, or none, lies on no way to another.
struct WalkProblem: Problem {
  let found: Int
  var description: String {
    "a walk goes from one code to the next, expected two or more, found \(found)"
  }
}

extension CodeNoiseContent {
  /// How many random codes there may be.
  public static let randomCounts = Interval.from(1, to: 1_000_000_000)
}

extension Model {
  /// Writes records of standard normal codes, which those with noise are not far from; of a DC unit they are 0.
  /// - Throws: ``InferenceProblem`` where codes of the model have no noise, or are of windows of images;
  ///   ``ResultProblem`` where what comes of them is beyond Float32, unless that is allowed.
  public func decodeRandomCodes(
    _ count: Int, seed: UInt64, to sink: any TensorSink, allowsNonFinite: Bool,
    called name: String
  ) throws {
    guard let variance else { throw InferenceProblem.noNoise(model: name) }
    guard tiling == nil else { throw InferenceProblem.ofImages(model: name) }
    let units = variance.encoder.codeLength
    let noise = CodeNoise(seed: seed, stream: CodeNoise.randomCodes)
    try sink.begin(
      shape: [count] + recordShape,
      notes: recordNotes(onBatchOf: Notes(recordRank: 1, model: digest)))
    for first in stride(from: 0, to: count, by: RecordTile.rows) {
      let numbers = first..<min(count, first + RecordTile.rows)
      let dcUnit: [Float] = hasDCUnit ? [0] : []
      let codes = Matrix(
        rows: numbers.count, columns: units + dcUnit.count,
        elements: numbers.flatMap { noise(ofRecord: $0, count: units) + dcUnit })
      let records = decode(codes)
      if !allowsNonFinite, let row = records.nonFiniteRows.first {
        throw FileProblem(file: name, problem: ResultProblem.notFinite(record: first + row))
      }
      try sink.write(records.elements)
    }
    try sink.finish()
  }
}
