import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

/// Dictionaries that no solver likes: atoms that are nearly or exactly collinear, or of norms far apart.
struct AdversarialSolverTests {
  enum Kind: CaseIterable {
    case coherent09
    case coherent0999
    case coherent099999
    case copies
    case negatedCopies
    case norms

    /// Dᵀ, [K, D].
    func atoms(_ units: Int, _ length: Int, seed: UInt64) -> Matrix {
      var atoms = unitAtoms(units, length, seed: seed)
      let common = Array(unitAtoms(1, length, seed: seed + 1).row(0))
      for unit in 0..<units {
        let own = Array(atoms.row(unit))
        let row: [Float] =
          switch self {
          case .coherent09: mix(common, own, 0.9)
          case .coherent0999: mix(common, own, 0.999)
          case .coherent099999: mix(common, own, 0.99999)
          case .copies: Array(atoms.row(unit / 2))
          case .negatedCopies: unit % 2 == 0 ? own : atoms.row(unit - 1).map { -$0 }
          case .norms:
            own.map { $0 * pow10(-3 * Float(unit) / Float(max(1, units - 1))) }
          }
        atoms.setRow(unit, to: row[...])
      }
      return atoms
    }

    /// Of unit vectors, the one with so much of the first that two of them have this coherence.
    private func mix(_ common: [Float], _ own: [Float], _ coherence: Float) -> [Float] {
      zip(common, own).map {
        coherence.squareRoot() * $0 + (1 - coherence).squareRoot() * $1
      }
    }

    private func pow10(_ exponent: Float) -> Float {
      var value: Float = 1
      for _ in 0..<Int((-exponent * 8).rounded()) { value *= 0.749894209 }
      return value
    }
  }

  static func problem(
    _ kind: Kind, units: Int, length: Int, lambda: Float, hasDCUnit: Bool, isNonnegative: Bool
  ) -> CodingProblem {
    var atoms = kind.atoms(units, length, seed: UInt64(units))
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.25, count: length)) }
    return CodingProblem(
      atoms: atoms, lambda: lambda, hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
  }

  /// Whether each code is within the gap of the least energy, by a bound of the plain twin's own.
  private func check(
    _ solution: SparseSolver.Solution, _ problem: CodingProblem, _ x: Matrix, gap: Double,
    _ name: Comment, misses: Bool = false
  ) {
    if !misses { #expect(solution.exactness.unconverged == 0, name) }
    let plain = PlainLasso(problem)
    for record in 0..<x.rows {
      let values = x.doubles(record)
      let code = solution.code.doubles(record)
      let energy = plain.energy(values, code)
      let bound = plain.leastEnergy(values, near: code)
      #expect(energy - bound <= (gap + 2e-6) * energy, "\(name) record \(record)")
      #expect(energy <= plain.energyOfZeros(values) * (1 + 1e-6), "\(name) record \(record)")
    }
  }

  @Test(arguments: Kind.allCases, SparseSolver.ofL1)
  func everySolverComesWithinTheGap(kind: Kind, solver: SparseSolver) {
    let x = normalMatrix(3, 16, seed: 31)
    for (units, lambda): (Int, Float) in [(2, 0.01), (12, 0.1), (40, 0.1), (40, 3)] {
      for (hasDCUnit, isNonnegative) in [
        (false, false), (true, false), (false, true), (true, true),
      ] {
        let problem = Self.problem(
          kind, units: units, length: 16, lambda: lambda, hasDCUnit: hasDCUnit,
          isNonnegative: isNonnegative)
        check(
          solver.solve(problem, records: x), problem, x, gap: 1e-4,
          "\(kind) \(solver) K \(units) λ \(lambda) DC \(hasDCUnit) z ≥ 0 \(isNonnegative)")
      }
    }
  }

  /// From nearly no penalty to above the largest correlation, from few to many more units than values.
  @Test(arguments: Kind.allCases, [2, 30, 300, 2000])
  func homotopyComesWithinTheGap(kind: Kind, units: Int) {
    let length = units > 100 ? 40 : 16
    let x = normalMatrix(2, length, seed: 32)
    for lambda: Float in [1e-4, 1e-2, 0.3, 100] {
      for (hasDCUnit, isNonnegative) in [(false, false), (true, true)] {
        let problem = Self.problem(
          kind, units: units, length: length, lambda: lambda, hasDCUnit: hasDCUnit,
          isNonnegative: isNonnegative)
        check(
          SparseSolver.homotopy.solve(problem, records: x), problem, x, gap: 1e-4,
          "\(kind) K \(units) λ \(lambda) DC \(hasDCUnit) z ≥ 0 \(isNonnegative)")
      }
    }
  }

  /// However few the iterations, no code is worse than zero, or than its start.
  @Test(arguments: Kind.allCases, SparseSolver.ofL1)
  func noCodeIsWorseThanZeroOrItsStart(kind: Kind, solver: SparseSolver) {
    let x = normalMatrix(5, 16, seed: 33)
    let problem = Self.problem(
      kind, units: 40, length: 16, lambda: 0.05, hasDCUnit: false, isNonnegative: false)
    let zeros = problem.energies(of: Matrix(zeros: 5, 40), records: x)
    let near = SparseSolver.cd.solve(
      problem, records: x, until: .init(relativeGap: nil, iterationLimit: 3)
    ).code
    let far = normalMatrix(5, 40, seed: 34)
    for (start, name) in [(nil, "zero"), (near, "near"), (far, "far")]
    where start == nil || solver.takesStart {
      let bounds = start.map { problem.energies(of: $0, records: x) } ?? zeros
      for limit in [0, 1, 2, 3, 5, 10, 100] {
        for gap in [nil, 1e-4] {
          let code = solver.solve(
            problem, records: x, until: .init(relativeGap: gap, iterationLimit: limit),
            start: start
          ).code
          for (record, energy) in problem.energies(of: code, records: x).enumerated() {
            #expect(
              energy <= min(zeros[record], bounds[record]) * (1 + 1e-5),
              "\(kind) \(solver) from \(name), limit \(limit), record \(record)")
          }
        }
      }
    }
  }

  /// Dictionaries of raw windows, all of them bright, learned with more units than values: what first
  /// showed that an inverse in Float32 was lost.
  @Test(arguments: [0.002, 1e-4] as [Float]) func brightAtomsAreFinishedInDouble(lambda: Float) {
    var random = CounterRandom(seed: 35)
    let atoms = Matrix(
      rows: 150, columns: 64,
      elements: (0..<150 * 64).map { _ in 0.125 + 0.004 * Float(random.normal()) })
    let x = Matrix(
      rows: 20, columns: 64,
      elements: (0..<20 * 64).map { _ in 0.5 + 0.05 * Float(random.normal()) })
    let problem = CodingProblem(atoms: atoms, lambda: lambda)
    // Neither the default gap, nor one that nobody reaches, nor none, nor a limit far away leaves zeros.
    for rule: SparseSolver.StoppingRule in [
      .init(), .init(relativeGap: 1e-12), .init(relativeGap: nil), .init(iterationLimit: 100_000),
    ] {
      let solution = SparseSolver.homotopy.solve(problem, records: x, until: rule)
      let exactness = solution.exactness
      #expect(exactness.stoppedAtLimit == 0, "\(rule)")
      #expect((exactness == .init()) == (rule.relativeGap == nil), "\(rule): \(exactness)")
      if rule.relativeGap == 1e-4 { #expect(exactness.finishedInDouble > 0) }
      check(solution, problem, x, gap: 1e-4, "\(rule)", misses: rule.relativeGap == 1e-12)
    }
  }
}

