/// Predicted classes counted against true ones. Records without a label are left out.
public struct ClassificationTally: Sendable {
  /// Most classes of which it is counted how often each was taken for each other.
  public static let confusionLimit = 1000

  /// What was counted of one class.
  public struct ClassCounts: Sendable, Equatable {
    /// Records that are of it.
    public var records = 0
    /// Those of them that were not found.
    public var wrong = 0
    /// Records that were taken for it; nil where each was taken for several classes.
    public var predicted: Int?
  }

  /// True labels, one a record.
  private let truth: [Int32]
  /// Records so far, those without a label among them.
  private var position = 0
  /// N: a record is right where its class is among the N predicted ones.
  public let top: Int
  /// Records without a label.
  public let unlabelledCount: Int
  /// A class each: those of the classifier and those of the truth.
  public private(set) var classes: [ClassCounts]
  /// confusion[true · Y + predicted] of Y classes; nil of too many, and where `top` is not 1.
  public private(set) var confusion: [Int]?

  /// - Parameters:
  ///   - truth: a label a record, ``Classifier/unlabelled`` or a class.
  ///   - classCount: classes of the classifier.
  ///   - top: how many of them are predicted for each record.
  /// - Throws: ``ClassificationProblem`` where a label is no class, or no record has one.
  public init(_ truth: [Int32], classCount: Int, top: Int = 1) throws {
    if let record = truth.firstIndex(where: { $0 < Classifier.unlabelled }) {
      throw ClassificationProblem.negativeLabel(truth[record], record: record)
    }
    if let record = truth.firstIndex(where: { $0 >= Classifier.classLimit }) {
      throw ClassificationProblem.labelTooLarge(
        truth[record], record: record, limit: Classifier.classLimit)
    }
    unlabelledCount = truth.count { $0 == Classifier.unlabelled }
    guard truth.isEmpty || unlabelledCount < truth.count else {
      throw ClassificationProblem.noLabels(records: truth.count)
    }
    self.truth = truth
    self.top = top
    let count = max(classCount, Int(truth.max() ?? 0) + 1)
    classes = [ClassCounts](
      repeating: ClassCounts(predicted: top == 1 ? 0 : nil), count: count)
    if top == 1, count <= Self.confusionLimit {
      confusion = [Int](repeating: 0, count: count * count)
    }
  }

  /// Adds the predictions of the next records.
  /// - Parameter predicted: classes of the classifier, `top` of them a record; a record that has
  ///   ``Classifier/unlabelled`` was taken for none, and is wrong.
  /// - Throws: ``ClassificationProblem/fewerLabels(labels:)``.
  public mutating func add(_ predicted: [Int32]) throws {
    for start in stride(from: 0, to: predicted.count, by: top) {
      guard position < truth.count else {
        throw ClassificationProblem.fewerLabels(labels: truth.count)
      }
      add(predicted[start..<start + top], of: truth[position])
      position += 1
    }
  }

  private mutating func add(_ predicted: ArraySlice<Int32>, of label: Int32) {
    guard label != Classifier.unlabelled, let first = predicted.first else { return }
    let (actual, best) = (Int(label), Int(first))
    classes[actual].records += 1
    if !predicted.contains(label) { classes[actual].wrong += 1 }
    guard first != Classifier.unlabelled else { return }
    classes[best].predicted? += 1
    confusion?[actual * classes.count + best] += 1
  }

  /// Records that have a label.
  public var recordCount: Int { classes.reduce(0) { $0 + $1.records } }
  public var wrongCount: Int { classes.reduce(0) { $0 + $1.wrong } }
  /// The share of records that are wrong; nil where there are none.
  public var error: Double? {
    recordCount > 0 ? Double(wrongCount) / Double(recordCount) : nil
  }

  /// Checks that every label had its record.
  /// - Throws: ``ClassificationProblem/moreLabels(labels:records:)``.
  public func checkComplete() throws {
    guard position == truth.count else {
      throw ClassificationProblem.moreLabels(labels: truth.count, records: position)
    }
  }
}

extension ClassificationTally.ClassCounts {
  private var right: Double { Double(records - wrong) }

  /// The share of the class's records that were found; nil where it has none.
  public var recall: Double? { records > 0 ? right / Double(records) : nil }

  /// The share of records taken for the class that are of it; nil where there are none.
  public var precision: Double? {
    predicted.flatMap { $0 > 0 ? right / Double($0) : nil }
  }

  /// The harmonic mean of both, 2·right / (records + predicted); nil where that is nothing of nothing.
  public var f1: Double? {
    predicted.flatMap { records + $0 > 0 ? 2 * right / Double(records + $0) : nil }
  }
}

/// Labels that do not fit the records.
public enum ClassificationProblem: Error, Equatable, CustomStringConvertible {
  case fewerLabels(labels: Int)
  case moreLabels(labels: Int, records: Int)
  case negativeLabel(Int32, record: Int)
  case labelTooLarge(Int32, record: Int, limit: Int)
  case noLabels(records: Int)

  public var description: String {
    switch self {
    case .fewerLabels(let labels):
      "expected one label for each record, found \(labels) labels and more records"
    case .moreLabels(let labels, let records):
      "expected one label for each record, found \(labels) labels and \(records) records"
    case .negativeLabel(let label, let record):
      "label \(label) of record \(record): expected a class from 0 on, or -1 for none"
    case .labelTooLarge(let label, let record, let limit):
      "label \(label) of record \(record): expected a class below \(limit)"
    case .noLabels(let records):
      "expected labels to compare with, found -1, unlabelled, for all \(records) records"
    }
  }
}
