import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

extension RecordMap {
  /// What steps of a walk may be.
  public static let walkSteps = Interval.from(1, to: 10_000)

  /// What this map makes of the codes of an array, and of those on the straight lines from each to the next, [(N − 1)·steps +
  /// 1, …]. The array is held as a whole.
  /// - Throws: ``WalkProblem`` where there are not two codes.
  public func walking(steps: Int) throws -> RecordMap {
    let count = batchAxes.reduce(1, *)
    guard count > 1 else { throw WalkProblem(found: count) }
    let length = inputLength
    let stages = earlier + [apply]
    let total = (count - 1) * steps + 1
    var notes = notes
    notes.grid = nil
    let outputLength = outputShape.reduce(1, *)
    return RecordMap(
      batchAxes: [], inputLength: count * length, outputShape: [total] + outputShape, notes: notes,
      apply: { codes in
        let codes = codes.reshaped(columns: length)
        var all: [Float] = []
        all.reserveCapacity(total * length)
        for step in 0..<total {
          let (from, part) = (step / steps, step % steps)
          guard part > 0 else {
            all += codes.row(from)
            continue
          }
          let share = Float(part) / Float(steps)
          all += zip(codes.row(from), codes.row(from + 1)).map { $0 + share * ($1 - $0) }
        }
        let walk = Matrix(rows: total, columns: length, elements: all)
        return try stages.reduce(walk) { try $1($0) }.reshaped(columns: total * outputLength)
      })
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
  /// - Throws: ``InferenceProblem`` where codes of the model have no noise, or are of windows of images.
  public func decodeRandomCodes(
    _ count: Int, seed: UInt64, to sink: any TensorSink, called name: String
  ) throws {
    guard let variance else { throw InferenceProblem.noNoise(model: name) }
    guard tiling == nil else { throw InferenceProblem.ofImages(model: name) }
    let units = variance.encoder.codeLength
    let noise = CodeNoise(seed: seed, stream: 0)
    try sink.begin(
      shape: [count] + recordShape,
      notes: recordNotes(onBatchOf: Notes(recordRank: 1, model: digest)))
    for first in stride(from: 0, to: count, by: RecordTile.rows) {
      let numbers = first..<min(count, first + RecordTile.rows)
      let dcUnit: [Float] = hasDCUnit ? [0] : []
      let codes = Matrix(
        rows: numbers.count, columns: units + dcUnit.count,
        elements: numbers.flatMap { noise(ofRecord: $0, count: units) + dcUnit })
      try sink.write(decode(codes).elements)
    }
    try sink.finish()
  }
}
