import LinearAlgebra
import TensorStream

extension RecordMap {
  /// What this map gives, and the records of another stream beside it, in one: features of several layers for one
  /// classifier.
  /// - Parameter companion: of as many records, each of any shape.
  /// - Throws: ``CompanionProblem`` where it has ended.
  public func joined(by companion: CompanionStream) throws -> RecordMap {
    try companion.expectRecords(beside: batchAxes)
    let (stages, length) = (earlier + [apply], inputLength)
    let outputLength = outputShape.reduce(1, *)
    return RecordMap(
      batchAxes: batchAxes, inputLength: length, outputShape: [outputLength + companion.length],
      notes: Notes(recordRank: 1, imageName: notes.imageName),
      apply: { x in
        let (left, right) = x.split(at: length)
        let own = try stages.reduce(left) { try $1($0) }
        return own.reshaped(columns: outputLength).joined(by: right)
      })
  }
}
