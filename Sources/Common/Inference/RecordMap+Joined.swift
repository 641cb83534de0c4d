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

extension Matrix {
  /// The columns before a column, [rows, column], and the others.
  fileprivate func split(at column: Int) -> (left: Matrix, right: Matrix) {
    var (left, right): ([Float], [Float]) = ([], [])
    left.reserveCapacity(rows * column)
    right.reserveCapacity(rows * (columns - column))
    for row in 0..<rows {
      left += self.row(row).prefix(column)
      right += self.row(row).dropFirst(column)
    }
    return (
      Matrix(rows: rows, columns: column, elements: left),
      Matrix(rows: rows, columns: columns - column, elements: right)
    )
  }
}
