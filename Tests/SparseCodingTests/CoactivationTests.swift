import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// How often units are in use together.
@Suite struct CoactivationTests {
  /// Units 0 and 1 together in a quarter of 8 codes, each in half; 2 in half, only without 0; the last value is no unit.
  private let codes: [[Float]] = [
    [1, -1, 0, 9], [2, 1, 0, 0], [1, 0, 0, 9], [3, 0, 0, 9], [0, 1, 1, 0], [0, 1, 1, 0],
    [0, 0, 1, 0],
    [0, 0, -1, 9],
  ]

  private func found(cutAt sizes: [Int]) -> Coactivation {
    var found = Coactivation(unitCount: 3, codeLength: 4)
    let values = codes.flatMap(\.self)
    var start = 0
    for size in sizes + [values.count] {
      let end = min(start + size, values.count)
      found.add(Array(values[start..<end]))
      start = end
    }
    return found
  }

  @Test(
    "pairs are counted beside chance, wherever the stream is cut", arguments: [[], [1], [3, 6, 2]])
  func lifts(_ sizes: [Int]) {
    let found = found(cutAt: sizes)
    // P(0, 1) = 2/8, P(0) = P(1) = P(2) = 1/2.
    #expect(found.lift { ($0, $1) == (1, 0) } == 1)
    #expect(found.lift { ($0, $1) == (2, 0) } == 0)
    #expect(found.lift { ($0, $1) == (2, 1) } == 1)
    #expect(found.lift { _, _ in true } == 2.0 / 3)
    #expect(found.lift { _, _ in false } == nil)
  }

  @Test("of pairs by S")
  func byInhibition() {
    let found = found(cutAt: [])
    let even = Matrix(rows: 3, columns: 3, elements: [0, 0, 2, 0, 0, 0, 2, 0, 0])
    let lifts = found.lifts(under: even)
    #expect(lifts.inhibited == 0 && lifts.free == 1 && lifts.strongest == nil)
    let sizes = Matrix(rows: 3, columns: 3, elements: [0, 1, 2, 1, 0, 1, 2, 1, 0])
    #expect(found.lifts(under: sizes).strongest == 0)
    #expect(found.lifts(under: sizes).free == nil)
  }

  @Test("of pairs by the branches of a tree")
  func byBranch() throws {
    var found = Coactivation(unitCount: 5, codeLength: 5)
    // A root, two branches of two units: 1 and 3, 2 and 4.
    found.add([1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0])
    let tree = try PoolTree(PoolNotation("tree:1,2,1").layout(unitCount: 5))
    let lifts = found.lifts(in: tree)
    #expect(lifts.same == 2 && lifts.other == 0)
  }

  @Test("a chain joins what is joined the most")
  func chain() {
    var s = Matrix(zeros: 4, columns: 4)
    for (row, column, value) in [(0, 3, Float(2)), (0, 1, 1), (3, 1, 5), (1, 2, 1)] {
      s[row, column] = value
      s[column, row] = value
    }
    #expect(s.chain == [0, 3, 1, 2])
    #expect(Matrix(zeros: 3, columns: 3).chain == [0, 1, 2])
    #expect(Matrix(zeros: 0, columns: 0).chain.isEmpty)
  }
}
