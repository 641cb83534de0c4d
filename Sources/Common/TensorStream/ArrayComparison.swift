import ByteIO

/// How far two arrays of the same shape are apart, added up tile by tile, sums in Double.
public struct ArrayComparison: Sendable {
  public let shape: [Int]
  public private(set) var count = 0
  /// The last axes, which are a record.
  private let recordShape: ArraySlice<Int>
  public private(set) var largestDifference = 0.0
  private var squares = 0.0
  private var referenceSquares = 0.0

  /// Of arrays of this shape.
  /// - Parameter recordRank: how many of the last axes are a record, at most all.
  public init(shape: [Int], recordRank: Int = 1) {
    self.shape = shape
    recordShape = shape.suffix(recordRank)
  }

  /// Adds the next elements of the array compared and of its reference.
  public mutating func add(_ values: [Float], reference: [Float]) {
    precondition(values.count == reference.count, "arrays of the same shape are compared")
    for (value, expected) in zip(values, reference) {
      let difference = Double(value) - Double(expected)
      largestDifference = max(largestDifference, abs(difference))
      squares += difference * difference
      referenceSquares += Double(expected) * Double(expected)
    }
    count += values.count
  }

  /// Mean squared difference, nil for empty arrays.
  public var meanSquaredError: Double? { count == 0 ? nil : squares / Double(count) }

  /// Mean over the records of ‖x − r‖², nil for empty arrays.
  public var meanSquaredDistance: Double? {
    meanSquaredError.map { $0 * recordShape.reduce(1) { $0 * Double($1) } }
  }

  /// Squared difference relative to the reference's squared norm, ‖x − r‖² / ‖r‖².
  public var relativeSquaredError: Double? {
    referenceSquares > 0 ? squares / referenceSquares : nil
  }

  /// Compares the arrays of two streams, one by one.
  /// - Throws: ``ComparisonProblem`` where shapes or the number of arrays differ.
  public static func compare(
    _ reader: TensorReader, reference: TensorReader,
    _ body: (ArrayComparison) throws -> Void
  ) throws {
    while let expected = try reference.next() {
      guard let header = try reader.next() else {
        throw FileProblem(file: reader.name, problem: ComparisonProblem.fewerArrays)
      }
      var comparison = try begin(header, expected, reader.name)
      // So that messages count records as others do.
      let recordLength = max(1, comparison.recordShape.reduce(1, *))
      (reader.recordLength, reference.recordLength) = (recordLength, recordLength)
      while reference.remaining > 0 {
        let part = try reference.readFloats(upTo: 65_536)
        comparison.add(try reader.readFloats(upTo: part.count), reference: part)
      }
      try body(comparison)
    }
    guard try reader.next() == nil else {
      throw FileProblem(file: reader.name, problem: ComparisonProblem.moreArrays)
    }
  }

  /// Compares the arrays of one stream two by two, the first of each two being the reference.
  /// - Throws: ``ComparisonProblem`` where shapes differ or an array is left over.
  public static func compareInTwos(
    _ reader: TensorReader, _ body: (ArrayComparison) throws -> Void
  ) throws {
    while let expected = try reader.next() {
      let reference = try reader.readFloats(upTo: reader.remaining)
      guard let header = try reader.next() else {
        throw FileProblem(file: reader.name, problem: ComparisonProblem.oddArray)
      }
      var comparison = try begin(header, expected, reader.name)
      var start = 0
      while reader.remaining > 0 {
        let part = try reader.readFloats(upTo: 65_536)
        comparison.add(part, reference: Array(reference[start..<start + part.count]))
        start += part.count
      }
      try body(comparison)
    }
  }

  private static func begin(
    _ header: ArrayHeader, _ expected: ArrayHeader, _ name: String
  ) throws -> ArrayComparison {
    guard header.shape == expected.shape else {
      throw FileProblem(
        file: name,
        problem: ComparisonProblem.shapes(expected: expected.shape, found: header.shape))
    }
    let rank = header.notes.recordRank ?? expected.notes.recordRank
    return ArrayComparison(shape: header.shape, recordRank: rank ?? 1)
  }
}

/// Arrays that cannot be compared.
public enum ComparisonProblem: Problem, Equatable {
  case shapes(expected: [Int], found: [Int])
  case fewerArrays
  case moreArrays
  case oddArray

  public var description: String {
    switch self {
    case .shapes(let expected, let found):
      "compares an array of \(shapeText(found)), the reference has \(shapeText(expected))"
    case .fewerArrays: "holds fewer arrays than the reference"
    case .moreArrays: "holds more arrays than the reference"
    case .oddArray: "arrays are compared two by two, the last one is alone"
    }
  }
}
