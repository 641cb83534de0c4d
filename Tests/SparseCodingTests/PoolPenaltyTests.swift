import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Penalties of pools that overlap: trees, windows of a torus and of a grid, any sets.
@Suite struct PoolPenaltyTests {
  static let trees = ["tree:1,3,2", "tree:2,2,2+1,4", "tree:1,1,1,1", "consecutive:4"]
  static let notations =
    trees + [
      "torus:4x5:3:2", "torus:4x4:2:1:gauss", "grid:5x4:3:2", "grid:4x4:3:1:gauss", "tree:12",
    ]

  private static func layout(_ notation: String) throws -> PoolLayout {
    let notation = try PoolNotation(notation)
    return try notation.layout(unitCount: notation.unitCount ?? 12)
  }

  private static func penalty(_ notation: String) throws -> GroupPenalty {
    let layout = try layout(notation)
    return try GroupPenalty(layout, unitCount: layout.unitCount)
  }

  private static func problem(
    _ notation: String, lambda: Float = 0.2, hasDCUnit: Bool = false, isNonnegative: Bool = false,
    length: Int = 10, seed: UInt64 = 31
  ) throws -> CodingProblem {
    let penalty = try penalty(notation)
    let units = penalty.layout.unitCount
    var atoms = unitAtoms(units, length, seed: seed)
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.25, count: length)) }
    return CodingProblem(
      atoms: atoms, lambda: lambda, penalty: penalty, hasDCUnit: hasDCUnit,
      isNonnegative: isNonnegative)
  }

  private static func step(
    _ penalty: GroupPenalty, _ u: [Double], _ t: Double, isNonnegative: Bool = false
  ) -> [Double] {
    var dual = [Double](repeating: 0, count: penalty.dualLength)
    return step(penalty, u, t, isNonnegative: isNonnegative, dual: &dual)
  }

  private static func step(
    _ penalty: GroupPenalty, _ u: [Double], _ t: Double, isNonnegative: Bool, dual: inout [Double]
  ) -> [Double] {
    var z = u
    var span = z.mutableSpan
    penalty.shrink(
      &span, at: 0..<u.count, by: t, isNonnegative: isNonnegative, dual: &dual)
    return z
  }

  private static func vectors(_ count: Int, _ length: Int, seed: UInt64) -> [[Double]] {
    let matrix = normalMatrix(count, length, seed: seed)
    return (0..<count).map { matrix.row($0).map(Double.init) }
  }

  /// The steps of all pools, one after another, in plain terms.
  private static func composed(
    _ layout: PoolLayout, _ u: [Double], _ t: Double, order: [Int]
  ) -> [Double] {
    var z = u
    for pool in order {
      let units = layout.groups.members(of: pool)
      let weight = Double(layout.groups.weights[layout.groups.offsets[pool]]).squareRoot()
      let norm = units.reduce(0) { $0 + z[$1] * z[$1] }.squareRoot()
      for unit in units { z[unit] *= norm > t * weight ? 1 - t * weight / norm : 0 }
    }
    return z
  }

  @Test(
    "a tree's step is the steps of its pools from leaves to root, and of no other order",
    arguments: trees)
  func composition(_ notation: String) throws {
    let penalty = try Self.penalty(notation)
    let layout = penalty.layout
    let bySize = (0..<layout.poolCount).sorted {
      layout.groups.positions(of: $0).count < layout.groups.positions(of: $1).count
    }
    var wrong = 0
    for u in Self.vectors(50, layout.unitCount, seed: 33) {
      let z = Self.step(penalty, u, 0.4)
      let plain = Self.composed(layout, u, 0.4, order: bySize)
      #expect(zip(z, plain).allSatisfy { abs($0 - $1) <= 1e-12 })
      let reversed = Self.composed(layout, u, 0.4, order: bySize.reversed())
      if zip(z, reversed).contains(where: { abs($0 - $1) > 1e-3 }) { wrong += 1 }
    }
    #expect(PoolTreeTests.isFlat(notation) ? wrong == 0 : wrong > 25)
  }

  /// By the dual, which knows nothing of trees.
  @Test("a tree's step is the one with the best dual", arguments: trees)
  func dual(_ notation: String) throws {
    let penalty = try Self.penalty(notation)
    let layout = penalty.layout
    let pools = OverlappingPools(layout.groups, unitCount: layout.unitCount)
    for u in Self.vectors(20, layout.unitCount, seed: 34) {
      var dual = [Double](repeating: 0, count: layout.groups.members.count)
      let left = pools.remainder(
        of: u, by: 0.4, dual: &dual, .init(sweeps: 20_000, tolerance: 1e-16))
      let z = Self.step(penalty, u, 0.4)
      #expect(zip(z, left).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(z) \(left)")
    }
  }

  /// ½‖z − u‖² + tR(z) is least: u − z = t·s with s a slope of R at z, so (u − z)ᵀz = tR(z) and
  /// R°(u − z) ≤ t.
  @Test("the proximal step meets its condition", arguments: notations, [false, true])
  func optimality(_ notation: String, _ isNonnegative: Bool) throws {
    let penalty = try Self.penalty(notation)
    let units = penalty.layout.unitCount
    var (zeros, others) = (0, 0)
    let share = Double(penalty.shares(unitCount: units).reduce(0, +)) / Double(units)
    let t = 0.9 / share
    for u in Self.vectors(30, units, seed: 35) {
      var dual = [Double](repeating: 0, count: penalty.dualLength)
      let z = Self.step(penalty, u, t, isNonnegative: isNonnegative, dual: &dual)
      let rest = zip(u, z).map { $0 - $1 }
      let inner = zip(rest, z).reduce(0) { $0 + $1.0 * $1.1 }
      let value = t * penalty.value(of: z[...])
      let tolerance = penalty.dualLength == 0 ? 1e-12 : 1e-8
      #expect(abs(inner - value) <= tolerance * (1 + value), "\(inner) \(value)")
      let norm = penalty.dualNorm(
        of: rest[...], isNonnegative: isNonnegative, near: t, dual: dual)
      #expect(norm <= t * (1 + 1e-9), "\(norm)")
      #expect(!isNonnegative || z.allSatisfy { $0 >= 0 })
      zeros += z.count { $0 == 0 }
      others += z.count { $0 != 0 }
    }
    #expect(zeros > 20 && others > 20, "\(zeros) zeros, \(others) others")
  }

  /// qᵀz ≤ R°(q)R(z), and R° is the least number for which the proximal step is zero.
  @Test("the dual norm", arguments: notations, [false, true])
  func dualNorm(_ notation: String, _ isNonnegative: Bool) throws {
    let penalty = try Self.penalty(notation)
    let units = penalty.layout.unitCount
    let codes = Self.vectors(20, units, seed: 36).map { code in
      isNonnegative ? code.map { max(0, $0) } : code
    }
    for q in Self.vectors(10, units, seed: 37) {
      let norm = penalty.dualNorm(
        of: q[...], isNonnegative: isNonnegative, near: 0, dual: [])
      for code in codes {
        let inner = zip(q, code).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(inner <= norm * penalty.value(of: code[...]) * (1 + 1e-12))
      }
      if norm == 0 { continue }
      let below = Self.step(penalty, q, 0.95 * norm, isNonnegative: isNonnegative)
      let above = Self.step(penalty, q, 1.02 * norm, isNonnegative: isNonnegative)
      #expect(below.contains { $0 != 0 } && above.allSatisfy { abs($0) < 1e-6 }, "\(norm)")
    }
  }

  @Test("all solvers come to the gap and agree within it", arguments: notations, [false, true])
  func solvers(_ notation: String, _ isNonnegative: Bool) throws {
    for (hasDCUnit, length) in [(false, 10), (true, 10), (false, 4)] {
      let problem = try Self.problem(
        notation, hasDCUnit: hasDCUnit, isNonnegative: isNonnegative, length: length)
      let x = normalMatrix(12, length, seed: 38)
      var energies: [[Double]] = []
      for solver in SparseSolver.allCases where solver.serves(problem.penalty) {
        let solution = solver.solve(problem, records: x, until: .init(relativeGap: 1e-4))
        #expect(solution.exactness.unconverged == 0, "\(solver) \(solution.exactness)")
        let gaps = problem.relativeGaps(of: solution.code, records: x)
        // That of the smooth energy is by its own dual, not the one at the residual of its code.
        let limit = solver == .reweighted ? 0.05 : 3e-4
        #expect(gaps.allSatisfy { $0 >= 0 && $0 <= limit }, "\(solver): \(gaps)")
        energies.append(problem.energies(of: solution.code, records: x))
        if isNonnegative {
          #expect(problem.penalised(solution.code).elements.allSatisfy { $0 >= 0 })
        }
      }
      for record in 0..<x.rows {
        let all = energies.map { $0[record] }
        let (least, most) = (all.min() ?? 0, all.max() ?? 0)
        #expect(most - least <= 1.1e-4 * most, "record \(record): \(all)")
      }
    }
  }

  @Test(
    "codes of trees are those of SPAMS",
    arguments: [SparseSolver.ista, .fista, .sparsa, .reweighted])
  func spams(_ solver: SparseSolver) throws {
    let problem = CodingProblem(
      atoms: try referenceMatrix("tree_lasso/atoms.npy"), lambda: 0.25,
      penalty: try Self.penalty("tree:1,3,2+1,4"))
    let x = try referenceMatrix("tree_lasso/records.npy")
    let solution = solver.solve(
      problem, records: x, until: .init(relativeGap: 1e-6, iterationLimit: 20_000))
    let energies = try referenceMatrix("tree_lasso/energies.npy").elements
    let found = problem.energies(of: solution.code, records: x).map { Float($0) }
    #expect(agree(found, energies, within: 1e-5), "\(solver)")
    let expected = try referenceMatrix("tree_lasso/codes.npy")
    #expect(agree(solution.code.elements, expected.elements, within: 1e-2), "\(solver)")
  }

  @Test(
    "codes of pools that overlap are those of SPAMS",
    arguments: [SparseSolver.fista, .sparsa, .reweighted])
  func spamsOfOverlaps(_ solver: SparseSolver) throws {
    let problem = CodingProblem(
      atoms: try referenceMatrix("graph_lasso/atoms.npy"), lambda: 0.7,
      penalty: try Self.penalty("torus:6x8:3:2"))
    let x = try referenceMatrix("graph_lasso/records.npy")
    let expected = try referenceMatrix("graph_lasso/codes.npy")
    let energies = problem.energies(of: expected, records: x)
    for gap in [1e-2, 1e-4, 1e-6] {
      let solution = solver.solve(problem, records: x, until: .init(relativeGap: gap))
      #expect(solution.exactness.unconverged == 0, "\(solver), gap \(gap)")
      let found = problem.energies(of: solution.code, records: x)
      for (own, best) in zip(found, energies) {
        // SPAMS' codes are within a millionth of the optimum.
        #expect(own >= best * (1 - 2e-6) && own <= best * (1 + gap + 1e-6), "\(solver), gap \(gap)")
      }
      if gap < 1e-5 {
        #expect(agree(solution.code.elements, expected.elements, within: 2e-2), "\(solver)")
      }
    }
    let stored = try referenceMatrix("graph_lasso/energies.npy").elements
    #expect(agree(energies.map { Float($0) }, stored, within: 1e-6))
  }

  @Test(
    "no gap is below zero or above what is left, no energy above that of zero",
    arguments: notations)
  func gaps(_ notation: String) throws {
    let problem = try Self.problem(notation, lambda: 0.3)
    let x = normalMatrix(10, 10, seed: 39)
    let best = SparseSolver.fista.solve(problem, records: x, until: .init(relativeGap: 1e-6)).code
    let least = problem.energies(of: best, records: x)
    for solver in SparseSolver.allCases where solver.serves(problem.penalty) {
      expectValidGaps(problem, records: x, by: solver, least: least)
    }
  }

  @Test("nearly equal atoms, atoms of zero, equal atoms", arguments: notations, [1, 2, 3])
  func degenerate(_ notation: String, _ seed: UInt64) throws {
    let penalty = try Self.penalty(notation)
    let units = penalty.layout.unitCount
    let base = unitAtoms(4, 10, seed: seed + 50)
    let random = normalMatrix(units, 10, seed: seed + 60)
    var atoms = Matrix(zeros: units, columns: 10)
    for row in 1..<units {
      let share: Float = row.isMultiple(of: 3) ? 0 : 0.01
      atoms.setRow(row, to: zip(base.row(row % 4), random.row(row)).map { $0 + share * $1 }[...])
    }
    let x = normalMatrix(6, 10, seed: seed + 70)
    for lambda in [0.5, 0.02] as [Float] {
      let problem = CodingProblem(atoms: atoms, lambda: lambda, penalty: penalty)
      let solution = problem.preferredSolver.solve(
        problem, records: x, until: .init(relativeGap: 1e-4))
      #expect(solution.exactness.unconverged == 0, "λ \(lambda): \(solution.exactness)")
      let gaps = problem.relativeGaps(of: solution.code, records: x)
      #expect(gaps.allSatisfy { $0 >= 0 && $0 <= 3e-4 }, "λ \(lambda): \(gaps)")
    }
  }
}

