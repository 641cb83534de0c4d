import ModelFile
import SparseCoding

/// The classes of the records of a training set.
public struct ClassLabels: Sendable {
  /// One a record.
  public let values: [Int32]
  /// Y: one more than the largest label.
  public let classCount: Int

  /// Tells labels apart.
  public var digest: String {
    var content = ContentDigest()
    content.update(values.map { Float($0) })
    return content.hex
  }

  /// - Parameter values: −1 stands where a label is not known.
  /// - Throws: ``TrainingProblem`` where labels do not fit the records, or are all of one class.
  public init(_ values: [Int32], records: Int) throws {
    guard values.count == records else {
      throw TrainingProblem.labelCount(labels: values.count, records: records)
    }
    if let record = values.firstIndex(where: { $0 < Classifier.unlabelled }) {
      throw TrainingProblem.labelTooSmall(values[record], record: record)
    }
    if let record = values.firstIndex(where: { $0 >= Classifier.classLimit }) {
      throw TrainingProblem.labelTooLarge(
        values[record], record: record, limit: Classifier.classLimit)
    }
    let largest = values.max() ?? Classifier.unlabelled
    guard largest != Classifier.unlabelled else { throw TrainingProblem.noLabels("the records") }
    guard values.contains(where: { $0 != largest && $0 != Classifier.unlabelled }) else {
      throw TrainingProblem.oneClass(largest)
    }
    self.values = values
    classCount = Int(largest) + 1
  }

  /// Checks that both parts have records with labels: there is nothing to learn, or to judge by,
  /// otherwise.
  /// - Throws: ``TrainingProblem/noLabels(_:)``.
  public func checkLabelled(in partition: Partition) throws {
    for (records, what) in [
      (partition.training, "the records to train on"),
      (partition.validation, "the records held out"),
    ] where !records.isEmpty && !records.contains(where: isLabelled) {
      throw TrainingProblem.noLabels(what)
    }
  }

  private func isLabelled(_ record: Int) -> Bool { values[record] != Classifier.unlabelled }

  /// The records of a partition that have a label.
  public func labelled(in partition: Partition) -> Partition {
    Partition(
      training: partition.training.filter(isLabelled),
      validation: partition.validation.filter(isLabelled))
  }

  /// Fewer labels of records held out say little.
  private static let fewLabels = 100

  /// What there is to know of the labels before anything is learned from them.
  public func remarks(on partition: Partition) -> [String] {
    let labelled = labelled(in: partition)
    let missing = values.count - labelled.training.count - labelled.validation.count
    let held = labelled.validation.count
    let found = Set(labelled.training.map { values[$0] }).count
    return [
      missing > 0 ? "\(missing) of \(values.count) records have no label" : nil,
      found < classCount
        ? "the records to train on have labels of \(found) of \(classCount) classes" : nil,
      (1..<Self.fewLabels).contains(held)
        ? "only \(held) of the records held out have labels: their error is a rough one" : nil,
    ].compactMap { $0 }
  }
}
