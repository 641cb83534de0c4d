import LinearAlgebra
import ModelFile
import SparseCoding

/// Which units of a code are used, and which are left where those that are rarely used go.
///
/// A unit of a tree counts as used with every unit below it, so that what goes is whole subtrees.
public struct Pruning: Sendable {
  /// What goes.
  public enum Rule: Sendable, Equatable {
    /// Units used by less than this share of the records.
    case below(Double)
    /// This share of the units, the least used; of equal ones the deeper, then the later ones first.
    case quantile(Double)
  }

  /// What a share may be.
  public static let shares = Interval.between(0, and: 1)

  private let tree: PoolTree?
  /// The pool that a unit is a unit of its own of, [K]; nil of units in none.
  private let nodes: [Int?]
  /// By how many records each unit was used, [K].
  private(set) var counts: [Int]
  private var records = 0

  /// - Parameters:
  ///   - pools: of the units, where they have some; those of a tree keep units together.
  ///   - unitCount: K.
  public init(pools: PoolLayout?, unitCount: Int) {
    tree = pools.flatMap { try? PoolTree($0) }
    nodes = tree?.nodes(unitCount: unitCount) ?? [Int?](repeating: nil, count: unitCount)
    counts = [Int](repeating: 0, count: unitCount)
  }

  /// That of as many records as there were when it had these counts.
  /// - Parameter counts: [K].
  func counting(_ counts: [Int], records: Int) -> Pruning {
    precondition(counts.count == self.counts.count, "\(counts.count) counts")
    var pruning = self
    (pruning.counts, pruning.records) = (counts, records)
    return pruning
  }

  /// Adds the use of codes, [N, K] or more.
  public mutating func add(_ code: Matrix) {
    records += code.rows
    for row in 0..<code.rows {
      let used = used(code.row(row))
      for unit in counts.indices where used[unit] { counts[unit] += 1 }
    }
  }

  /// Adds the use of other codes of the same units.
  mutating func add(_ other: Pruning) {
    records += other.records
    for unit in counts.indices { counts[unit] += other.counts[unit] }
  }

  /// Which units a code uses, [K].
  private func used(_ code: ArraySlice<Float>) -> [Bool] {
    let active = code.prefix(counts.count).map { $0 != 0 }
    guard let tree else { return active }
    var isUsed = [Bool](repeating: false, count: tree.parents.count)
    for (unit, node) in nodes.enumerated() where active[unit] {
      if let node { isUsed[node] = true }
    }
    for pool in tree.order {
      if isUsed[pool], let parent = tree.parents[pool] { isUsed[parent] = true }
    }
    return nodes.indices.map { unit in nodes[unit].map { isUsed[$0] } ?? active[unit] }
  }

  /// The share of the records that use each unit, [K].
  public var usage: [Double] { counts.map { Double($0) / Double(max(1, records)) } }

  /// The units that are left, ascending.
  public func kept(by rule: Rule) -> [Int] {
    switch rule {
    case .below(let share):
      let usage = usage
      return usage.indices.filter { usage[$0] >= share }
    case .quantile(let share):
      let depths = tree?.unitDepths(unitCount: counts.count)
      let order = counts.indices.sorted { one, other in
        let (a, b) = (depths?[one] ?? 0, depths?[other] ?? 0)
        return (counts[one], -a, -one) < (counts[other], -b, -other)
      }
      return order.dropFirst(Int(share * Double(counts.count))).sorted()
    }
  }

  /// As many units as ``kept(by:)`` leaves, but those that go are drawn: the control of a rule.
  ///
  /// In a tree whole subtrees go, as there: nodes in random order, again and again, each with all below it, unless
  /// that is more than still has to go. Where every node that is left has more units, as pools of several do, the
  /// later units of one go.
  /// - Returns: the units that are left, ascending.
  public func keptAtRandom(asManyAs rule: Rule, seed: UInt64) -> [Int] {
    var toGo = counts.count - kept(by: rule).count
    let pieces = pieces
    var random = CounterRandom(seed: seed, stream: RandomStream.prunedUnits)
    let order = random.permutation(of: pieces.count)
    var isLeft = [Bool](repeating: true, count: counts.count)
    while toGo > 0 {
      var smallest: [Int]?
      var hasGone = false
      for piece in order where toGo > 0 {
        let units = pieces[piece].filter { isLeft[$0] }
        if units.isEmpty { continue }
        if units.count <= toGo {
          for unit in units { isLeft[unit] = false }
          toGo -= units.count
          hasGone = true
        } else if units.count < smallest?.count ?? .max {
          smallest = units
        }
      }
      if !hasGone, let smallest {
        for unit in smallest.suffix(toGo) { isLeft[unit] = false }
        toGo = 0
      }
    }
    return isLeft.indices.filter { isLeft[$0] }
  }

  /// Units that go together, ascending: of each node of the tree those of it and of all below it; each unit
  /// in no pool, or of pools that are no tree, by itself.
  private var pieces: [[Int]] {
    var pieces = [[Int]](repeating: [], count: tree?.parents.count ?? 0)
    var alone: [[Int]] = []
    for (unit, node) in nodes.enumerated() {
      if node == nil { alone.append([unit]) }
      var next = node
      while let pool = next {
        pieces[pool].append(unit)
        next = tree?.parents[pool]
      }
    }
    return pieces + alone
  }
}

/// How a model codes some records: which units they use, and how good the codes are.
public struct CodeUsage: Sendable {
  public let pruning: Pruning
  /// The mean energy.
  public let energy: Double

  /// How exact codes of least energy are.
  private static let gap = 1e-4

  /// Codes are the encoder's where the model has one of its own, else those of least energy.
  /// - Precondition: the model has a decoder.
  public init(of data: TrainingSet, by model: Model, on threads: Threads) throws {
    guard let problem = model.problem else { preconditionFailure("a model without a decoder") }
    let encoder = model.hasOwnEncoder ? model.encoder : nil
    let preprocessing = model.preprocessing
    let rule = SparseSolver.StoppingRule(relativeGap: Self.gap)
    var pruning = Pruning(
      pools: model.pools, unitCount: problem.codeLength - (problem.hasDCUnit ? 1 : 0))
    var energy = 0.0
    let block = 4 * threads.count * RecordTile.rows
    for first in stride(from: 0, to: data.count, by: block) {
      let x = preprocessing(try data.records(first..<min(first + block, data.count)))
      let codes = threads.mapTiles(of: x.rows) { range in
        let tile = x.rows(range)
        let code =
          encoder?(tile)
          ?? problem.preferredSolver.solve(problem, records: tile, until: rule).code
        let energy = problem.energies(of: code, records: tile).reduce(0, +)
        return (encoder == nil ? problem.unitsInUse(code) : code, energy)
      }
      for (code, sum) in codes {
        pruning.add(code)
        energy += sum
      }
    }
    self.pruning = pruning
    self.energy = energy / Double(max(1, data.count))
  }
}