/// What is a tree of pools, and what is none.
@Suite struct PoolTreeTests {
  static func isFlat(_ notation: String) -> Bool { notation.hasPrefix("consecutive") }

  @Test func parentsAndDepths() throws {
    let layout = try PoolLayout.parse("tree:1,2,2+1,1", unitCount: 9)
    let tree = try PoolTree(layout)
    #expect(tree.parents == [nil, 0, 0, 1, 1, 2, 2, nil, 7])
    #expect(tree.depths == [0, 1, 1, 2, 2, 2, 2, 0, 1])
    #expect((0..<9).allSatisfy { Array(tree.ownUnits(of: $0)) == [$0] })
    #expect(Array(layout.groups.members(of: 0)) == [0, 1, 2, 3, 4, 5, 6])
    #expect(Array(layout.groups.members(of: 2)) == [2, 5, 6])
  }

  @Test func anyNestedSetsAreATree() throws {
    let layout = try PoolLayout(
      offsets: [0, 2, 6, 7, 8], members: [3, 1, 0, 1, 2, 3, 2, 4],
      weights: [4, 4, 1, 1, 1, 1, 1, 1])
    let tree = try PoolTree(layout)
    #expect(tree.parents == [1, nil, 1, nil])
    #expect(Array(tree.ownUnits(of: 1)) == [0] && Array(tree.ownUnits(of: 0)) == [3, 1])
    #expect(tree.weights == [2, 1, 1, 1])
  }

