import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding

/// What is said of codes of units that inhibit each other: how often those are in use together, as a multiple of
/// chance.
struct LiftReport: Encodable {
  /// Of pairs with S > 0, with S = 0, and of the tenth with the largest S, where S has several sizes.
  let inhibited: Double?
  let free: Double?
  let strongest: Double?
  /// Of pairs in the same branch of the model's tree, and in two of them.
  let sameBranch: Double?
  let otherBranch: Double?
  private(set) var lines: [String] = []

  private enum CodingKeys: String, CodingKey {
    case inhibited, free, strongest, sameBranch, otherBranch
  }

  init(_ found: Coactivation, _ inhibition: Matrix, _ tree: PoolTree?) {
    (inhibited, free, strongest) = found.lifts(under: inhibition)
    let branches = tree.map { found.lifts(in: $0) }
    (sameBranch, otherBranch) = (branches?.same, branches?.other)
    lines = [
      "  in use together, of chance  "
        + [
          ("pairs with S > 0", inhibited), ("the tenth with the largest S", strongest),
          ("with S = 0", free), ("in the same branch", sameBranch),
          ("in two branches", otherBranch),
        ].compactMap { name, value in value.map { "\(name) \(fixed($0, decimals: 3))" } }
        .joined(separator: "  ")
    ]
  }
}

/// What is said of S of a model.
struct InhibitionReport: Encodable {
  let largest: Double
  /// The least and the largest sum of a row.
  let rowSums: [Double]
  /// The share of pairs that do not inhibit each other.
  let zeros: Double
  let lines: [String]

  private enum CodingKeys: String, CodingKey { case largest, rowSums, zeros }

  /// Nil where units do not inhibit each other.
  init?(_ model: Model) {
    guard let s = model.problem?.inhibition else { return nil }
    let sums = (0..<s.rows).map { s.row($0).reduce(0.0) { $0 + Double($1) } }
    largest = Double(s.elements.max() ?? 0)
    rowSums = [sums.min() ?? 0, sums.max() ?? 0]
    let pairs = s.rows * (s.rows - 1)
    zeros = pairs == 0 ? 1 : Double(s.elements.count { $0 == 0 } - s.rows) / Double(pairs)
    guard largest > 0 else {
      lines = ["  inhibition  none: S is 0 everywhere"]
      return
    }
    let (least, most) = (shortNumber(rowSums[0]), shortNumber(rowSums[1]))
    lines = [
      "  inhibition  S up to \(shortNumber(largest)), rows sum to "
        + (least == most ? least : "\(least) to \(most)")
        + ", \(fixed(100 * zeros, decimals: 1)) % of pairs do not inhibit each other"
    ]
  }
}
