import LinearAlgebra

/// How values are spread.
struct Quartiles: Encodable {
  let least: Double
  let lowerQuartile: Double
  let median: Double
  let upperQuartile: Double
  let greatest: Double

  /// Nil where there are none.
  init?(_ values: [Double]) {
    let sorted = values.sorted()
    let found = [0, 0.25, 0.5, 0.75, 1].compactMap { quantile($0, ofSorted: sorted) }
    guard found.count == 5 else { return nil }
    (least, lowerQuartile, median) = (found[0], found[1], found[2])
    (upperQuartile, greatest) = (found[3], found[4])
  }

  /// All in a line, each as `text` has it.
  func line(_ text: (Double) -> String) -> String {
    [
      ("least", least), ("25 %", lowerQuartile), ("median", median), ("75 %", upperQuartile),
      ("greatest", greatest),
    ].map { "\($0) \(text($1))" }.joined(separator: "  ")
  }
}
