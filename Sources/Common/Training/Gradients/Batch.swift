import LinearAlgebra

/// Records to learn from, with all that goes with them.
public struct Batch: Sendable {
  /// [N, D], as the objective takes them.
  public let records: Matrix
  /// Their numbers in the data, [N]. What is drawn for a record is drawn by its number, so that it
  /// depends neither on the tile that it is in nor on the thread that has it.
  public let numbers: [Int]
  public let target: Target
  /// The number of the training's step, from 0; nil where records are judged and nothing is learned from them.
  public let step: Int?

  /// - Parameters:
  ///   - records: [N, D].
  ///   - numbers: [N].
  ///   - target: of N records, where the objective asks for one.
  public init(_ records: Matrix, numbers: [Int], target: Target = .none, step: Int? = nil) {
    precondition(records.rows == numbers.count, "\(records.rows) records, \(numbers.count) numbers")
    self.records = records
    self.numbers = numbers
    self.target = target
    self.step = step
  }

  func rows(_ range: Range<Int>) -> Batch {
    Batch(
      records.rows(range), numbers: Array(numbers[range]), target: target.rows(range), step: step)
  }

  /// The same with other records in their place.
  func with(_ records: Matrix) -> Batch {
    Batch(records, numbers: numbers, target: target, step: step)
  }
}
