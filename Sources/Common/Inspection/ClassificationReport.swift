import CommandLineSupport
import SparseCoding

/// What is said of predicted classes that were compared with the true ones.
public struct ClassificationReport: Encodable {
  /// What is said of one class. Rates are nil, in JSON null, where they are of nothing.
  struct OfClass: Encodable {
    let label: Int
    let counts: ClassificationTally.ClassCounts

    private enum CodingKeys: String, CodingKey {
      case label = "class"
      case records, wrong, recall, precision, f1
    }

    func encode(to encoder: any Swift.Encoder) throws {
      var object = encoder.container(keyedBy: CodingKeys.self)
      try object.encode(label, forKey: .label)
      try object.encode(counts.records, forKey: .records)
      try object.encode(counts.wrong, forKey: .wrong)
      try object.encode(counts.recall, forKey: .recall)
      try object.encode(counts.precision, forKey: .precision)
      try object.encode(counts.f1, forKey: .f1)
    }
  }

  let records: Int
  let wrong: Int
  let unlabelled: Int
  let error: Double?
  let top: Int
  let classes: [OfClass]
  /// A row a true class; nil where it was not counted.
  let confusion: [[Int]]?

  private enum CodingKeys: String, CodingKey {
    case records, wrong, unlabelled, error, top, classes, confusion
  }

  /// - Throws: `ClassificationProblem` where labels are left over.
  public init(_ tally: ClassificationTally) throws {
    try tally.checkComplete()
    records = tally.recordCount
    wrong = tally.wrongCount
    unlabelled = tally.unlabelledCount
    error = tally.error
    top = tally.top
    classes = tally.classes.enumerated().map { OfClass(label: $0, counts: $1) }
    let count = tally.classes.count
    confusion = tally.confusion.map { counts in
      (0..<count).map { Array(counts[$0 * count..<($0 + 1) * count]) }
    }
  }

  public func encode(to encoder: any Swift.Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(records, forKey: .records)
    try object.encode(wrong, forKey: .wrong)
    try object.encode(unlabelled, forKey: .unlabelled)
    try object.encode(error, forKey: .error)
    try object.encode(top, forKey: .top)
    try object.encode(classes, forKey: .classes)
    try object.encode(confusion, forKey: .confusion)
  }

  /// The same for programs.
  public func json() throws -> String { try jsonText(self) }

  // MARK: Text

  /// Most classes whose confusion matrix people read.
  private static let readableClasses = 50

  /// The error rate, a line a class, and for up to 50 classes the confusion matrix.
  public var text: String {
    var lines = [errorLine] + Self.table(classRows)
    if let confusion, confusion.count <= Self.readableClasses {
      let labels = confusion.indices.map(String.init)
      let rows = zip(labels, confusion).map { [$0] + $1.map(String.init) }
      lines += [""] + Self.table([["true\\as"] + labels] + rows)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var errorLine: String {
    let name = top == 1 ? "error" : "top-\(top) error"
    let left = unlabelled > 0 ? ", \(unlabelled) unlabelled" : ""
    return "\(name) \(Self.percent(error)) % (\(wrong) of \(records)\(left))"
  }

  private var classRows: [[String]] {
    let isOneEach = top == 1
    let names = ["class", "records", "wrong", "recall %"]
    return [names + (isOneEach ? ["precision %", "F1 %"] : [])]
      + classes.map { row in
        let counts = row.counts
        let texts = [row.label, counts.records, counts.wrong].map(String.init)
        let rates = [counts.recall] + (isOneEach ? [counts.precision, counts.f1] : [])
        return texts + rates.map(Self.percent)
      }
  }

  private static func percent(_ share: Double?) -> String {
    share.map { fixed(100 * $0, decimals: 2) } ?? "-"
  }

  /// Rows of cells as lines, the cells of a column under each other.
  private static func table(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      zip(row, widths).map { cell, width in
        String(repeating: " ", count: width - cell.count) + cell
      }.joined(separator: "  ")
    }
  }
}
