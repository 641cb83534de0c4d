import ByteIO

/// How far two arrays of the same shape are apart, added up tile by tile, sums in Double. Images
/// `[…,H,W,C]` may differ by what a stride leaves over, and are compared where they overlap.
public struct ArrayComparison: Sendable {
  public let shape: [Int]
  /// The shapes of the two, where only what they share was compared.
  public private(set) var overlap: Overlap?
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
      reader.recordLength = comparison.recordLength(of: header)
      reference.recordLength = comparison.recordLength(of: expected)
      try comparison.add(header, expected, reader.readFloats, reference.readFloats)
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
      try comparison.add(header, expected, reader.readFloats) { count in
        let end = min(start + count, reference.count)
        defer { start = end }
        return Array(reference[start..<end])
      }
      try body(comparison)
    }
  }

  /// Adds all of two arrays, of which the next values are to be had.
  private mutating func add(
    _ header: ArrayHeader, _ expected: ArrayHeader, _ values: (Int) throws -> [Float],
    _ reference: (Int) throws -> [Float]
  ) throws {
    guard overlap != nil else {
      while count < expected.count {
        let part = try reference(65_536)
        add(try values(part.count), reference: part)
      }
      return
    }
    let sides = [header, expected].map { $0.shape.suffix(3).map { $0 } }
    let kept = shape.suffix(2).reduce(1, *)
    for _ in 0..<shape.dropLast(3).reduce(1, *) {
      for y in 0..<max(sides[0][0], sides[1][0]) {
        let row = y < sides[0][0] ? try values(sides[0][1] * sides[0][2]) : []
        let other = y < sides[1][0] ? try reference(sides[1][1] * sides[1][2]) : []
        guard !row.isEmpty, !other.isEmpty else { continue }
        add(Array(row.prefix(kept)), reference: Array(other.prefix(kept)))
      }
    }
  }

  private func recordLength(of header: ArrayHeader) -> Int {
    max(1, header.shape.suffix(recordShape.count).reduce(1, *))
  }

  private static func begin(
    _ header: ArrayHeader, _ expected: ArrayHeader, _ name: String
  ) throws -> ArrayComparison {
    let rank = header.notes.recordRank ?? expected.notes.recordRank
    if header.shape == expected.shape {
      return ArrayComparison(shape: header.shape, recordRank: rank ?? 1)
    }
    guard let overlap = Overlap(header, expected) else {
      throw FileProblem(
        file: name,
        problem: ComparisonProblem.shapes(expected: expected.shape, found: header.shape))
    }
    var comparison = ArrayComparison(shape: overlap.shape, recordRank: 3)
    comparison.overlap = overlap
    return comparison
  }

  /// Images of different size, one of them cut off at the right and lower edge.
  public struct Overlap: Equatable, Sendable, CustomStringConvertible {
    let found: [Int]
    let expected: [Int]

    /// Nil where the arrays are not images, or differ by more than a stride leaves over: as long as it
    /// is no larger than the windows that is less than what they cover.
    init?(_ header: ArrayHeader, _ expected: ArrayHeader) {
      (found, self.expected) = (header.shape, expected.shape)
      for notes in [header.notes, expected.notes] {
        guard notes.recordRank == 3, notes.grid == nil, !notes.isTrace else { return nil }
      }
      let rank = found.count
      guard rank >= 3, rank == expected.shape.count, found.last == expected.shape.last,
        found.dropLast(3) == expected.shape.dropLast(3), !found.contains(0)
      else { return nil }
      let missing = (rank - 3..<rank - 1).map { found[$0] - expected.shape[$0] }
      guard missing.allSatisfy({ $0 >= 0 }) || missing.allSatisfy({ $0 <= 0 }) else { return nil }
      for axis in rank - 3..<rank - 1 {
        let (least, most) = (
          min(found[axis], self.expected[axis]), max(found[axis], self.expected[axis])
        )
        guard most - least < least else { return nil }
      }
    }

    /// What they share.
    var shape: [Int] { zip(found, expected).map { min($0, $1) } }

    public var description: String {
      "images of \(Self.size(found)), the reference has \(Self.size(expected)); "
        + "compared where they overlap, from the upper left corner on"
    }

    private static func size(_ shape: [Int]) -> String {
      shape.suffix(3).dropLast().map(String.init).joined(separator: "x")
    }
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
