import CommandLineSupport
import ModelFile
import SparseCoding

/// What is said of a model's pools.
struct PoolsReport: Encodable {
  let count: Int
  /// Members of the smallest and of the largest pool.
  let sizes: [Int]
  /// In how many pools the units are that are in the fewest and in the most.
  let multiplicity: [Int]
  /// Levels of a tree; nil where pools are none.
  let depth: Int?
  /// ⟨cos 2Δθ⟩ of units that lie side by side; nil where they are on no sheet, or show no orientation.
  let coherence: Double?
  /// The mean of the same of units in random order, and its standard deviation.
  let shuffled: [Double]?
  /// How many pinwheels their sheet has; nil where there is none of 4 rows and columns.
  let pinwheels: Int?
  /// The mean of the same of units in random order, and its standard deviation.
  let shuffledPinwheels: [Double]?
  /// The mean radial frequency of the atoms of each depth of a tree, in cycles per pixel; nil where pools are
  /// none, or records no pictures.
  let radialFrequency: [Double?]?
  let lines: [String]

  private enum CodingKeys: String, CodingKey {
    case count, sizes, multiplicity, depth, coherence, shuffled, pinwheels, shuffledPinwheels
    case radialFrequency
  }

  /// Nil where the model names no pools.
  init?(_ model: Model) {
    guard let pools = model.pools, pools.poolCount > 0 else { return nil }
    let units = (model.codeLength ?? 0) - (model.hasDCUnit ? 1 : 0)
    let all = (0..<pools.poolCount).map { pools.groups.positions(of: $0).count }
    let counts = pools.multiplicities(unitCount: units)
    count = pools.poolCount
    sizes = [all.min() ?? 0, all.max() ?? 0]
    multiplicity = [counts.min() ?? 0, counts.max() ?? 0]
    let tree = try? PoolTree(pools)
    let depths = tree?.depths.max().map { $0 + 1 } ?? 1
    depth = depths > 1 ? depths : nil
    radialFrequency = depths > 1 ? tree.flatMap { model.radialFrequencies(by: $0) } : nil
    let map = model.orientationMap
    let found = map.flatMap { $0.orientations.coherence(on: $0.sheet) }
    coherence = found?.value
    shuffled = found.map { [$0.shuffledMean, $0.shuffledDeviation] }
    let turns = map.flatMap { $0.orientations.pinwheelCount(on: $0.sheet) }
    pinwheels = turns.map { Int($0.value) }
    shuffledPinwheels = turns.map { [$0.shuffledMean, $0.shuffledDeviation] }
    lines =
      [Self.line(count, sizes, multiplicity, depth)]
      + (found.map {
        ["  orientation coherence of neighbours  " + Self.figures($0, decimals: 3)]
      } ?? [])
      + (turns.map {
        ["  pinwheels, around which orientation turns evenly  " + Self.figures($0, decimals: 0)]
      } ?? [])
      + (radialFrequency.map { ["  radial frequency by depth  " + depthFigures($0)] } ?? [])
  }

  /// A figure beside that of units in random order.
  private static func figures(_ measure: Orientations.Measure, decimals: Int) -> String {
    let spread = max(1, decimals)
    return fixed(measure.value, decimals: decimals) + ", in random order "
      + fixed(measure.shuffledMean, decimals: spread) + " ± "
      + fixed(measure.shuffledDeviation, decimals: spread)
      + (measure.deviations.map { " (\(fixed($0, decimals: 1)) σ)" } ?? "")
  }

  private static func line(
    _ count: Int, _ sizes: [Int], _ multiplicity: [Int], _ depth: Int?
  ) -> String {
    func range(_ values: [Int]) -> String {
      values[0] == values[1] ? "\(values[0])" : "\(values[0]) to \(values[1])"
    }
    let tree = depth.map { ", a tree of \($0) levels" } ?? ""
    let isUneven = depth == nil && multiplicity[0] != multiplicity[1]
    return "  pools  \(count) of \(range(sizes)) units, each unit in \(range(multiplicity))\(tree)"
      + (isUneven ? "; uneven: units in fewer pools are penalised less" : "")
  }
}
