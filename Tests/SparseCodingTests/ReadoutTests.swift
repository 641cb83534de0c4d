import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@Suite struct ReadoutTests {
  @Test func decoderIsDTimesZ() {
    let weight = normalMatrix(6, 4, seed: 31)
    let z = normalMatrix(3, 4, density: 0.5, seed: 32)
    #expect(Decoder(weight: weight)(z) == product(z, PackedMatrix(weight)))
  }

  @Test func scoresAreCTimesZPlusB() {
    let weight = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
    let z = Matrix(rows: 2, columns: 3, elements: [1, 0, -1, 0, 0, 0])
    let scores = Classifier(weight: weight, bias: [10, -0.5])(z)
    #expect(scores.elements == [8, -2.5, 10, -0.5])
  }

  @Test func theLowestOfEqualClassesWins() {
    let scores = Matrix(
      rows: 4, columns: 3, elements: [1, 1, 1, 0, 2, 2, -1, -1, -3, 0, 1, 2])
    #expect(Classifier.labels(of: scores) == [0, 1, 0, 2])
    #expect(Classifier.labels(of: Matrix(zeros: 0, 3)).isEmpty)
  }

  @Test func theBestClassesInOrder() {
    let scores = Matrix(
      rows: 3, columns: 4, elements: [1, 3, 2, 3, 5, 5, 5, 5, -1, -2, 0, -2])
    #expect(Classifier.labels(of: scores, top: 2) == [1, 3, 0, 1, 2, 0])
    #expect(Classifier.labels(of: scores, top: 4) == [1, 3, 2, 0, 0, 1, 2, 3, 2, 0, 1, 3])
  }

  /// Against sorting, of scores of which many are equal.
  @Test func theBestClassesAreThoseOfASort() {
    var scores = normalMatrix(50, 9, seed: 33)
    scores.elements = scores.elements.map { ($0 * 2).rounded() }
    for top in 1...9 {
      let expected = (0..<50).flatMap { row in
        (0..<9).sorted { ($0.score(in: scores, row), -$0) > ($1.score(in: scores, row), -$1) }
          .prefix(top).map { Int32($0) }
      }
      #expect(Classifier.labels(of: scores, top: top) == expected, "top \(top)")
    }
  }

  @Test func normalizedScoresAreCTimesADirection() {
    let weight = Matrix(rows: 2, columns: 2, elements: [1, 2, -1, 0.5])
    let z = Matrix(rows: 3, columns: 2, elements: [3, 4, 0, 0, 0.0003, 0.0004])
    let scores = Classifier(weight: weight, input: .normalized)(z)
    #expect(agree(scores.elements, [2.2, -0.2, 0, 0, 2.2, -0.2], within: 1e-6))
  }
}

extension Int {
  /// The score of this class.
  fileprivate func score(in scores: Matrix, _ row: Int) -> Float { scores[row, self] }
}
