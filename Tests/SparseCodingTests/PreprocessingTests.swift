import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@Suite struct PreprocessingTests {
  private let x = normalMatrix(6, 5, seed: 51)

  @Test func centerTakesTheMeanOff() {
    let result = Preprocessing(steps: [.center])(x)
    for record in 0..<6 {
      let mean = x.doubles(record).reduce(0, +) / 5
      for column in 0..<5 {
        #expect(abs(Double(result[record, column]) - Double(x[record, column]) + mean) < 1e-6)
      }
    }
    // A constant record leaves nothing at all.
    let constant = Matrix(rows: 1, columns: 5, elements: [0.1, 0.1, 0.1, 0.1, 0.1])
    #expect(Preprocessing(steps: [.center])(constant) == Matrix(zeros: 1, 5))
  }

  @Test func normalizeGivesNormOneButToZeros() {
    var records = x
    records.setRow(2, to: [0, 0, 0, 0, 0])
    records.setRow(3, to: [1e30, -1e30, 1e30, 0, 0])
    records.setRow(4, to: [1e-30, 0, 0, 0, 0])
    let result = Preprocessing(steps: [.normalize])(records)
    for record in [0, 1, 3, 4, 5] {
      let norm = result.doubles(record).reduce(0) { $0 + $1 * $1 }
      #expect(abs(norm - 1) < 1e-6, "record \(record)")
    }
    #expect(result.row(2).allSatisfy { $0 == 0 })
  }

  @Test func stepsAreDoneInTheirOrder() {
    let mean: [Float] = [1, 2, 3, 4, 5]
    let forward = normalMatrix(3, 5, seed: 52)
    let preprocessing = Preprocessing(
      steps: [.center, .normalize, .mean, .whitening], mean: mean, whitening: forward,
      unwhitening: normalMatrix(5, 3, seed: 53))
    var expected = Preprocessing(steps: [.normalize])(Preprocessing(steps: [.center])(x))
    for record in 0..<6 { for column in 0..<5 { expected[record, column] -= mean[column] } }
    #expect(preprocessing(x) == product(expected, PackedMatrix(forward)))
    #expect(!preprocessing.isInvertible)
  }

  @Test func undoIsTheInverseOfFixedSteps() {
    // A rotation by a Householder reflection: its transpose is its inverse.
    let v = Array(unitAtoms(1, 5, seed: 54).row(0))
    var reflection = Matrix.identity(5)
    for r in 0..<5 { for c in 0..<5 { reflection[r, c] -= 2 * v[r] * v[c] } }
    let preprocessing = Preprocessing(
      steps: [.mean, .whitening], mean: [1, 2, 3, 4, 5], whitening: reflection,
      unwhitening: reflection.transposed)
    #expect(preprocessing.isInvertible)
    let back = preprocessing.undo(preprocessing(x))
    #expect(agree(back.elements, x.elements, within: 1e-5))
    #expect(Preprocessing.none(x) == x)
    #expect(Preprocessing.none.undo(x) == x)
    #expect(Preprocessing(steps: [.center, .normalize]).undo(x) == x)
  }

  @Test func recordsDependOnNothingButThemselves() {
    let records = normalMatrix(130, 5, seed: 55)
    let preprocessing = Preprocessing(steps: [.center, .normalize])
    let whole = preprocessing(records)
    for record in [0, 111, 112, 129] {
      #expect(preprocessing(records.rows(record..<record + 1)) == whole.rows(record..<record + 1))
    }
  }

  @Test func stepsThatCannotFollowEachOther() {
    #expect(Preprocessing.problem(in: [.center, .normalize, .mean, .whitening]) == nil)
    #expect(Preprocessing.problem(in: [.whitening, .center]) == nil)
    #expect(Preprocessing.problem(in: [.mean, .mean]) == "each step once")
    #expect(Preprocessing.problem(in: [.whitening, .mean]) == "mean before whitening")
  }
}
