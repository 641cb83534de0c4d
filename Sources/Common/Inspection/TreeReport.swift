import CommandLineSupport
import SparseCoding
import TensorStream

/// What is said of codes whose pools are a tree: how their use falls with the depth, and which branches are
/// used.
struct TreeReport: Encodable {
  /// The depth of each unit of the tree, 0 of a root; nil of units in no pool.
  let depths: [Int?]
  /// The mean share of records in which the units of a depth are active.
  let active: [Double?]
  /// The unit that heads each branch: see ``PoolTree/branches``.
  let heads: [Int]
  /// The share of records that use each branch.
  let use: [Double]
  /// How many branches fewer than 1 % of the records use.
  let rare: Int
  private(set) var lines: [String] = []

  private enum CodingKeys: String, CodingKey { case depths, active, heads, use, rare }

  /// A branch that fewer records use is rarely used.
  private static let rareShare = 0.01

  /// - Parameters:
  ///   - shares: the share of records in which each unit is active, [K].
  ///   - branches: of the same codes.
  init(_ tree: PoolTree, shares: [Double], _ branches: BranchUse) {
    depths = tree.unitDepths(unitCount: shares.count)
    active = means(of: shares, byDepth: depths)
    heads = branches.heads
    use = branches.shares
    rare = use.count { $0 < Self.rareShare }
    lines = ["  active by depth  " + depthFigures(active)] + branchLines
  }

  private var branchLines: [String] {
    guard let least = use.indices.min(by: { use[$0] < use[$1] }),
      let most = use.indices.max(by: { use[$0] < use[$1] })
    else { return [] }
    func text(_ branch: Int) -> String {
      "unit \(heads[branch]) \(fixed(100 * use[branch], decimals: 2))"
    }
    return [
      "  records that use a branch, %  least, from \(text(least))  greatest, from \(text(most))"
        + "  below 1 % \(rare) of \(use.count)"
    ]
  }
}

/// Figures of depths, from that of the roots on.
func depthFigures(_ values: [Double?]) -> String {
  values.map { $0.map { fixed($0, decimals: 3) } ?? "–" }.joined(separator: "  ")
}

/// The tree that units of codes are in, as far as it is known.
enum CodeTree {
  case tree(PoolTree, unitCount: Int)
  /// Notes of a tree of other units than the codes have.
  case other(PoolProblem)

  /// Of pools that have to be a tree.
  /// - Throws: `PoolProblem` where they overlap.
  init(_ layout: PoolLayout) throws {
    self = .tree(try PoolTree(layout), unitCount: layout.unitCount)
  }

  /// That of an array's notes; nil where they name none.
  init?(_ notes: Notes, unitCount: Int) {
    guard let notation = notes.pools.flatMap({ try? PoolNotation($0) }), case .forest = notation
    else { return nil }
    do {
      try self.init(notation.layout(unitCount: unitCount))
    } catch let problem as PoolProblem {
      self = .other(problem)
    } catch { return nil }
  }
}
