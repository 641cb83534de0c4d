import LinearAlgebra
import SparseCoding
import Testing

@Suite struct CoherenceTests {
  /// Pair by pair in Double.
  @Test(arguments: [(2, 3), (40, 5), (300, 9)]) func agreesWithPairs(_ count: Int, _ length: Int) {
    var random = CounterRandom(seed: 5)
    let values = (0..<count * length).map { _ in Float(Int(random.next() % 2001)) / 1000 - 1 }
    let atoms = Matrix(rows: count, columns: length, elements: values)
    var largest = 0.0
    for i in 0..<count {
      for j in 0..<i {
        let (x, y) = (Array(atoms.row(i)), Array(atoms.row(j)))
        let norms = (dotInDouble(x, x) * dotInDouble(y, y)).squareRoot()
        largest = max(largest, abs(dotInDouble(x, y)) / norms)
      }
    }
    let found = Coherence(atoms: atoms)
    #expect(abs((found?.value ?? -1) - largest) < 1e-6)
  }

  @Test func copiesAndNothing() throws {
    let atoms = Matrix(rows: 4, columns: 2, elements: [0, 0, 1e-20, 2e-20, 1, 0, -3, -6])
    let found = try #require(Coherence(atoms: atoms))
    #expect(found.value > 1 - 1e-6 && found.value <= 1 && found.units == (1, 3))
    #expect(Coherence(atoms: atoms.rows(0..<2)) == nil)
    #expect(Coherence(atoms: Matrix(zeros: 3, 2)) == nil)
  }
}
