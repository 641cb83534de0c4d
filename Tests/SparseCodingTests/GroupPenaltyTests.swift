import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// The group lasso: its proximal step, its gap, its solvers.
@Suite struct GroupPenaltyTests {
  private static let solvers = [SparseSolver.ista, .fista, .sparsa, .cd]

  /// 24 units in pools of `size`, members of a pool far from orthogonal.
  private static func problem(
    size: Int = 3, lambda: Float = 0.5, hasDCUnit: Bool = false, isNonnegative: Bool = false,
    seed: UInt64 = 21
  ) throws -> CodingProblem {
    var atoms = unitAtoms(24, 16, seed: seed)
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.25, count: 16)) }
    return CodingProblem(
      atoms: atoms, lambda: lambda, penalty: try .groups(.consecutive(size, of: 24), unitCount: 24),
      hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
  }

  @Test("the proximal step meets its condition", arguments: [false, true])
  func proximalStep(_ isNonnegative: Bool) throws {
    let penalty = try GroupPenalty(
      PoolLayout(
        offsets: [0, 3, 5, 6], members: [0, 4, 2, 1, 5, 3], weights: [1, 1, 1, 4, 4, 0.25]),
      unitCount: 6)
    let groups: [(units: [Int], weight: Double)] = [([0, 4, 2], 1), ([1, 5], 2), ([3], 0.5)]
    let u = normalMatrix(200, 6, seed: 22).elements
    let threshold: Float = 0.7
    var z = u
    var span = z.mutableSpan
    var dual: [Double] = []
    for row in 0..<200 {
      penalty.shrink(
        &span, at: row * 6..<(row + 1) * 6, by: threshold, isNonnegative: isNonnegative,
        dual: &dual)
    }
    var zeros = 0
    for row in 0..<200 {
      for (units, weight) in groups {
        let (from, to) = (
          units.map { Double(u[row * 6 + $0]) }, units.map { Double(z[row * 6 + $0]) }
        )
        let norm = to.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let limit = Double(threshold) * weight
        if norm == 0 {
          zeros += 1
          // u is in t times the subdifferential at 0, and what is below 0 where z may not be.
          let size = from.reduce(0) { $0 + ($1 > 0 || !isNonnegative ? $1 * $1 : 0) }.squareRoot()
          #expect(size <= limit * (1 + 1e-6))
          continue
        }
        for (u, z) in zip(from, to) {
          let slope = u - z - limit * z / norm
          let isAtBound = isNonnegative && z == 0
          #expect(isAtBound ? slope <= 1e-6 : abs(slope) <= 1e-6, "\(from) to \(to)")
          #expect(!isNonnegative || z >= 0)
        }
      }
    }
    #expect(zeros > 50 && zeros < 550)
  }

  /// qᵀz ≤ R°(q) R(z), and equal for some z.
  @Test("the dual norm", arguments: [false, true])
  func dualNorm(_ isNonnegative: Bool) throws {
    let penalty = try GroupPenalty(.consecutive(3, of: 24), unitCount: 24)
    let (q, z) = (normalMatrix(50, 24, seed: 23), normalMatrix(50, 24, seed: 24))
    for row in 0..<50 {
      let dual = penalty.dualNorm(
        of: q.row(row), isNonnegative: isNonnegative, near: 0, dual: [])
      var code = Array(z.row(row))
      if isNonnegative { code = code.map { max(0, $0) } }
      let inner = zip(q.row(row), code).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(inner <= dual * penalty.value(of: code[...]) * (1 + 1e-6))
      let pools = (0..<8).map { pool in
        Array(q.row(row))[3 * pool..<3 * pool + 3].map { isNonnegative ? max(0, $0) : $0 }
      }
      let norms = pools.map { $0.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }
      #expect(abs(dual - (norms.max() ?? 0)) <= 1e-6 * dual)
    }
  }

  @Test("codes are those of SPAMS", arguments: solvers)
  func spams(_ solver: SparseSolver) throws {
    let problem = CodingProblem(
      atoms: try referenceMatrix("group_lasso/atoms.npy"), lambda: 0.6,
      penalty: try .groups(.consecutive(3, of: 30), unitCount: 30))
    let x = try referenceMatrix("group_lasso/records.npy")
    let solution = solver.solve(
      problem, records: x, until: .init(relativeGap: 1e-7, iterationLimit: 20_000))
    let expected = try referenceMatrix("group_lasso/codes.npy")
    #expect(agree(solution.code.elements, expected.elements, within: 5e-3), "\(solver)")
    let energies = try referenceMatrix("group_lasso/energies.npy").elements
    let found = problem.energies(of: solution.code, records: x).map { Float($0) }
    #expect(agree(found, energies, within: 1e-5), "\(solver)")
  }

  @Test("the gap is never below zero, and bounds what is left", arguments: solvers, [false, true])
  func gap(_ solver: SparseSolver, _ isNonnegative: Bool) throws {
    let x = normalMatrix(20, 16, seed: 25)
    for hasDCUnit in [false, true] {
      let problem = try Self.problem(hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
      let best = SparseSolver.cd.solve(problem, records: x, until: .init(relativeGap: 1e-7)).code
      let least = problem.energies(of: best, records: x)
      expectValidGaps(problem, records: x, by: solver, least: least)
      let code = solver.solve(problem, records: x, until: .init(relativeGap: 1e-5)).code
      #expect(problem.relativeGaps(of: code, records: x).allSatisfy { $0 < 2e-5 })
      if isNonnegative {
        #expect(problem.penalised(code).elements.allSatisfy { $0 >= 0 })
      }
    }
  }

  @Test("in Double the gap closes to a millionth, whatever the dictionary", arguments: [1, 2, 3])
  func precise(_ seed: UInt64) throws {
    // Pools of nearly equal atoms.
    let random = normalMatrix(24, 16, seed: seed)
    let base = unitAtoms(8, 16, seed: seed + 10)
    var atoms = Matrix(zeros: 24, columns: 16)
    for row in 0..<24 {
      atoms.setRow(row, to: zip(base.row(row / 3), random.row(row)).map { $0 + 0.01 * $1 }[...])
    }
    let problem = CodingProblem(
      atoms: atoms, lambda: 0.05, penalty: try .groups(.consecutive(3, of: 24), unitCount: 24))
    let x = normalMatrix(12, 16, seed: seed + 20)
    var solver = PreciseSolver(problem)
    for row in 0..<x.rows {
      let solution = solver(
        x.row(row), attractedTo: nil, orAt: [Float](repeating: 0, count: 24)[...], gap: 1e-7)
      #expect(solution.gap.gap >= 0 && solution.gap.gap <= 1e-6 * solution.gap.reference)
    }
  }

  @Test("a pool of one unit is L1", arguments: solvers)
  func single(_ solver: SparseSolver) throws {
    let x = normalMatrix(10, 16, seed: 26)
    let groups = try Self.problem(size: 1)
    let l1 = CodingProblem(atoms: groups.atoms, lambda: 0.5)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-6)
    let code = solver.solve(groups, records: x, until: rule).code
    let expected = SparseSolver.homotopy.solve(l1, records: x, until: rule).code
    #expect(agree(code.elements, expected.elements, within: 5e-3))
    #expect(
      abs(groups.largestCorrelation(with: x) - l1.largestCorrelation(with: x))
        <= 1e-5 * l1.largestCorrelation(with: x))
  }

  /// Two atoms of a pool are equal, so that its block of the Gram matrix has no inverse.
  @Test("λ = 0 is least squares", arguments: solvers, [false, true])
  func leastSquares(_ solver: SparseSolver, _ isNonnegative: Bool) throws {
    var atoms = unitAtoms(9, 16, seed: 29)
    atoms.setRow(1, to: Array(atoms.row(0))[...])
    let problem = CodingProblem(
      atoms: atoms, lambda: 0, penalty: try .groups(.consecutive(3, of: 9), unitCount: 9),
      isNonnegative: isNonnegative)
    let plain = CodingProblem(atoms: atoms, lambda: 0, isNonnegative: isNonnegative)
    let x = normalMatrix(10, 16, seed: 30)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-5)
    let code = solver.solve(problem, records: x, until: rule).code
    let best = SparseSolver.homotopy.solve(plain, records: x, until: rule).code
    #expect(code.nonFiniteRows.isEmpty)
    let (found, least) = (
      problem.energies(of: code, records: x), plain.energies(of: best, records: x)
    )
    #expect(zip(found, least).allSatisfy { $0 <= $1 * (1 + 1e-4) })
  }

  @Test("from the largest correlation on all codes are zero", arguments: solvers)
  func largest(_ solver: SparseSolver) throws {
    let x = normalMatrix(10, 16, seed: 27)
    let problem = try Self.problem()
    let largest = problem.largestCorrelation(with: x)
    func isZero(_ lambda: Float) -> Bool {
      solver.solve(
        problem.with(lambda: lambda), records: x, until: .init(relativeGap: 1e-6)
      ).code.elements.allSatisfy { $0 == 0 }
    }
    #expect(isZero(1.0001 * largest) && !isZero(0.95 * largest))
  }
}
