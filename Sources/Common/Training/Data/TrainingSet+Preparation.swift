import ByteIO
import LinearAlgebra
import SparseCoding

extension TrainingSet {
  /// Refuses records that preparation takes beyond Float32. They are looked at only where some are so
  /// large that it could.
  /// - Throws: ``TrainingProblem/beyondRange(record:)`` with the stream's name.
  public func check(preparedBy preprocessing: Preprocessing) throws {
    guard !preprocessing.staysFinite(upTo: largestMagnitude) else { return }
    for first in stride(from: 0, to: count, by: RecordTile.rows) {
      let x = preprocessing(try records(first..<min(first + RecordTile.rows, count)))
      guard let row = x.nonFiniteRows.first else { continue }
      throw FileProblem(file: name, problem: TrainingProblem.beyondRange(record: first + row))
    }
  }
}
