import LinearAlgebra
import Testing

@Suite struct MatrixTests {
  @Test func rowsAndElements() {
    var m = Matrix(rows: 3, columns: 2, elements: [1, 2, 3, 4, 5, 6])
    #expect(m[1, 0] == 3 && Array(m.row(2)) == [5, 6])
    #expect(m.rows(1..<3) == Matrix(rows: 2, columns: 2, elements: [3, 4, 5, 6]))
    #expect(m.rows(1..<1) == Matrix(zeros: 0, 2))
    m[1, 0] = 7
    #expect(m.elements == [1, 2, 7, 4, 5, 6])
  }

  @Test(arguments: [(0, 3), (1, 1), (1, 33), (33, 257), (17, 16)])
  func transposing(rows: Int, columns: Int) {
    let m = sample(rows, columns, seed: 1)
    let turned = m.transposed
    #expect(turned.rows == columns && turned.columns == rows)
    for r in 0..<rows { for c in 0..<columns { #expect(turned[c, r] == m[r, c]) } }
    #expect(turned.transposed == m)
  }

  @Test func accumulatorsAddInDouble() {
    var sum = Accumulator(rows: 2, columns: 3)
    let m = sample(2, 3, seed: 3)
    sum.add(Matrix(rows: 2, columns: 3, elements: [Float](repeating: 1e8, count: 6)))
    for _ in 0..<3 { sum.add(m) }
    sum.add(Matrix(rows: 2, columns: 3, elements: [Float](repeating: -1e8, count: 6)))
    sum.scale(by: 1 / 3.0)
    for (got, expected) in zip(sum.matrix.elements, m.elements) {
      #expect(abs(got - expected) <= 1e-6 * abs(expected) + 1e-8)
    }
    var twice = sum
    twice.add(sum)
    #expect(twice.elements == sum.elements.map { 2 * $0 })
  }
}
