import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

@Suite struct SolverTests {
  @Test(arguments: SparseSolver.ofL1, Variant.all)
  func optimumMeetsItsConditions(solver: SparseSolver, variant: Variant) {
    let seed: UInt64 = 11
    let x = normalMatrix(13, 20, seed: seed)
    let problem = variant.problem()
    let plain = PlainLasso(problem)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-7, iterationLimit: 20_000)
    let code = solver.solve(problem, records: x, until: rule).code
    for record in 0..<x.rows {
      let violation = plain.violation(x.doubles(record), code.doubles(record))
      #expect(violation < 2e-3, "\(solver) \(variant) seed \(seed) record \(record)")
    }
  }

  @Test(arguments: SparseSolver.ofL1, Variant.all)
  func energyIsWithinTheGap(solver: SparseSolver, variant: Variant) {
    let seed: UInt64 = 12
    let x = normalMatrix(9, 20, seed: seed)
    for lambda: Float in [0.05, 0.15, 1] {
      let problem = variant.problem(lambda: lambda)
      let plain = PlainLasso(problem)
      for gap in [1e-2, 1e-4] {
        let solution = solver.solve(
          problem, records: x, until: .init(relativeGap: gap, iterationLimit: 20_000))
        #expect(solution.exactness.unconverged == 0, "\(solver) \(variant) λ \(lambda) gap \(gap)")
        let energies = problem.energies(of: solution.code, records: x)
        for record in 0..<x.rows {
          let values = x.doubles(record)
          let best = plain.energy(values, plain.code(of: values))
          let energy = plain.energy(values, solution.code.doubles(record))
          #expect(
            energy - best <= (gap + 1e-7) * energy,
            "\(solver) \(variant) λ \(lambda) gap \(gap) seed \(seed) record \(record)")
          #expect(abs(energies[record] - energy) <= 1e-6 * energy)
        }
      }
    }
  }

  @Test(arguments: [false, true])
  func fistaTakesTheStepsOfNumPy(isNonnegative: Bool) throws {
    let name = isNonnegative ? "nonnegative" : "plain"
    let problem = CodingProblem(
      atoms: try referenceMatrix("lasso/atoms.npy"), lambda: 0.15, isNonnegative: isNonnegative)
    let x = try referenceMatrix("lasso/records.npy")
    let expected = try referenceMatrix("lasso/\(name)-fista.npy")
    for (index, steps) in [1, 2, 3, 10, 50].enumerated() {
      let code = SparseSolver.fista.solve(
        problem, records: x, until: .init(relativeGap: nil, iterationLimit: steps)
      ).code
      let part = expected.rows(index * x.rows..<(index + 1) * x.rows)
      #expect(agree(code.elements, part.elements, within: 1e-4), "\(name) \(steps) steps")
    }
  }

  @Test(arguments: SparseSolver.ofL1, [false, true])
  func codesAreThoseOfNumPy(solver: SparseSolver, isNonnegative: Bool) throws {
    let name = isNonnegative ? "nonnegative" : "plain"
    let problem = CodingProblem(
      atoms: try referenceMatrix("lasso/atoms.npy"), lambda: 0.15, isNonnegative: isNonnegative)
    let x = try referenceMatrix("lasso/records.npy")
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-7, iterationLimit: 20_000)
    let code = solver.solve(problem, records: x, until: rule).code
    let expected = try referenceMatrix("lasso/\(name)-codes.npy")
    #expect(agree(code.elements, expected.elements, within: 5e-3), "\(solver) \(name)")
    let energies = try referenceMatrix("lasso/\(name)-energies.npy").elements
    let found = problem.energies(of: code, records: x).map { Float($0) }
    #expect(agree(found, energies, within: 1e-5), "\(solver) \(name)")
  }

  /// Records beyond one tile, in another order, one by one: always the same bits.
  @Test(arguments: SparseSolver.ofL1, Variant.all)
  func codesDependOnNothingButTheirRecord(solver: SparseSolver, variant: Variant) {
    let seed: UInt64 = 13
    let x = normalMatrix(RecordTile.rows + 29, 20, seed: seed)
    let problem = variant.problem()
    let whole = solver.solve(problem, records: x).code
    var random = CounterRandom(seed: seed)
    let order = random.permutation(of: x.rows)
    let shuffled = solver.solve(problem, records: rows(order, of: x)).code
    #expect(shuffled == rows(order, of: whole), "\(solver) \(variant) seed \(seed), shuffled")
    for size in [1, 7, 112] {
      for start in stride(from: 0, to: x.rows, by: size) {
        let range = start..<min(start + size, x.rows)
        let part = solver.solve(problem, records: x.rows(range)).code
        #expect(part == whole.rows(range), "\(solver) \(variant) seed \(seed) \(range)")
      }
    }
  }

  @Test(arguments: SparseSolver.ofL1)
  func theLimitIsHonoured(solver: SparseSolver) {
    let x = normalMatrix(6, 20, seed: 14)
    let problem = Variant.all[0].problem()
    let none = solver.solve(problem, records: x, until: .init(iterationLimit: 0))
    #expect(none.code == Matrix(zeros: 6, 30))
    #expect(none.exactness.stoppedAtLimit == 6)
    let one = solver.solve(problem, records: x, until: .init(relativeGap: 1e-6, iterationLimit: 1))
    #expect(one.exactness.stoppedAtLimit == 6)
    let all = solver.solve(problem, records: x, until: .init(relativeGap: nil, iterationLimit: 1))
    #expect(all.exactness.unconverged == 0)
    #expect(all.code != one.code || solver != .cd)
  }

  @Test(arguments: [SparseSolver.ista, .cd], Variant.all)
  func energiesNeverRise(solver: SparseSolver, variant: Variant) {
    let seed: UInt64 = 15
    let x = normalMatrix(8, 20, seed: seed)
    let problem = variant.problem()
    var last = [Double](repeating: .infinity, count: x.rows)
    for passes in 0..<25 {
      let code = solver.solve(
        problem, records: x, until: .init(relativeGap: nil, iterationLimit: passes)
      ).code
      let energies = problem.energies(of: code, records: x)
      for record in 0..<x.rows {
        #expect(
          energies[record] <= last[record] * (1 + 1e-6),
          "\(solver) \(variant) seed \(seed) pass \(passes) record \(record)")
      }
      last = energies
    }
  }

  /// λ = 0: least squares, here of more values than units.
  @Test(arguments: SparseSolver.ofL1, Variant.all)
  func withoutAPenaltyItIsLeastSquares(solver: SparseSolver, variant: Variant) {
    let seed: UInt64 = 16
    let x = normalMatrix(5, 20, seed: seed)
    let problem = variant.problem(units: 8, lambda: 0)
    let solution = solver.solve(problem, records: x, until: .init(relativeGap: 1e-5))
    #expect(solution.exactness.unconverged == 0, "\(solver) \(variant) seed \(seed)")
    let plain = PlainLasso(problem)
    for record in 0..<x.rows {
      let violation = plain.violation(x.doubles(record), solution.code.doubles(record))
      #expect(violation < 2e-4, "\(solver) \(variant) seed \(seed) record \(record)")
    }
  }

  @Test(arguments: SparseSolver.ofL1, Variant.all)
  func nothingGivesNothing(solver: SparseSolver, variant: Variant) {
    let problem = variant.problem()
    let zeros = solver.solve(problem, records: Matrix(zeros: 3, 20))
    #expect(zeros.code == Matrix(zeros: 3, problem.codeLength))
    #expect(zeros.exactness.unconverged == 0)
    let empty = solver.solve(problem, records: Matrix(zeros: 0, 20))
    #expect(empty.code == Matrix(zeros: 0, problem.codeLength))
    let large = problem.with(
      lambda: 2 * problem.largestCorrelation(with: normalMatrix(4, 20, seed: 3)))
    let silent = solver.solve(large, records: normalMatrix(4, 20, seed: 3)).code
    for record in 0..<4 {
      #expect(silent.row(record).prefix(30).allSatisfy { $0 == 0 }, "\(solver) \(variant)")
    }
  }

  @Test(arguments: SparseSolver.ofL1)
  func atomsOfZerosAreNeverUsed(solver: SparseSolver) {
    let x = normalMatrix(4, 6, seed: 17)
    var atoms = unitAtoms(5, 6, seed: 18)
    atoms.setRow(2, to: [0, 0, 0, 0, 0, 0])
    let code = solver.solve(CodingProblem(atoms: atoms, lambda: 0.1), records: x).code
    for record in 0..<4 {
      #expect(code[record, 2] == 0)
      #expect(code.row(record).contains { $0 != 0 })
    }
    let nothing = CodingProblem(atoms: Matrix(zeros: 3, 6), lambda: 0.1, hasDCUnit: true)
    #expect(nothing.lipschitz > 0)
    let solution = solver.solve(nothing, records: x)
    #expect(solution.code == Matrix(zeros: 4, 3))
    #expect(solution.exactness.unconverged == 0)
  }

  @Test(arguments: Variant.all) func anotherLambdaIsThatProblem(variant: Variant) {
    let x = normalMatrix(4, 20, seed: 19)
    let changed = variant.problem(lambda: 0.15).with(lambda: 0.4)
    let made = variant.problem(lambda: 0.4)
    #expect(changed.lambda == 0.4)
    #expect(
      SparseSolver.fista.solve(changed, records: x).code
        == SparseSolver.fista.solve(made, records: x).code)
  }

  /// Twins and sums of atoms, which no inverse exists for; more units in use than values.
  @Test(arguments: SparseSolver.ofL1, Variant.all)
  func dependentAtomsDoNoHarm(solver: SparseSolver, variant: Variant) {
    let seed: UInt64 = 21
    let x = normalMatrix(12, 10, seed: seed)
    var atoms = unitAtoms(24, 10, seed: seed + 1)
    atoms.setRow(7, to: atoms.row(3))
    atoms.setRow(8, to: atoms.row(3).map { -$0 }[...])
    atoms.setRow(9, to: zip(atoms.row(4), atoms.row(5)).map { ($0 + $1) / 2 }[...])
    if variant.hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.5, count: 10)) }
    for lambda: Float in [0.3, 0.02] {
      let problem = CodingProblem(
        atoms: atoms, lambda: lambda, hasDCUnit: variant.hasDCUnit,
        isNonnegative: variant.isNonnegative)
      let plain = PlainLasso(problem)
      let solution = solver.solve(
        problem, records: x, until: .init(relativeGap: 1e-3, iterationLimit: 50_000))
      #expect(solution.exactness.unconverged == 0, "\(solver) \(variant) λ \(lambda) seed \(seed)")
      for record in 0..<x.rows {
        let values = x.doubles(record)
        let best = plain.energy(values, plain.code(of: values))
        let energy = plain.energy(values, solution.code.doubles(record))
        #expect(energy - best <= 1.1e-3 * energy, "\(solver) \(variant) λ \(lambda) \(record)")
      }
    }
  }

  /// K = 1: z = sign(c)(|c| − λ)₊/‖d‖².
  @Test(arguments: SparseSolver.ofL1) func oneUnitIsShrunk(solver: SparseSolver) {
    let atom: [Float] = [0.5, -1, 2]
    let problem = CodingProblem(
      atoms: Matrix(rows: 1, columns: 3, elements: atom), lambda: 0.25)
    let x = normalMatrix(20, 3, seed: 22)
    let code = solver.solve(problem, records: x, until: .init(relativeGap: 1e-6)).code
    for record in 0..<20 {
      let correlation = dot(Array(x.row(record)), atom)
      let size = max(0, abs(correlation) - 0.25) / 5.25
      #expect(abs(code[record, 0] - (correlation < 0 ? -size : size)) < 1e-5, "\(solver) \(record)")
    }
  }

  /// Records and λ times s: codes times s, be s large or small.
  @Test(arguments: SparseSolver.ofL1, [Float(0x1p-40), 0x1p40])
  func anyScaleIsSolved(solver: SparseSolver, scale: Float) {
    let x = normalMatrix(6, 20, seed: 23)
    let problem = Variant.all[0].problem()
    let scaled = Matrix(rows: 6, columns: 20, elements: x.elements.map { scale * $0 })
    let code = solver.solve(problem, records: x).code
    let solution = solver.solve(problem.with(lambda: scale * problem.lambda), records: scaled)
    #expect(solution.exactness.unconverged == 0, "\(solver) \(scale)")
    #expect(solution.code.elements == code.elements.map { scale * $0 }, "\(solver) \(scale)")
  }

  /// Where many units are in use at small λ, beyond the inverse's first room.
  @Test(arguments: [false, true]) func longPathsEndAtTheOptimum(isNonnegative: Bool) {
    let x = normalMatrix(4, 80, seed: 24)
    let problem = CodingProblem(
      atoms: unitAtoms(160, 80, seed: 25), lambda: 0.02, isNonnegative: isNonnegative)
    let solution = SparseSolver.homotopy.solve(problem, records: x)
    #expect(solution.exactness.unconverged == 0)
    let plain = PlainLasso(problem)
    for record in 0..<4 {
      #expect(solution.code.row(record).count { $0 != 0 } > 40)
      #expect(plain.violation(x.doubles(record), solution.code.doubles(record)) < 1e-3)
    }
  }

  /// A bright record: the gap is about what is left when the DC is gone.
  @Test(arguments: SparseSolver.ofL1) func brightnessDoesNotLoosenTheGap(solver: SparseSolver) {
    let x = normalMatrix(5, 20, seed: 20)
    let bright = Matrix(rows: 5, columns: 20, elements: x.elements.map { $0 + 64 })
    let problem = Variant.all[1].problem()
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-6, iterationLimit: 20_000)
    let dark = solver.solve(problem, records: x, until: rule).code
    let code = solver.solve(problem, records: bright, until: rule).code
    for record in 0..<5 {
      #expect(
        agree(Array(code.row(record).prefix(30)), Array(dark.row(record).prefix(30)), within: 5e-3),
        "\(solver) record \(record)")
    }
  }

  /// From a code that is nearly the best: the same optimum in fewer iterations; none leave the start.
  @Test(arguments: [SparseSolver.ista, .fista, .sparsa, .cd], Variant.all)
  func aStartSavesIterations(solver: SparseSolver, variant: Variant) {
    let seed: UInt64 = 24
    let x = normalMatrix(30, 20, seed: seed)
    let problem = variant.problem()
    let near = SparseSolver.homotopy.solve(problem.with(lambda: 0.16), records: x).code
    let name: Comment = "\(solver) \(variant) seed \(seed)"
    let none = SparseSolver.StoppingRule(relativeGap: nil, iterationLimit: 0)
    let unmoved = solver.solve(problem, records: x, until: none, start: near).code
    #expect(unmoved == problem.completed(problem.penalised(near), of: x), name)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-4, iterationLimit: 20_000)
    let warm = solver.solve(problem, records: x, until: rule, start: near)
    #expect(warm.exactness.unconverged == 0, name)
    let cold = solver.solve(problem, records: x, until: rule)
    for (warm, cold) in zip(
      problem.energies(of: warm.code, records: x), problem.energies(of: cold.code, records: x))
    {
      #expect(abs(warm - cold) <= 1.1e-4 * cold, name)
    }
    func unfinished(_ start: Matrix?) -> Int {
      [2, 5, 10, 20, 40].reduce(0) { sum, limit in
        sum
          + solver.solve(
            problem, records: x, until: .init(relativeGap: 1e-3, iterationLimit: limit),
            start: start
          ).exactness.stoppedAtLimit
      }
    }
    let (fromStart, fromZero) = (unfinished(near), unfinished(nil))
    #expect(fromStart < fromZero, "\(solver) \(variant) \(fromStart) against \(fromZero)")
  }

  /// A start that a non-negative problem does not allow is cut to its positive part.
  @Test(arguments: [SparseSolver.ista, .fista, .sparsa, .cd])
  func aStartIsMadeFeasible(solver: SparseSolver) {
    let x = normalMatrix(8, 20, seed: 25)
    let problem = Variant.all[0].problem()
    let start = Encoder.unrolling(problem, iterations: 5)(x)
    #expect(start.elements.contains { $0 < 0 })
    let limit = SparseSolver.StoppingRule(relativeGap: nil, iterationLimit: 0)
    let code = solver.solve(problem.nonnegative, records: x, until: limit, start: start).code
    #expect(code.elements == start.elements.map { max(0, $0) }, "\(solver)")
    #expect(problem.nonnegative.isNonnegative && !problem.isNonnegative)
  }

  /// The gap of codes is what a solver stops by: it bounds how far the energy is from the least one.
  @Test(arguments: Variant.all) func gapsBoundEnergies(variant: Variant) {
    let seed: UInt64 = 26
    let x = normalMatrix(9, 20, seed: seed)
    let problem = variant.problem()
    let plain = PlainLasso(problem)
    for limit in [0, 1, 5, 20_000] {
      let rule = SparseSolver.StoppingRule(relativeGap: 1e-4, iterationLimit: limit)
      let code = SparseSolver.cd.solve(problem, records: x, until: rule).code
      let (gaps, energies) = (
        problem.relativeGaps(of: code, records: x), problem.energies(of: code, records: x)
      )
      for record in 0..<x.rows {
        let name: Comment = "\(variant) seed \(seed) limit \(limit) record \(record)"
        let best = plain.energy(x.doubles(record), plain.code(of: x.doubles(record)))
        #expect(energies[record] - best <= (gaps[record] + 1e-6) * energies[record], name)
        if limit == 0 { #expect(gaps[record] > 1e-2, name) }
        if limit == 20_000 { #expect(gaps[record] < 1.1e-4, name) }
      }
    }
  }
}
