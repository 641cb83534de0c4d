import LinearAlgebra
import TestSupport
import Testing

struct PrincipalCholeskyTests {
  /// Members come and go in any order: solutions stay those of the matrix.
  @Test func solutionsStayThoseOfTheMatrix() {
    let seed: UInt64 = 51
    let a = normalMatrix(30, 40, seed: seed)
    var random = CounterRandom(seed: seed)
    var factor = PrincipalCholesky()
    for step in 0..<200 {
      let absent = (0..<30).filter { !factor.members.contains($0) }
      if !absent.isEmpty, factor.members.isEmpty || random.uniform() < 0.6 {
        let index = absent[Int(random.uniform() * Double(absent.count))]
        let isNew = factor.append(
          index, products: factor.members.map { a.dotOfRows($0, index) },
          diagonal: a.dotOfRows(index, index))
        #expect(isNew, "step \(step) seed \(seed)")
      } else {
        factor.remove(at: Int(random.uniform() * Double(factor.members.count)))
      }
      let b = factor.members.map { Double($0) - 7 }
      let y = factor.solve(b)
      for (row, member) in factor.members.enumerated() {
        let product = zip(factor.members, y).reduce(0.0) {
          $0 + a.dotOfRows(member, $1.0) * $1.1
        }
        #expect(abs(product - b[row]) < 1e-9, "step \(step) seed \(seed)")
      }
    }
  }

  @Test func combinationsAreRefused() {
    let a = Matrix(rows: 3, columns: 3, elements: [1, 2, 3, 4, 5, 6, 5, 7, 9])
    var factor = PrincipalCholesky()
    for index in 0..<3 {
      let isNew = factor.append(
        index, products: factor.members.map { a.dotOfRows($0, index) },
        diagonal: a.dotOfRows(index, index))
      #expect(isNew == (index < 2))
    }
    #expect(factor.members == [0, 1])
  }
}
