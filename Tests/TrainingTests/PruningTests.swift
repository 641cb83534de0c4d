import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

@Suite struct PruningTests {
  private static func codes(_ rows: [[Float]]) -> Matrix {
    Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap(\.self))
  }

  @Test func unitsByThemselves() {
    var pruning = Pruning(pools: nil, unitCount: 3)
    pruning.add(Self.codes([[1, 0, 0, 9], [2, -1, 0, 9]]))
    pruning.add(Self.codes([[0, 3, 0, 9], [1, 0, 0, 9]]))
    #expect(pruning.usage == [0.75, 0.5, 0])
    #expect(pruning.kept(by: .below(0.5)) == [0, 1])
    #expect(pruning.kept(by: .below(0.51)) == [0])
    #expect(pruning.kept(by: .quantile(0.4)) == [0, 1])
    #expect(pruning.kept(by: .quantile(0.3)) == [0, 1, 2])
  }

  @Test func wholeSubtrees() throws {
    // 0 – (1 – (3, 4), 2 – (5, 6)).
    var pruning = Pruning(pools: try .parse("tree:1,2,2", unitCount: 7), unitCount: 7)
    pruning.add(
      Self.codes([[1, 1, 0, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 1, 0]]))
    // Unit 2 is not in use, and a unit below it is.
    let third = 1.0 / 3
    let expected: [Double] = [1, third, third, 0, third, third, 0]
    #expect(pruning.usage == expected)
    #expect(pruning.kept(by: .below(0.1)) == [0, 1, 2, 4, 5])
    for share in stride(from: 0.05, to: 1, by: 0.1) {
      let kept = Set(pruning.kept(by: .quantile(share)))
      #expect(kept.count == 7 - Int(share * 7))
      #expect(kept.allSatisfy { $0 == 0 || kept.contains(($0 - 1) / 2) }, "\(share): \(kept)")
    }
  }

  /// As many as the rule takes; a unit goes with all below it, and the seed tells which.
  @Test(arguments: ["tree:1,2,2", "tree:1,2+2,1", "consecutive:1", nil] as [String?])
  func drawnAtRandom(_ notation: String?) throws {
    let layout = try notation.map { try PoolLayout.parse($0, unitCount: 7) }
    var pruning = Pruning(pools: layout, unitCount: 7)
    pruning.add(
      Self.codes([[1, 1, 0, 0, 1, 0, 0], [1, 0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 1, 0]]))
    let tree = try layout.map { try PoolTree($0) }
    for share in stride(from: 0.05, to: 1, by: 0.1) {
      let rule = Pruning.Rule.quantile(share)
      var drawn: Set<[Int]> = []
      for seed in 0..<40 as Range<UInt64> {
        let kept = pruning.keptAtRandom(asManyAs: rule, seed: seed)
        #expect(kept.count == pruning.kept(by: rule).count && kept == kept.sorted())
        #expect(kept == pruning.keptAtRandom(asManyAs: rule, seed: seed))
        let nodes = tree?.nodes(unitCount: 7) ?? []
        for unit in kept where tree != nil {
          let parent = nodes[unit].flatMap { tree?.parents[$0] }
          let above = nodes.indices.filter { parent != nil && nodes[$0] == parent }
          #expect(above.allSatisfy(kept.contains), "\(share) \(seed): \(kept)")
        }
        drawn.insert(kept)
      }
      // Where none goes there is one choice, and where little is left of a tree there are few.
      if share > 0.16, share < 0.7 { #expect(drawn.count > 2, "\(share): \(drawn)") }
    }
    let below = pruning.keptAtRandom(asManyAs: .below(0.5), seed: 3)
    #expect(below.count == pruning.kept(by: .below(0.5)).count)
  }

  /// Pools of several units go as wholes, but for the last where the number is no multiple.
  @Test func poolsDrawnAtRandom() throws {
    var pruning = Pruning(pools: try .parse("consecutive:3", unitCount: 12), unitCount: 12)
    pruning.add(Self.codes([[Float](repeating: 1, count: 12)]))
    var wholes: Set<[Int]> = []
    for seed in 0..<40 as Range<UInt64> {
      let kept = pruning.keptAtRandom(asManyAs: .quantile(0.42), seed: seed)
      let left = (0..<4).map { pool in kept.filter { $0 / 3 == pool } }
      // One goes, and of another all but its first unit.
      #expect(left.map(\.count).sorted() == [0, 1, 3, 3], "\(seed): \(kept)")
      #expect(left.contains { $0.count == 1 && $0[0] % 3 == 0 }, "\(seed): \(kept)")
      wholes.insert(left.indices.filter { left[$0].count == 3 })
    }
    #expect(wholes.count == 6, "\(wholes)")
  }

  /// However codes are shared out.
  @Test func usesAreAdded() throws {
    let empty = Pruning(pools: try .parse("tree:1,2,2", unitCount: 7), unitCount: 7)
    let rows: [[Float]] = [[1, 1, 0, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0]]
    var (whole, sum) = (empty, empty)
    whole.add(Self.codes(rows))
    for row in rows {
      var part = empty
      part.add(Self.codes([row]))
      sum.add(part)
    }
    let counts = [3, 1, 1, 0, 1, 1, 0]
    #expect(whole.counts == counts && sum.counts == counts && sum.usage == whole.usage)
    #expect(empty.counting(counts, records: 3).usage == whole.usage)
  }

  @Test func poolsOfSomeUnits() throws {
    let layout = try PoolLayout.parse("tree:1,2,2", unitCount: 7)
    let left = try layout.keeping(units: [0, 2, 6])
    #expect(left.notation == nil && left.poolCount == 3)
    #expect(left.groups.members == [0, 1, 2, 1, 2, 2])
    #expect(try PoolTree(left).parents == [nil, 0, 1])
  }

  /// A model of the units that codes do not use gives the same codes, and the same energy.
  @Test(arguments: ["tree:1,2,2", "consecutive:1", "torus:7x1:1:1"], [false, true])
  func unusedUnitsAreNoLoss(_ notation: String, _ hasDCUnit: Bool) throws {
    let layout = try PoolLayout.parse(notation, unitCount: 7)
    var atoms = normalMatrix(7, 6, seed: 91)
    // An atom of nothing, a leaf, is never used.
    atoms.setRow(6, to: [Float](repeating: 0, count: 6)[...])
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.4, count: 6)) }
    let problem = CodingProblem(
      atoms: atoms, lambda: 0.3, penalty: try .groups(layout, unitCount: 7), hasDCUnit: hasDCUnit)
    let model = Model(
      kind: .dictionary, recordShape: [6], encoder: .unrolling(problem, iterations: 3),
      problem: problem, pools: layout)
    let left = try model.keeping(units: [0, 1, 2, 3, 4, 5], card: [:])
    let x = normalMatrix(20, 6, seed: 92)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-6)
    let whole = problem.preferredSolver.solve(problem, records: x, until: rule).code
    let cut = try #require(left.problem)
    let code = cut.preferredSolver.solve(cut, records: x, until: rule).code
    let (before, after) = (
      problem.energies(of: whole, records: x), cut.energies(of: code, records: x)
    )
    #expect(zip(before, after).allSatisfy { abs($0 - $1) <= 1e-5 * $0 })
    #expect(left.codeLength == (hasDCUnit ? 7 : 6) && left.hasDCUnit == hasDCUnit)
    #expect(left.encoder?.recurrent.first?.rows == left.codeLength)
    // It can be written and read.
    let file = left.file()
    #expect(try Model(file).codeLength == left.codeLength)
  }

  @Test func encodersOfTheirOwnAreCut() throws {
    let encoder = Encoder(
      weight: normalMatrix(4, 5, seed: 93), recurrent: normalMatrix(4, 4, seed: 94),
      threshold: [0.1, 0.2, 0.3, 0.4], gain: [1, 2, 3, 4], nonlinearity: .relu, iterations: 2)
    let cut = encoder.keeping(units: [1, 3])
    #expect(cut.weight.row(1) == encoder.weight.row(3) && cut.weight.rows == 2)
    #expect(cut.recurrent[0][1, 0] == encoder.recurrent[0][3, 1])
    #expect(cut.threshold == [[0.2, 0.4]] && cut.gain == [2, 4] && cut.iterations == 2)
  }
}