  @Test func whatIsNoTree() throws {
    let overlapping = try PoolLayout(
      offsets: [0, 2, 4], members: [0, 1, 1, 2], weights: [1, 1, 1, 1])
    #expect(throws: PoolProblem.notNested(1, 0)) { try PoolTree(overlapping) }
    #expect(throws: PoolProblem.notNested(1, 0)) {
      try GroupPenalty(overlapping, kind: .tree, unitCount: 3)
    }
    let uneven = try PoolLayout(offsets: [0, 2], members: [0, 1], weights: [1, 2])
    #expect(throws: PoolProblem.unevenWeights(pool: 0)) { try PoolTree(uneven) }
    #expect(
      PoolProblem.notNested(0, 1).description.contains("neither holds the other, expected a tree"))
  }
}

/// Pools in words.
@Suite struct PoolNotationTests {
  @Test(arguments: [
    ("torus:20x20:6:2", 400, 100, 36, 9...9), ("torus:16x16:6:3", 256, 36, 36, 4...9),
    ("grid:6x5:3:2", 30, 9, 9, 1...4), ("torus:3x3:1:1", 9, 9, 1, 1...1),
  ])
  func windows(
    _ text: String, units: Int, pools: Int, size: Int, multiplicity: ClosedRange<Int>
  ) throws {
    let notation = try PoolNotation(text)
    #expect(notation.unitCount == units && notation.text == text)
    let layout = try notation.layout(unitCount: units)
    #expect(layout.poolCount == pools && layout.unitCount == units)
    let sizes = (0..<pools).map { layout.groups.positions(of: $0).count }
    #expect(sizes.max() == size)
    let counts = layout.multiplicities(unitCount: units)
    #expect(counts.min() == multiplicity.lowerBound && counts.max() == multiplicity.upperBound)
    #expect(layout.groups.weights.allSatisfy { $0 == 1 })
  }

