import LinearAlgebra
import TestSupport
import Testing

/// Rows side by side, and rows that go ahead, against the same in plain terms.
@Suite struct MomentumStepTests {
  private static func matrices(_ rows: Int, _ columns: Int) -> [Matrix] {
    (0..<4).map { (seed: Int) -> Matrix in
      let elements = (0..<rows * columns).map { (index: Int) -> Float in
        let number = (index * (7 + seed) + seed * 13) % 31
        return Float(number) / 8 - 2
      }
      return Matrix(rows: rows, columns: columns, elements: elements)
    }
  }

  @Test("rows go side by side and come back", arguments: [1, 7, 8, 9, 20], [1, 5, 8, 19])
  func lanes(_ rows: Int, _ columns: Int) {
    let m = Self.matrices(rows, columns)
    var back = Matrix(zeros: rows, columns: columns)
    var sum = m[1]
    var lanes = RowLanes(columns: columns)
    for first in stride(from: 0, to: rows, by: RowLanes.count) {
      lanes.take(m[0], from: first)
      for column in 0..<columns {
        for lane in 0..<RowLanes.count {
          let row = first + lane
          #expect(lanes.columns[column][lane] == (row < rows ? m[0][row, column] : 0))
        }
      }
      lanes.put(into: &back, from: first)
      lanes.add(to: &sum, from: first)
    }
    #expect(back == m[0])
    #expect(sum.elements == zip(m[0].elements, m[1].elements).map { $1 + $0 })
  }

  @Test("ahead, and along a direction, a row by its own share", arguments: [1, 8, 19])
  func steps(_ columns: Int) {
    let m = Self.matrices(3, columns)
    var ahead = m[2]
    extrapolate(m[0], from: m[1], by: [0.5, nil, 0], into: &ahead)
    var out = Matrix(zeros: 3, columns: columns)
    step(from: m[0], along: m[1], by: [2, 0, -1], into: &out)
    for column in 0..<columns {
      let (z, before) = (m[0][0, column], m[1][0, column])
      #expect(ahead[0, column] == z + 0.5 * (z - before))
      #expect(ahead[1, column] == m[2][1, column] && ahead[2, column] == m[0][2, column])
      #expect(out[0, column] == z + 2 * before && out[1, column] == m[0][1, column])
      #expect(out[2, column] == m[0][2, column] - m[1][2, column])
    }
  }

  @Test("inner products of differences", arguments: [1, 7, 8, 9, 64, 70])
  func products(_ columns: Int) {
    let m = Self.matrices(3, columns)
    let found = innerProducts(of: m[0], less: m[1], with: m[2], less: m[3])
    for row in 0..<3 {
      let plain = (0..<columns).reduce(0.0) { sum, column in
        let a = Double(m[0][row, column]) - Double(m[1][row, column])
        return sum + a * (Double(m[2][row, column]) - Double(m[3][row, column]))
      }
      #expect(abs(Double(found[row]) - plain) <= 1e-5 * Double(columns), "row \(row)")
    }
  }

  @Test func aRowOfElements() {
    let m = Self.matrices(3, 5)
    var (y, expected) = (Array(m[1].row(0)), Array(m[1].row(0)))
    addScaled(0.5, rowOf: m[0].elements, 2, to: &y)
    addScaled(0.5, rowOf: m[0], 2, to: &expected)
    #expect(y == expected)
  }
}
