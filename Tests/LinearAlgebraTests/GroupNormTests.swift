import TestSupport
import Testing

@testable import LinearAlgebra

@Suite struct GroupNormTests {
  /// Against sums in Double, row by row.
  @Test(arguments: [1, 7, 8, 9, 20])
  func againstPlainSums(rows: Int) throws {
    let groups = try #require(
      Groups(
        offsets: [0, 3, 5, 5, 9], members: [4, 0, 2, 2, 1, 5, 3, 0, 1],
        weights: [1, 1, 2, 0.5, 3, 1, 1, 4, 0.25]))
    var z = normalMatrix(rows, 7, seed: 71)
    for column in [1, 2] { z[0, column] = 0 }
    var gradient = normalMatrix(rows, 7, seed: 72)
    let before = gradient
    let sum = groups.addNormGradient(of: z, scaledBy: 0.3, to: &gradient)
    var expected = 0.0
    for row in 0..<rows {
      var slopes = [Double](repeating: 0, count: 7)
      for group in 0..<groups.count {
        let positions = groups.positions(of: group)
        let norm = positions.reduce(0.0) { sum, index in
          let value = Double(z[row, groups.members[index]])
          return sum + Double(groups.weights[index]) * value * value
        }.squareRoot()
        expected += norm
        for index in positions where norm > 0 {
          let unit = groups.members[index]
          slopes[unit] += 0.3 * Double(groups.weights[index]) * Double(z[row, unit]) / norm
        }
      }
      for column in 0..<7 {
        let found = Double(gradient[row, column]) - Double(before[row, column])
        #expect(abs(found - slopes[column]) < 1e-5, "row \(row), column \(column)")
      }
    }
    #expect(abs(sum - expected) <= 1e-5 * expected)
  }

  @Test func groupsThatCannotBe() {
    #expect(Groups(offsets: [0, 2], members: [0], weights: [1]) == nil)
    #expect(Groups(offsets: [0, 1], members: [0], weights: [.nan]) == nil)
    #expect(Groups(offsets: [0, 1], members: [-1], weights: [1]) == nil)
    #expect(Groups(offsets: [], members: [], weights: []) == nil)
    #expect(Groups(offsets: [0], members: [], weights: [])?.count == 0)
  }
}
