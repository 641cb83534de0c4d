import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// What is worked out for eight codes at once, or from below, against the same of one code in Double.
@Suite struct NestedPoolsTests {
  static let notations = ["tree:1,3,2+1,4", "tree:2,3", "consecutive:3"]

  private static func penalty(_ notation: String) throws -> GroupPenalty {
    let units = try PoolNotation(notation).unitCount ?? 15
    return try .groups(.parse(notation, unitCount: units), unitCount: units)
  }

  @Test(
    "steps of many codes are those of each", arguments: notations, [false, true])
  func manyCodes(_ notation: String, _ isNonnegative: Bool) throws {
    let penalty = try Self.penalty(notation)
    let units = penalty.layout.unitCount
    for rows in [1, 8, 21] {
      let u = normalMatrix(rows, units, seed: 61)
      let thresholds = (0..<rows).map { 0.1 + 0.3 * Float($0 % 9) }
      var codes = u
      var duals = [[Double]](repeating: [], count: rows)
      let values = try #require(
        penalty.shrink(&codes, by: thresholds, isNonnegative: isNonnegative, duals: &duals))
      for row in 0..<rows {
        var one = u.row(row).map(Double.init)
        var dual: [Double] = []
        var span = one.mutableSpan
        penalty.shrink(
          &span, at: 0..<units, by: Double(thresholds[row]), isNonnegative: isNonnegative,
          dual: &dual)
        let value = penalty.value(of: one[...])
        #expect(abs(values[row] - value) <= 1e-5 * max(1, value), "row \(row) of \(rows)")
        for (found, expected) in zip(codes.row(row), one) {
          #expect(abs(Double(found) - expected) <= 2e-6, "row \(row) of \(rows)")
          #expect((found == 0) == (expected == 0) || abs(expected) < 1e-5)
        }
      }
      #expect(rows == 1 || codes.elements.contains(0))
      #expect(codes.elements.contains { $0 != 0 })
    }
  }

  @Test("a bound from below is no more than the dual norm, and is it where that is the level")
  func bounds() throws {
    for notation in Self.notations {
      let penalty = try Self.penalty(notation)
      let q = normalMatrix(20, penalty.layout.unitCount, seed: 62)
      for row in 0..<q.rows {
        let exact = penalty.dualNorm(of: q.row(row), isNonnegative: false, near: 0, dual: [])
        for share in [0.3, 0.9, 1.1] {
          let level = share * exact
          let least = penalty.leastDualNorm(of: q.row(row), isNonnegative: false, near: level)
          let above = penalty.dualNorm(of: q.row(row), isNonnegative: false, near: level, dual: [])
          #expect(abs(above - max(exact, level)) <= 1e-9 * exact, "\(notation) \(share)")
          let bound = try #require(least)
          #expect(bound >= level && bound <= above * (1 + 1e-12), "\(notation) \(share)")
          #expect(share > 1 ? bound == level : bound > level)
        }
      }
    }
  }
}
