import SparseCoding

extension ConfusionTable {
  /// The error rate and, for up to 50 classes, the table: a row a true class.
  /// - Throws: `ClassificationProblem` where labels are left over.
  public func text() throws -> String {
    try checkComplete()
    let share = recordCount > 0 ? 100 * Double(wrongCount) / Double(recordCount) : 0
    var lines = ["error \(fixed(share, decimals: 2)) % (\(wrongCount) of \(recordCount))"]
    guard classCount <= 50 else { return lines[0] + "\n" }
    let width = max(5, String(recordCount).count + 1)
    func cell(_ value: some CustomStringConvertible) -> String {
      let text = String(describing: value)
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    lines.append("true\\as" + (0..<classCount).map(cell).joined() + cell("wrong") + " %")
    for actual in 0..<classCount {
      let row = (0..<classCount).map { counts[actual * classCount + $0] }
      let total = row.reduce(0, +)
      let wrong = total > 0 ? 100 * Double(total - row[actual]) / Double(total) : 0
      let label = String(actual)
      lines.append(
        label + String(repeating: " ", count: 7 - label.count) + row.map(cell).joined()
          + cell(fixed(wrong, decimals: 2)))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
