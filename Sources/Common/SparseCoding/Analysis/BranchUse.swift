/// How many codes use each branch of a tree of units: see ``PoolTree/branches``. A code uses a branch when
/// any of its units is not zero.
public struct BranchUse: Sendable {
  /// The unit that heads each branch, the first of the least depth.
  public let heads: [Int]
  /// The branch of each unit of the tree; nil of those in none.
  private let branches: [Int?]
  private let codeLength: Int
  /// Of each branch, how many whole codes used it.
  private var counts: [Int]
  /// Of each branch, whether the code that has begun uses it.
  private var isUsed: [Bool]
  /// How many values of that code came.
  private var place = 0
  private var codes = 0

  /// - Parameters:
  ///   - unitCount: how many units the tree has; no memory for units that a header only promises.
  ///   - codeLength: as many or more, those of no tree last.
  public init(_ tree: PoolTree, unitCount: Int, codeLength: Int) {
    precondition(unitCount <= codeLength && codeLength > 0, "\(unitCount) units of \(codeLength)")
    let ofPools = tree.branches
    let depths = tree.unitDepths(unitCount: unitCount)
    let ofUnits = tree.nodes(unitCount: unitCount).map { $0.flatMap { ofPools[$0] } }
    let count = (ofPools.compactMap(\.self).max() ?? -1) + 1
    var heads = [Int?](repeating: nil, count: count)
    for unit in 0..<unitCount {
      guard let branch = ofUnits[unit], let depth = depths[unit] else { continue }
      if let head = heads[branch].flatMap({ depths[$0] }), head <= depth { continue }
      heads[branch] = unit
    }
    self.heads = heads.map { $0 ?? 0 }
    branches = ofUnits
    self.codeLength = codeLength
    counts = [Int](repeating: 0, count: count)
    isUsed = [Bool](repeating: false, count: count)
  }

  /// Adds the next values of codes […,codeLength], cut anywhere.
  public mutating func add(_ values: [Float]) {
    for value in values {
      if place < branches.count, value != 0, let branch = branches[place] { isUsed[branch] = true }
      place += 1
      if place == codeLength { endCode() }
    }
  }

  private mutating func endCode() {
    for branch in counts.indices where isUsed[branch] {
      counts[branch] += 1
      isUsed[branch] = false
    }
    place = 0
    codes += 1
  }

  /// The share of codes, 0…1, that use each branch; nothing without codes.
  public var shares: [Double] { codes == 0 ? [] : counts.map { Double($0) / Double(codes) } }
}
