import ByteIO
import LinearAlgebra
import TensorStream
import TestSupport
import Testing

@testable import Training

@Suite struct TrainingSetTests {
  private let x = normalMatrix(300, 7, seed: 71)

  @Test(arguments: Keeping.allCases) func recordsComeInAnyOrder(keeping: Keeping) throws {
    let set = try trainingSet(x, keeping: keeping)
    #expect(set.count == 300)
    #expect(set.recordLength == 7)
    #expect(try set.records(0..<300) == x)
    var random = CounterRandom(seed: 72)
    let order = random.permutation(of: 300)
    #expect(try set.records(order) == rows(order, of: x), "\(keeping) seed 72")
    #expect(try set.records([5, 5, 299]) == rows([5, 5, 299], of: x))
    #expect(try set.records([Int]()) == Matrix(zeros: 0, 7))
    #expect(set.digest == (try trainingSet(x).digest))
  }

  /// Arrays of several types, some empty, at every limit of memory.
  @Test(arguments: Keeping.allCases, [0, 28, 1000, 3000, 5000, 1 << 20])
  func manyArrays(keeping: Keeping, limit: Int) throws {
    let doubles = x.rows(100..<200).elements.map(Double.init)
    let parts: [(name: String, bytes: [[UInt8]])] = [
      (
        "floats",
        [
          arrayBytes([100, 7], Array(x.elements[..<700])), arrayBytes([0, 7], []),
          arrayBytes([10, 10, 7], Array(x.elements[700..<1400])), arrayBytes([0, 7], []),
          arrayBytes([100, 7], Array(x.elements[1400...])),
        ]
      ),
      (
        "doubles between",
        [
          arrayBytes([100, 7], Array(x.elements[..<700])),
          arrayBytes("<f8", [100, 7]) + doubles.withUnsafeBytes { Array($0) },
          arrayBytes([100, 7], Array(x.elements[1400...])),
        ]
      ),
    ]
    for (name, bytes) in parts {
      let set = try trainingSet(bytes.flatMap { $0 }, keeping: keeping, memoryLimit: limit)
      #expect(try set.records(0..<300) == x, "\(name) \(keeping) limit \(limit)")
      #expect(set.digest == (try trainingSet(x).digest), "\(name) \(keeping) limit \(limit)")
    }
  }

  @Test func theDigestIsOfAllValuesInTheirOrder() throws {
    var other = x
    other.elements.swapAt(0, 1)
    #expect(try trainingSet(other).digest != trainingSet(x).digest)
    #expect(try trainingSet(x.rows(0..<299)).digest != trainingSet(x).digest)
  }

  @Test func theRecordIsThatOfTheNotes() throws {
    let bytes = arrayBytes([4, 2, 3], [Float](repeating: 1, count: 24), notes: "record=2")
    let set = try trainingSet(bytes, record: nil)
    #expect(set.recordShape == [2, 3])
    #expect(set.count == 4)
  }

  @Test func streamsThatNothingCanBeLearnedFrom() {
    let ones = [Float](repeating: 1, count: 24)
    #expect(trainingProblem { _ = try trainingSet(arrayBytes([0, 7], [])) } == .noRecords)
    #expect(
      trainingProblem { _ = try trainingSet(arrayBytes("<i4", [0, 7])) } == .integers("int32"))
    #expect(
      recordProblem { _ = try trainingSet(arrayBytes([4, 6], ones), record: nil) }
        == .unknown(shape: [4, 6]))
    let changing = arrayBytes([4, 6], ones) + arrayBytes([3, 8], ones)
    #expect(
      recordProblem { _ = try trainingSet(changing) }
        == .changes(expected: [6], found: [3, 8]))
    #expect(throws: FileProblem.self) { try trainingSet([]) }
    #expect(throws: FileProblem.self) { try trainingSet(arrayBytes([4, 6], Array(ones[..<23]))) }
    #expect(throws: FileProblem.self) { try trainingSet(arrayBytes([1, 2], [1, .nan])) }
  }

  @Test(
    arguments: [
      ("3", RecordChoice.rank(3)), ("12,12,1", .shape([12, 12, 1])),
      ("12x12x1", .shape([12, 12, 1])),
      ("1", .rank(1)), ("", nil), ("0", nil), ("-1", nil), ("3,", nil), ("3,,4", nil), ("a", nil),
      ("3.5", nil), ("12,0", nil), ("99999999999999999999", nil),
    ] as [(String, RecordChoice?)])
  func recordChoices(text: String, choice: RecordChoice?) {
    #expect(RecordChoice(text) == choice, "\"\(text)\"")
  }

  @Test func recordsOfAnArray() throws {
    func resolve(_ choice: RecordChoice?, _ shape: [Int], noted: Int? = nil) throws -> [Int] {
      try RecordChoice.resolve(
        choice, for: ArrayHeader(shape: shape, notes: Notes(recordRank: noted)))
    }
    #expect(try resolve(.rank(2), [5, 4, 3]) == [4, 3])
    #expect(try resolve(.rank(3), [5, 4, 3]) == [5, 4, 3])
    #expect(try resolve(.shape([4, 3]), [5, 4, 3]) == [4, 3])
    #expect(try resolve(.shape([4, 3]), [5, 12]) == [4, 3])
    #expect(try resolve(nil, [5, 4, 3], noted: 1) == [3])
    #expect(try resolve(.rank(2), [5, 4, 3], noted: 2) == [4, 3])
    #expect(throws: RecordProblem.rankTooLarge(rank: 4, shape: [5, 4, 3])) {
      try resolve(.rank(4), [5, 4, 3])
    }
    #expect(throws: RecordProblem.changes(expected: [5, 3], found: [5, 4, 3])) {
      try resolve(.shape([5, 3]), [5, 4, 3])
    }
    #expect(throws: RecordProblem.contradiction(chosen: [4, 3], noted: [3])) {
      try resolve(.rank(2), [5, 4, 3], noted: 1)
    }
    #expect(throws: RecordProblem.unknown(shape: [5, 4, 3])) {
      try resolve(nil, [5, 4, 3])
    }
    #expect(throws: RecordProblem.holdsNothing([0])) { try resolve(.rank(1), [5, 0]) }
  }

  @Test(arguments: [0, 1, 30, 99], [UInt64(0), 1, 77])
  func partitions(heldOut: Int, seed: UInt64) throws {
    let parts = try Partition(count: 100, validation: heldOut, seed: seed)
    #expect(parts.validation.count == heldOut, "seed \(seed)")
    #expect((parts.training + parts.validation).sorted() == Array(0..<100), "seed \(seed)")
    let again = try Partition(count: 100, validation: heldOut, seed: seed)
    #expect(again.validation == parts.validation)
    if heldOut == 30 {
      #expect(
        try Partition(count: 100, validation: 30, seed: seed + 1).validation != parts.validation)
    }
  }

  @Test func partitionsThatLeaveNothing() {
    #expect(throws: TrainingProblem.validationTooLarge(asked: 100, records: 100)) {
      try Partition(count: 100, validation: 100, seed: 0)
    }
  }
}