extension PlainLasso {
  /// The energy of the code of zeros; a DC unit at its best value.
  func energyOfZeros(_ x: [Double]) -> Double {
    let r = withoutDC(x)
    return 0.5 * product(r, r)
  }

  /// A bound below the energies of all codes: the dual at the residual of a code that is the best with
  /// the units and signs of `code`.
  func leastEnergy(_ x: [Double], near code: [Double]) -> Double {
    [code, settled(x, code)].map { dual(x, withoutDC(residual(x, $0))) }.max() ?? 0
  }

  /// The dual at the residual `r`, made feasible.
  private func dual(_ x: [Double], _ r: [Double]) -> Double {
    let largest = atoms.prefix(penalisedCount).reduce(0.0) { most, atom in
      let q = product(atom, r)
      return max(most, isNonnegative ? q : abs(q))
    }
    let scale = largest > lambda ? lambda / largest : 1
    return scale * product(r, withoutDC(x)) - 0.5 * scale * scale * product(r, r)
  }

  /// The code whose correlations are λ for the units and signs of `code`, by elimination: D_SᵀD_S c =
  /// D_Sᵀr − λs, three times, as units may be nearly dependent.
  private func settled(_ x: [Double], _ code: [Double]) -> [Double] {
    let support = code.indices.filter { $0 < penalisedCount && code[$0] != 0 }
    let basis = support.map { withoutDC(atoms[$0]) }
    var z = code
    for _ in 0..<3 {
      let r = withoutDC(residual(x, z))
      var rows = zip(support, basis).map { unit, atom in
        basis.map { product($0, atom) } + [product(atom, r) - (code[unit] < 0 ? -lambda : lambda)]
      }
      eliminate(&rows)
      for (unit, row) in zip(support, rows) { z[unit] += row[support.count] }
    }
    return z
  }

  /// Gauss and Jordan on [M | b], M positive definite: the last column becomes M⁻¹b; zero where a pivot
  /// is nothing but rounding.
  private func eliminate(_ rows: inout [[Double]]) {
    let diagonal = rows.indices.map { rows[$0][$0] }
    for i in rows.indices {
      let pivot = rows[i][i]
      guard pivot > 1e-13 * diagonal[i] else {
        rows[i] = rows[i].map { _ in 0 }
        continue
      }
      rows[i] = rows[i].map { $0 / pivot }
      for k in rows.indices where k != i {
        let factor = rows[k][i]
        for j in i..<rows[k].count { rows[k][j] -= factor * rows[i][j] }
      }
    }
  }

  private func withoutDC(_ x: [Double]) -> [Double] {
    guard hasDCUnit, let dc = atoms.last else { return x }
    let amount = product(dc, x) / product(dc, dc)
    return zip(x, dc).map { $0 - amount * $1 }
  }

  private func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
