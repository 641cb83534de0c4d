import SparseCoding
import TensorStream

/// How codes use their units, and the branches of the tree that these are in: bounded memory, whatever their
/// number.
struct CodeUse {
  private let hasDCUnit: Bool
  private let ofTree: CodeTree?
  private var ofUnits: UnitUse
  private var ofBranches: BranchUse?

  /// Nil of codes without units.
  /// - Parameter pools: those of K units, which have to be a tree; nil takes what the notes say.
  init?(_ header: ArrayHeader, pools: ((_ unitCount: Int) throws -> PoolLayout)?) throws {
    guard let length = header.shape.last, length > 0 else { return nil }
    hasDCUnit = header.notes.dcUnit
    let units = length - (hasDCUnit ? 1 : 0)
    ofUnits = UnitUse(units: length)
    ofTree = try pools.map { try CodeTree($0(units)) } ?? CodeTree(header.notes, unitCount: units)
    if case .tree(let tree, let count) = ofTree {
      ofBranches = BranchUse(tree, unitCount: count, codeLength: length)
    }
  }

  /// Adds the next values of codes […,K], cut anywhere.
  mutating func add(_ values: [Float]) {
    ofUnits.add(values)
    ofBranches?.add(values)
  }

  /// Nil where there is no whole record or no unit.
  var units: UseReport? { UseReport(ofUnits, hasDCUnit: hasDCUnit) }

  /// Nil where there is no whole record, too.
  var tree: TreeReport? {
    guard case .tree(let tree, _) = ofTree, let ofBranches, let units else { return nil }
    return TreeReport(tree, shares: units.shares, ofBranches)
  }

  /// What is said of the tree, or why nothing can be.
  var treeLines: [String] {
    if case .other(let problem) = ofTree { return ["  \(problem)"] }
    return tree?.lines ?? []
  }
}
