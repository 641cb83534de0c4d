import LinearAlgebra
import TestSupport
import Testing

@Suite struct NormTests {
  private static let shapes = [(0, 3), (3, 0), (1, 1), (5, 33), (33, 5), (70, 128)]

  /// Rows of norms around 1, one of zeros.
  private func rowsOfManySizes(_ rows: Int, _ columns: Int) -> Matrix {
    var m = sample(rows, columns, seed: 1)
    for r in 0..<rows {
      let factor = Float(r % 4) / (2 * Float(columns).squareRoot())
      m.setRow(r, to: m.row(r).map { $0 * factor }[...])
    }
    return m
  }

  private func norm(_ row: ArraySlice<Float>) -> Double {
    row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test(arguments: shapes) func normsAreBounded(rows: Int, columns: Int) {
    let m = rowsOfManySizes(rows, columns)
    let limit: Float = 0.8
    var bounded = m
    bounded.boundRowNorms(limit)
    for r in 0..<rows {
      let before = norm(m.row(r))
      if before <= Double(limit) {
        #expect(bounded.row(r) == m.row(r))
      } else {
        let expected = m.row(r).map { Double($0) * Double(limit) / before }
        #expect(zip(bounded.row(r), expected).allSatisfy { ulps($0, from: $1) <= 0.51 }, "row \(r)")
      }
    }
    #expect(rows < 5 || bounded != m)
  }

  @Test(arguments: shapes) func normsBecomeOne(rows: Int, columns: Int) {
    let m = rowsOfManySizes(rows, columns)
    var result = m
    result.normalizeRows()
    for r in 0..<rows {
      let before = norm(m.row(r))
      guard before > 0 else {
        #expect(result.row(r) == m.row(r))
        continue
      }
      let expected = m.row(r).map { Double($0) / before }
      #expect(zip(result.row(r), expected).allSatisfy { ulps($0, from: $1) <= 0.51 }, "row \(r)")
      #expect(abs(norm(result.row(r)) - 1) < 1e-7)
    }
  }

  /// Squares that a Float cannot hold.
  @Test func largeAndSmallNorms() {
    var m = Matrix(rows: 2, columns: 2, elements: [3e30, 4e30, 3e-30, 4e-30])
    m.normalizeRows()
    #expect(agree(m.elements, [0.6, 0.8, 0.6, 0.8], within: 1e-5))
  }
}
