import Testing

@testable import SparseCoding

@Suite struct ClassificationTallyTests {
  @Test func everyClassIsCounted() throws {
    var tally = try ClassificationTally([0, 1, 1, 3, -1], classCount: 2)
    try tally.add([0, 0])
    try tally.add([1, 1, 0])
    try tally.checkComplete()
    #expect(tally.recordCount == 4 && tally.wrongCount == 2 && tally.unlabelledCount == 1)
    #expect(tally.error == 0.5)
    #expect(tally.classes.map(\.records) == [1, 2, 0, 1])
    #expect(tally.classes.map(\.wrong) == [0, 1, 0, 1])
    // The record without a label was taken for 0, which does not count.
    #expect(tally.classes.map(\.predicted) == [2, 2, 0, 0])
    #expect(tally.confusion == [1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
  }

  @Test func rates() throws {
    var tally = try ClassificationTally([0, 0, 0, 1, 3], classCount: 5)
    try tally.add([0, 0, 1, 1, 4])
    let classes = tally.classes
    #expect(classes.map(\.recall) == [2.0 / 3, 1, nil, 0, nil])
    #expect(classes.map(\.precision) == [1, 0.5, nil, nil, 0])
    // Of classes 3 and 4 one was missed and one taken wrongly; of class 2 there is nothing to say.
    #expect(classes.map(\.f1) == [0.8, 2.0 / 3, nil, 0, 0])
  }

  @Test func amongTheBest() throws {
    var tally = try ClassificationTally([2, 0, 1, -1], classCount: 3, top: 2)
    try tally.add([0, 2, 2, 1])
    try tally.add([1, 0, 1, 2])
    try tally.checkComplete()
    #expect(tally.recordCount == 3 && tally.wrongCount == 1)
    #expect(tally.classes.map(\.wrong) == [1, 0, 0])
    #expect(tally.confusion == nil)
    #expect(tally.classes.allSatisfy { $0.precision == nil && $0.f1 == nil })
    #expect(tally.classes.map(\.recall) == [0, 1, 1])
  }

  @Test func nothingToCompare() throws {
    let tally = try ClassificationTally([], classCount: 2)
    try tally.checkComplete()
    #expect(tally.error == nil && tally.wrongCount == 0)
  }

  /// Of many classes there is a line each, but not a number for each two of them.
  @Test func manyClasses() throws {
    let limit = ClassificationTally.confusionLimit
    #expect(try ClassificationTally([0], classCount: limit).confusion?.count == limit * limit)
    let last = Int32(Classifier.classLimit - 1)
    var tally = try ClassificationTally([last], classCount: limit)
    try tally.add([7])
    #expect(tally.confusion == nil && tally.classes.count == Classifier.classLimit)
    #expect(tally.classes[Int(last)].wrong == 1 && tally.classes[7].predicted == 1)
  }

  @Test func labelsThatDoNotFit() throws {
    #expect(throws: ClassificationProblem.negativeLabel(-7, record: 1)) {
      try ClassificationTally([0, -7], classCount: 3)
    }
    #expect(
      throws: ClassificationProblem.labelTooLarge(
        2_000_000_000, record: 0, limit: Classifier.classLimit)
    ) { try ClassificationTally([2_000_000_000], classCount: 3) }
    #expect(throws: ClassificationProblem.noLabels(records: 2)) {
      try ClassificationTally([-1, -1], classCount: 3)
    }
    var short = try ClassificationTally([0], classCount: 1)
    #expect(throws: ClassificationProblem.fewerLabels(labels: 1)) { try short.add([0, 0]) }
    // Records without a label are records.
    var long = try ClassificationTally([0, -1, -1], classCount: 1)
    try long.add([0, 0])
    #expect(throws: ClassificationProblem.moreLabels(labels: 3, records: 2)) {
      try long.checkComplete()
    }
  }

  @Test(arguments: [
    (ClassificationProblem.fewerLabels(labels: 3), "found 3 labels and more records"),
    (.moreLabels(labels: 3, records: 2), "found 3 labels and 2 records"),
    (
      .negativeLabel(-2, record: 4),
      "label -2 of record 4: expected a class from 0 on, or -1 for none"
    ),
    (.labelTooLarge(9, record: 4, limit: 5), "label 9 of record 4: expected a class below 5"),
    (.noLabels(records: 3), "found -1, unlabelled, for all 3 records"),
  ])
  func problemsSayWhatWasFound(problem: ClassificationProblem, text: String) {
    #expect(problem.description.hasSuffix(text))
  }
}
