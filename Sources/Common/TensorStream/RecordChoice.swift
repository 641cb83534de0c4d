import ByteIO

/// Which last axes of an array are one record.
public enum RecordChoice: Equatable, Sendable {
  case rank(Int)
  case shape([Int])

  /// Reads `3` (a rank) or `12,12,1` and `12x12x1` (a shape); nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "x" }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 >= 1 }) else { return nil }
    self = numbers.count == 1 ? .rank(numbers[0]) : .shape(numbers)
  }

  /// The record's shape in an array of `header`: from the choice, else from the stream's notes.
  /// - Throws: ``RecordProblem`` where neither says it, or both and differently.
  public static func resolve(_ choice: RecordChoice?, for header: ArrayHeader) throws -> [Int] {
    let noted = header.notes.recordRank.map { Array(header.shape.suffix($0)) }
    let chosen: [Int]?
    switch choice {
    case .rank(let rank):
      guard rank <= header.shape.count else {
        throw RecordProblem.rankTooLarge(rank: rank, shape: header.shape)
      }
      chosen = Array(header.shape.suffix(rank))
    case .shape(let shape):
      guard header.batchAxes(ofRecords: shape) != nil else {
        throw RecordProblem.changes(expected: shape, found: header.shape)
      }
      chosen = shape
    case nil: chosen = nil
    }
    if let chosen, let noted, chosen != noted {
      throw RecordProblem.contradiction(chosen: chosen, noted: noted)
    }
    guard let record = chosen ?? noted, !record.isEmpty else {
      throw RecordProblem.unknown(shape: header.shape)
    }
    guard record.allSatisfy({ $0 >= 1 }) else { throw RecordProblem.holdsNothing(record) }
    return record
  }
}

/// Records that a stream does not tell, or tells otherwise than it was chosen.
public enum RecordProblem: Problem, Equatable {
  case unknown(shape: [Int])
  case holdsNothing([Int])
  case rankTooLarge(rank: Int, shape: [Int])
  case contradiction(chosen: [Int], noted: [Int])
  case changes(expected: [Int], found: [Int])

  public var description: String {
    switch self {
    case .unknown(let shape):
      "arrays of \(shapeText(shape)) do not say which axes are the record"
    case .holdsNothing(let record):
      "expected records that hold a value, found records of \(shapeText(record))"
    case .rankTooLarge(let rank, let shape):
      "a record of rank \(rank) does not fit an array of \(shapeText(shape))"
    case .contradiction(let chosen, let noted):
      "expected records of \(shapeText(chosen)), the stream's notes say \(shapeText(noted))"
    case .changes(let expected, let found):
      "expected records of \(shapeText(expected)), found an array of \(shapeText(found))"
    }
  }
}