  @Test func gaussianWeights() throws {
    let layout = try PoolLayout.parse("torus:8x8:4:2:gauss", unitCount: 64)
    let weights = Array(layout.groups.weights[0..<16])
    #expect(abs(weights.reduce(0, +) - 16) < 1e-4)
    #expect(weights[5] > 2 * weights[0] && weights[5] == weights[10])
  }

  @Test(arguments: [
    "torus:4x4:5:1", "torus:4x4:2:3", "torus:4x4:2", "torus:4:2:1", "torus:4x4x4:2:1",
    "torus:0x4:1:1", "grid:4x4:2:1:flat", "torus:4x4:2:1:gauss:1", "tree:", "tree:0,2", "tree:1,,2",
    "tree:1,2+", "tree:-1", "torus:x:1:1",
  ])
  func partsThatCannotBe(_ text: String) {
    #expect {
      try PoolNotation(text)
    } throws: { error in
      guard case .badPart(text, _, _)? = error as? PoolProblem else { return false }
      return true
    }
  }

  @Test(arguments: [
    "torus:999999999x999999999:2:1", "torus:9223372036854775807x2:1:1",
    "tree:1,9999999,9999999,9999999", "torus:2000x2000:2000:1",
  ])
  func tooLarge(_ text: String) throws {
    let notation = try PoolNotation(text)
    #expect(throws: PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)) {
      _ = try notation.layout(unitCount: notation.unitCount ?? 4)
    }
  }

  @Test func otherNumbersOfUnits() {
    #expect(
      throws: PoolProblem.otherUnitCount(notation: "tree:1,10,2,2", expected: 71, found: 70)
    ) {
      try PoolLayout.parse("tree:1,10,2,2", unitCount: 70)
    }
  }
}
