import LinearAlgebra
import TestSupport
import Testing

@Suite struct RowMoveTests {
  @Test("what moves come to is what plain sums say", arguments: [1, 7, 8, 19])
  func moves(_ columns: Int) {
    let m = (0..<5).map { normalMatrix(3, columns, seed: 71 + $0) }
    let found = rowMoves(from: m[0], m[1], to: m[2], m[3], beside: m[4])
    #expect(found.count == 3)
    for (row, move) in found.enumerated() {
      func value(_ index: Int, _ column: Int) -> Double { Double(m[index][row, column]) }
      func sum(_ term: (Int) -> Double) -> Double { (0..<columns).reduce(0) { $0 + term($1) } }
      let squares = sum { (value(2, $0) - value(0, $0)) * (value(2, $0) - value(0, $0)) }
      let curvature = sum { (value(2, $0) - value(0, $0)) * (value(1, $0) - value(3, $0)) }
      let (start, end) = (sum { value(4, $0) * value(2, $0) }, sum { value(3, $0) * value(2, $0) })
      // Differences are rounded to Float.
      let open = 1e-6 * Double(columns)
      #expect(abs(move.squaredLength - squares) <= open && abs(move.curvature - curvature) <= open)
      #expect(abs(move.start - start) <= 1e-12 && abs(move.end - end) <= 1e-12)
    }
  }
}
