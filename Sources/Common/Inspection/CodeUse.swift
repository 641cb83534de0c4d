import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// How codes use their units, and the branches of the tree that these are in: bounded memory, whatever their
/// number.
struct CodeUse {
  private let hasDCUnit: Bool
  private let ofTree: CodeTree?
  private var ofUnits: UnitUse
  private var ofBranches: BranchUse?
  private let inhibition: Inhibition?
  private var ofPairs: Coactivation?

  /// Nil of codes without units.
  /// - Parameters:
  ///   - pools: those of K units, which have to be a tree; nil takes what the notes say.
  ///   - inhibition: of a model of as many units, to tell by how they are in use together.
  /// - Throws: ``InhibitionMismatch`` where the model is of other units.
  init?(
    _ header: ArrayHeader, pools: ((_ unitCount: Int) throws -> PoolLayout)?,
    inhibition: Inhibition? = nil
  ) throws {
    guard let length = header.shape.last, length > 0 else { return nil }
    hasDCUnit = header.notes.dcUnit
    let units = length - (hasDCUnit ? 1 : 0)
    ofUnits = UnitUse(units: length)
    ofTree = try pools.map { try CodeTree($0(units)) } ?? CodeTree(header.notes, unitCount: units)
    if case .tree(let tree, let count) = ofTree {
      ofBranches = BranchUse(tree, unitCount: count, codeLength: length)
    }
    self.inhibition = inhibition
    guard let inhibition else { return }
    guard inhibition.unitCount == units else {
      throw InhibitionMismatch(
        model: inhibition.name, expected: inhibition.unitCount, found: units)
    }
    ofPairs = Coactivation(unitCount: units, codeLength: length)
  }

  /// Adds the next values of codes […,K], cut anywhere.
  mutating func add(_ values: [Float]) {
    ofUnits.add(values)
    ofBranches?.add(values)
    ofPairs?.add(values)
  }

  /// Nil where no model of units that inhibit each other is named.
  var lift: LiftReport? {
    guard let ofPairs, let inhibition else { return nil }
    return LiftReport(ofPairs, inhibition.weights, inhibition.tree)
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

/// S of a model, which tells by how units of codes are in use together.
public struct Inhibition: Sendable {
  /// What messages call the model.
  let name: String
  /// S, [K, K].
  let weights: Matrix
  /// Of the model's pools, where they are one.
  let tree: PoolTree?

  var unitCount: Int { weights.rows }

  /// - Throws: ``NoInhibition`` where units of the model do not inhibit each other.
  public init(of model: Model, called name: String) throws {
    guard let weights = model.problem?.inhibition else { throw NoInhibition(model: name) }
    self.name = name
    self.weights = weights
    let found = model.pools.flatMap { try? PoolTree($0) }
    tree = found.flatMap { $0.depths.contains { $0 > 0 } ? $0 : nil }
  }
}

struct NoInhibition: Problem {
  let model: String
  var description: String { "\(model) has no units that inhibit each other" }
}

struct InhibitionMismatch: Problem {
  let model: String
  let expected: Int
  let found: Int
  var description: String { "codes of \(found) units, expected \(expected) as \(model) has" }
}
