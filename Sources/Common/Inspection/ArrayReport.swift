import CommandLineSupport
import TensorStream

/// What is said of one array.
struct ArrayReport: Encodable {
  let shape: [Int]
  let type: String
  let minimum: Float?
  let maximum: Float?
  let mean: Double?
  let deviation: Double?
  let density: Double?
  let nan: Int
  let infinite: Int
  let notes: String
  /// Nil of what is no code.
  private(set) var units: UseReport?
  /// Nil of what is no code of a tree.
  private(set) var tree: TreeReport?
  /// Nil where no model of units that inhibit each other is named.
  private(set) var lift: LiftReport?
  /// Nil where no variances of codes are there.
  private(set) var divergence: DivergenceReport?
  /// Nil where it is not asked for.
  private(set) var entropy: EntropyReport?
  private(set) var lines: [String] = []

  private enum CodingKeys: String, CodingKey {
    case shape, type, minimum, maximum, mean, deviation, density, nan, infinite, notes, units, tree,
      lift, divergence, entropy
  }

  init(
    _ header: ArrayHeader, _ summary: ArraySummary, _ use: CodeUse?,
    _ divergence: DivergenceReport? = nil, _ entropy: EntropyReport? = nil
  ) {
    self.init(shape: header.shape, type: header.elementType.rawValue, summary, header.notes.text)
    units = use?.units
    tree = use?.tree
    lift = use?.lift
    self.divergence = divergence
    self.entropy = entropy
    let line = arrayLine(
      shape: header.shape, type: header.elementType, summary: summary, notes: header.notes)
    lines =
      [line] + (units?.lines ?? []) + (use?.treeLines ?? []) + (lift?.lines ?? [])
      + (divergence?.lines ?? []) + (entropy?.lines ?? [])
  }

  init(shape: [Int], type: String, _ summary: ArraySummary, _ notes: String) {
    self.shape = shape
    self.type = type
    minimum = summary.minimum
    maximum = summary.maximum
    mean = summary.mean
    deviation = summary.standardDeviation
    density = summary.density
    nan = summary.nanCount
    infinite = summary.infinityCount
    self.notes = notes
  }
}

extension Notes {
  /// Whether a model made codes of this array, one a record. The steps of a trace are none of their own.
  var areOfCodes: Bool { model != nil && recordRank == 1 && !isTrace }
}
