import ModelFile

/// The classes of the records of a training set.
public struct ClassLabels: Sendable {
  /// What a record without a label has in its place.
  public static let unlabelled: Int32 = -1
  /// Most classes.
  public static let classLimit = 1 << 15

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

  /// - Parameter allowsUnlabelled: whether −1 may stand where a label is not known.
  /// - Throws: ``TrainingProblem`` where labels do not fit the records, or are all of one class.
  public init(_ values: [Int32], records: Int, allowsUnlabelled: Bool) throws {
    guard values.count == records else {
      throw TrainingProblem.labelCount(labels: values.count, records: records)
    }
    let least = allowsUnlabelled ? Self.unlabelled : 0
    if let record = values.firstIndex(where: { $0 < least }) {
      throw TrainingProblem.labelTooSmall(values[record], record: record, least: least)
    }
    if let record = values.firstIndex(where: { $0 >= Self.classLimit }) {
      throw TrainingProblem.labelTooLarge(
        values[record], record: record, limit: Self.classLimit)
    }
    let largest = values.max() ?? Self.unlabelled
    guard largest != Self.unlabelled else { throw TrainingProblem.noLabels("the records") }
    guard values.contains(where: { $0 != largest && $0 != Self.unlabelled }) else {
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
    ] where !records.isEmpty && records.allSatisfy({ values[$0] == Self.unlabelled }) {
      throw TrainingProblem.noLabels(what)
    }
  }
}
