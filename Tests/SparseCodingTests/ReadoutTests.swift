import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@Suite struct ReadoutTests {
  @Test func decoderIsDTimesZ() {
    let weight = normalMatrix(6, 4, seed: 31)
    let z = normalMatrix(3, 4, density: 0.5, seed: 32)
    #expect(Decoder(weight: weight)(z) == product(z, PackedMatrix(weight)))
    #expect(Decoder(weight: weight).codeLength == 4)
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

  @Test func confusionCounts() throws {
    var table = ConfusionTable([0, 1, 1, 3], classCount: 2)
    #expect(table.classCount == 4)
    try table.add([0, 0])
    try table.add([1, 1])
    try table.checkComplete()
    #expect(table.wrongCount == 2)
    #expect(table.counts[0] == 1)
    #expect(table.counts[4] == 1)
    #expect(table.counts[5] == 1)
    #expect(table.counts[13] == 1)
    #expect(table.counts.reduce(0, +) == 4)
  }

  @Test func confusionRefusesLabelsThatDoNotFit() {
    var table = ConfusionTable([0, -7, 2_000_000_000], classCount: 3)
    #expect(throws: ClassificationProblem.negativeLabel(-7, record: 1)) { try table.add([0, 0]) }
    var huge = ConfusionTable([2_000_000_000], classCount: 3)
    #expect(
      throws: ClassificationProblem.labelTooLarge(
        2_000_000_000, record: 0, limit: ConfusionTable.classLimit)
    ) { try huge.add([1]) }
    var short = ConfusionTable([0], classCount: 1)
    #expect(throws: ClassificationProblem.fewerLabels(labels: 1)) { try short.add([0, 0]) }
    let long = ConfusionTable([0, 0], classCount: 1)
    #expect(throws: ClassificationProblem.moreLabels(labels: 2, records: 0)) {
      try long.checkComplete()
    }
    #expect(ConfusionTable([], classCount: 2).wrongCount == 0)
  }

  @Test(arguments: [
    (ClassificationProblem.fewerLabels(labels: 3), "found 3 labels and more records"),
    (.moreLabels(labels: 3, records: 2), "found 3 labels and 2 records"),
    (.negativeLabel(-1, record: 4), "label -1 of record 4: expected a class from 0 on"),
    (.labelTooLarge(9, record: 4, limit: 5), "label 9 of record 4: expected a class below 5"),
  ])
  func problemsSayWhatWasFound(problem: ClassificationProblem, text: String) {
    #expect(problem.description.hasSuffix(text))
  }
}
