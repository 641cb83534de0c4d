/// How often each class was taken for each other.
public struct ConfusionTable: Sendable {
  /// True labels, one a record.
  private let truth: [Int32]
  /// Classes of true labels that a table has room for.
  public static let classLimit = 4096
  /// Classes of the table: those of the classifier and those of the truth, as far as there is room.
  public let classCount: Int
  /// counts[true · classCount + predicted].
  public private(set) var counts: [Int]
  public private(set) var recordCount = 0

  public init(_ truth: [Int32], classCount: Int) {
    self.truth = truth
    self.classCount = max(classCount, min(Self.classLimit, Int(truth.max() ?? -1) + 1))
    counts = [Int](repeating: 0, count: self.classCount * self.classCount)
  }

  /// Adds the predictions of the next records.
  /// - Parameter predicted: classes of the classifier.
  /// - Throws: ``ClassificationProblem`` where there are more records than labels, or a label is
  ///   negative or too large.
  public mutating func add(_ predicted: [Int32]) throws {
    for label in predicted {
      guard recordCount < truth.count else {
        throw ClassificationProblem.fewerLabels(labels: truth.count)
      }
      let actual = Int(truth[recordCount])
      guard actual >= 0 else {
        throw ClassificationProblem.negativeLabel(truth[recordCount], record: recordCount)
      }
      guard actual < classCount else {
        throw ClassificationProblem.labelTooLarge(
          truth[recordCount], record: recordCount, limit: classCount)
      }
      counts[actual * classCount + Int(label)] += 1
      recordCount += 1
    }
  }

  public var wrongCount: Int {
    recordCount - (0..<classCount).reduce(0) { $0 + counts[$1 * classCount + $1] }
  }

  /// Checks that every label had its record.
  /// - Throws: ``ClassificationProblem/moreLabels(labels:records:)``.
  public func checkComplete() throws {
    guard recordCount == truth.count else {
      throw ClassificationProblem.moreLabels(labels: truth.count, records: recordCount)
    }
  }
}

/// Labels that do not fit the records.
public enum ClassificationProblem: Error, Equatable, CustomStringConvertible {
  case fewerLabels(labels: Int)
  case moreLabels(labels: Int, records: Int)
  case negativeLabel(Int32, record: Int)
  case labelTooLarge(Int32, record: Int, limit: Int)

  public var description: String {
    switch self {
    case .fewerLabels(let labels):
      "expected one label for each record, found \(labels) labels and more records"
    case .moreLabels(let labels, let records):
      "expected one label for each record, found \(labels) labels and \(records) records"
    case .negativeLabel(let label, let record):
      "label \(label) of record \(record): expected a class from 0 on"
    case .labelTooLarge(let label, let record, let limit):
      "label \(label) of record \(record): expected a class below \(limit)"
    }
  }
}
