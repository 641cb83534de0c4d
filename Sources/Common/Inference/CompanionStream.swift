import ByteIO
import LinearAlgebra
import TensorStream

/// A stream whose records go with those of another, one by one: masks of records, or records of codes. An
/// array of a single record, without batch axes, goes with all records of all arrays.
public final class CompanionStream {
  /// What its values may be.
  public enum Content: Sendable {
    case records
    /// 1 where a value is there, 0 where it is missing; of any element type.
    case masks
  }

  private let reader: TensorReader
  let content: Content
  private var recordShape: [Int]
  /// The record that goes with all others, where there is one alone.
  private var single: [Float]?
  private var taken = 0
  /// That of the next array, where it has been looked at.
  private var pending: ArrayHeader?

  /// - Parameter recordShape: of one of its records.
  public init(_ reader: TensorReader, of content: Content, recordShape: [Int]) {
    self.reader = reader
    self.content = content
    self.recordShape = recordShape
  }

  /// What messages call it.
  var name: String { reader.name }
  /// Values of one of its records.
  var length: Int { recordShape.reduce(1, *) }

  /// Says what its records are like from the next array on, where those of the other stream change.
  /// - Throws: ``CompanionProblem`` where it has one record for all, of another shape.
  func expect(recordShape shape: [Int]) throws {
    if single != nil, shape != recordShape {
      throw FileProblem(
        file: name, problem: CompanionProblem.single(expected: shape, found: recordShape))
    }
    recordShape = shape
  }

  /// Takes the records of its next array for what lies on these batch axes.
  /// - Parameter batchAxes: of the array of the other stream.
  /// - Throws: ``CompanionProblem/ended`` where there is no array.
  func expectRecords(beside batchAxes: [Int]) throws {
    if single != nil { return }
    pending = try pending ?? reader.next()
    guard let pending else {
      throw FileProblem(file: name, problem: CompanionProblem.ended)
    }
    recordShape = Array(pending.shape.dropFirst(batchAxes.count))
  }

  /// Turns to the array that goes with the next of the other stream.
  /// - Parameter batchAxes: of that one.
  /// - Throws: ``CompanionProblem`` where there is none, or it is of other records.
  func begin(beside batchAxes: [Int]) throws {
    if single != nil { return }
    taken = 0
    try naming(reader.name) {
      guard let header = try pending ?? reader.next() else { throw CompanionProblem.ended }
      pending = nil
      if header.shape == recordShape {
        reader.recordLength = length
        single = try values(1)
        return
      }
      // Records in a row or in a column are those of a list.
      guard header.shape.suffix(recordShape.count).elementsEqual(recordShape),
        header.shape.dropLast(recordShape.count).filter({ $0 != 1 })
          == batchAxes.filter({ $0 != 1 })
      else {
        throw CompanionProblem.shape(
          expected: batchAxes + recordShape, record: recordShape, found: header.shape)
      }
      if content == .records, header.elementType.isInteger {
        throw StreamMismatch.integers(found: header.elementType.rawValue)
      }
      reader.recordLength = length
    }
  }

  /// The next records, [count, length].
  func next(_ count: Int) throws -> Matrix {
    if let single {
      let all = [[Float]](repeating: single, count: count)
      return Matrix(rows: count, columns: length, elements: all.flatMap { $0 })
    }
    return try naming(reader.name) {
      Matrix(rows: count, columns: length, elements: try values(count))
    }
  }

  private func values(_ count: Int) throws -> [Float] {
    let values = try reader.readFloats(upTo: count * length)
    defer { taken += count }
    guard content == .masks else { return values }
    if let wrong = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw CompanionProblem.noMask(record: taken + wrong / length, found: values[wrong])
    }
    for row in 0..<count where values[row * length..<(row + 1) * length].allSatisfy({ $0 == 0 }) {
      throw CompanionProblem.nothingThere(record: taken + row)
    }
    return values
  }

  /// - Throws: ``CompanionProblem`` where arrays are left.
  func finish() throws {
    if try reader.next() != nil {
      throw FileProblem(file: reader.name, problem: CompanionProblem.goesOn)
    }
  }
}

/// What can be wrong with a stream that goes with another.
public enum CompanionProblem: Problem, Equatable {
  case ended
  case goesOn
  case shape(expected: [Int], record: [Int], found: [Int])
  /// One record goes with all others, and these are of another shape now.
  case single(expected: [Int], found: [Int])
  case noMask(record: Int, found: Float)
  case nothingThere(record: Int)

  public var description: String {
    switch self {
    case .ended: "ends before the stream that it goes with"
    case .goesOn: "goes on after the end of the stream that it goes with"
    case .shape(let expected, let record, let found):
      "expected an array of \(shapeText(expected)), as the stream that it goes with, or one record of "
        + "\(shapeText(record)) for all, found \(shapeText(found))"
    case .single(let expected, let found):
      "one record of \(shapeText(found)) for all, expected \(shapeText(expected)), as the next array"
    case .noMask(let record, let found):
      "the mask of record \(record) holds \(found), expected 1 where a value is there and 0 where not"
    case .nothingThere(let record): "everything is missing in record \(record)"
    }
  }
}
