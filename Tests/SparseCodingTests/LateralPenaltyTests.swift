import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Units that inhibit each other: R, and the ways to codes of least energy.
@Suite struct LateralPenaltyTests {
  static let solvers: [SparseSolver] = [.ista, .cd]

  /// An S of numbers from 0 to `largest`, some of them 0.
  static func inhibition(_ units: Int, largest: Float, seed: UInt64) -> Matrix {
    let draws = normalMatrix(units, units, seed: seed)
    var s = Matrix(zeros: units, columns: units)
    for row in 0..<units {
      for column in 0..<row where draws[row, column] > 0 {
        s[row, column] = min(draws[row, column], 1) * largest
        s[column, row] = s[row, column]
      }
    }
    return s
  }

  private static func problem(
    largest: Float, isNonnegative: Bool, hasDCUnit: Bool = false, seed: UInt64 = 1
  ) throws -> (problem: CodingProblem, records: Matrix) {
    let x = normalMatrix(10, 12, seed: seed + 100)
    let penalty = try LateralPenalty.lateral(
      inhibition(24, largest: largest, seed: seed), unitCount: 24)
    let problem = CodingProblem(
      atoms: unitAtoms(hasDCUnit ? 25 : 24, 12, seed: seed + 200), lambda: 1, penalty: penalty,
      hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
    return (problem.with(lambda: 0.1 * problem.largestCorrelation(with: x)), x)
  }

  @Test("R and its gradient are what they say")
  func gradient() throws {
    let s = Self.inhibition(6, largest: 2, seed: 3)
    let penalty = try LateralPenalty.lateral(s, unitCount: 6)
    let code: [Double] = [0.5, -0.25, 0, 1.5, -2, 0]
    var expected = 0.0
    for i in 0..<6 {
      expected += abs(code[i])
      for j in 0..<6 { expected += 0.5 * abs(code[i]) * Double(s[i, j]) * abs(code[j]) }
    }
    #expect(abs(penalty.value(of: code[...]) - expected) < 1e-6)
    let z = Matrix(rows: 1, columns: 6, elements: code.map { Float($0) })
    var gradient = Matrix(zeros: 1, columns: 6)
    let value = penalty.addGradient(of: z, scaledBy: 3, to: &gradient)
    #expect(abs(value - expected) < 1e-5)
    for unit in 0..<6 {
      guard code[unit] != 0 else {
        #expect(gradient[0, unit] == 0)
        continue
      }
      func value(_ shift: Double) -> Double {
        var moved = code
        moved[unit] += shift
        return penalty.value(of: moved[...])
      }
      let difference = (value(1e-4) - value(-1e-4)) / 2e-4
      #expect(abs(Double(gradient[0, unit]) - 3 * difference) < 1e-4, "unit \(unit)")
    }
    #expect(Double(penalty.curvature) >= Double(largestEigenvalue(s)) * (1 - 1e-6))
  }

  @Test("without inhibition it is L1", arguments: solvers, [false, true])
  func none(_ solver: SparseSolver, _ isNonnegative: Bool) throws {
    let (inhibited, x) = try Self.problem(largest: 0, isNonnegative: isNonnegative)
    let plain = CodingProblem(
      atoms: inhibited.atoms, lambda: inhibited.lambda, isNonnegative: isNonnegative)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-6)
    let codes = [inhibited, plain].map { solver.solve($0, records: x, until: rule).code }
    #expect(closeness(codes[0], codes[1]) < 1e-3)
    for (gap, other) in zip(
      inhibited.relativeGaps(of: codes[0], records: x), plain.relativeGaps(of: codes[0], records: x)
    ) { #expect(abs(gap - other) < 1e-6) }
  }

  private func closeness(_ a: Matrix, _ b: Matrix) -> Float {
    zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test("no step raises the energy", arguments: solvers, [false, true])
  func descends(_ solver: SparseSolver, _ isNonnegative: Bool) throws {
    for (seed, largest) in [(1, 0.5), (2, 5), (3, 100)] as [(UInt64, Float)] {
      for hasDCUnit in [false, true] {
        let (problem, x) = try Self.problem(
          largest: largest, isNonnegative: isNonnegative, hasDCUnit: hasDCUnit, seed: seed)
        // Solvers from a code on, too.
        let start = problem.completed(
          problem.feasible(normalMatrix(x.rows, problem.codeLength, seed: 9)), of: x)
        for start in [nil, start] {
          var last = [Double](repeating: .infinity, count: x.rows)
          for limit in [0, 1, 2, 3, 5, 8, 20, 50, 200] {
            let code = solver.solve(
              problem, records: x, until: .init(relativeGap: nil, iterationLimit: limit),
              start: start
            ).code
            let energies = problem.energies(of: code, records: x)
            for (now, before) in zip(energies, last) {
              #expect(now <= before * (1 + 1e-6), "\(limit) steps, S up to \(largest)")
            }
            last = energies
          }
        }
      }
    }
  }

  /// In Double: the least energy of every unit by itself.
  @Test("no unit gains by moving at the end", arguments: solvers, [false, true])
  func stationary(_ solver: SparseSolver, _ isNonnegative: Bool) throws {
    let (problem, x) = try Self.problem(largest: 4, isNonnegative: isNonnegative)
    // Gradient steps take very many to where coordinates are soon.
    let gap = solver == .cd ? 1e-6 : 1e-4
    let rule = SparseSolver.StoppingRule(relativeGap: gap)
    let solution = solver.solve(problem, records: x, until: rule)
    #expect(solution.exactness.unconverged == 0)
    let code = solution.code
    #expect(problem.relativeGaps(of: code, records: x).allSatisfy { $0 <= 2 * gap })
    let energies = problem.energies(of: code, records: x)
    for unit in 0..<24 {
      for shift in [-0.1, -0.01, 0.01, 0.1, .nan] as [Float] {
        var moved = code
        for row in 0..<x.rows {
          let z = shift.isNaN ? 0 : code[row, unit] + shift
          moved[row, unit] = isNonnegative ? max(0, z) : z
        }
        for (now, best) in zip(problem.energies(of: moved, records: x), energies) {
          #expect(now >= best * (1 - 20 * gap), "unit \(unit) by \(shift)")
        }
      }
    }
    #expect(code.elements.contains { $0 != 0 } && code.elements.contains(0))
  }

  /// DᵀD + λS with no eigenvalue below 0 and z ≥ 0: there is one minimum.
  @Test("where the energy is convex both ways end at the same code")
  func convex() throws {
    // As many atoms as pixels, orthogonal but for a little.
    var atoms = Matrix(zeros: 12, columns: 12)
    let noise = normalMatrix(12, 12, seed: 5)
    for row in 0..<12 {
      for column in 0..<12 {
        atoms[row, column] = (row == column ? 1 : 0) + 0.05 * noise[row, column]
      }
    }
    let penalty = try LateralPenalty.lateral(
      Self.inhibition(12, largest: 1.2, seed: 6), unitCount: 12)
    let problem = CodingProblem(
      atoms: atoms, lambda: 0.1, penalty: penalty, isNonnegative: true)
    let x = normalMatrix(20, 12, seed: 7)
    let start = problem.feasible(normalMatrix(20, 12, seed: 8))
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-7)
    let codes = Self.solvers.flatMap { solver in
      [nil, start].map { solver.solve(problem, records: x, until: rule, start: $0).code }
    }
    for code in codes.dropFirst() { #expect(closeness(codes[0], code) < 1e-3) }
    // Gradient steps on ½‖x − Dz‖² + λ(1ᵀz + ½zᵀSz) over z ≥ 0, in Double.
    let own = plainMinimum(problem, penalty.inhibition, x)
    for (found, expected) in zip(codes[0].elements, own) {
      #expect(abs(Double(found) - expected) < 1e-3)
    }
  }

  private func plainMinimum(_ problem: CodingProblem, _ s: Matrix, _ x: Matrix) -> [Double] {
    let atoms = problem.atoms
    let lambda = Double(problem.lambda)
    return (0..<x.rows).flatMap { row -> [Double] in
      var z = [Double](repeating: 0, count: atoms.rows)
      for _ in 0..<4000 {
        var residual = x.row(row).map(Double.init)
        for unit in z.indices {
          for (pixel, value) in zip(0..., atoms.row(unit)) {
            residual[pixel] -= Double(value) * z[unit]
          }
        }
        let next = z.indices.map { unit -> Double in
          let q = zip(atoms.row(unit), residual).reduce(0.0) { $0 + Double($1.0) * $1.1 }
          let inhibition = zip(s.row(unit), z).reduce(0.0) { $0 + Double($1.0) * $1.1 }
          return max(0, z[unit] + 0.2 * (q - lambda * (1 + inhibition)))
        }
        z = next
      }
      return z
    }
  }

  @Test("inhibition keeps units from use together", arguments: solvers)
  func inhibits(_ solver: SparseSolver) throws {
    let atoms = unitAtoms(2, 12, seed: 4)
    let sum = Matrix(
      rows: 1, columns: 12, elements: zip(atoms.row(0), atoms.row(1)).map { 2 * $0 + 3 * $1 })
    for (weight, expected) in [(Float(0), 2), (1000, 1)] {
      let s = Matrix(rows: 2, columns: 2, elements: [0, weight, weight, 0])
      let problem = CodingProblem(
        atoms: atoms, lambda: 0.1, penalty: try LateralPenalty.lateral(s, unitCount: 2))
      let code = solver.solve(problem, records: sum).code
      #expect(code.elements.count { abs($0) > 1e-3 } == expected, "S \(weight)")
    }
  }

  @Test("T passes of the encoder that follows are T steps")
  func unrolled() throws {
    let (problem, x) = try Self.problem(largest: 3, isNonnegative: true)
    for steps in [0, 1, 5, 20] {
      let encoder = Encoder.unrolling(problem, iterations: steps)
      let code = SparseSolver.ista.solve(
        problem, records: x, until: .init(relativeGap: nil, iterationLimit: steps + 1)
      ).code
      #expect(closeness(encoder(x), code) < 1e-5, "\(steps) passes")
    }
  }

  @Test("matrices that are no S are refused")
  func refused() {
    func problem(_ change: (inout Matrix) -> Void) -> InhibitionProblem? {
      var s = Self.inhibition(4, largest: 1, seed: 1)
      change(&s)
      do {
        _ = try LateralPenalty.lateral(s, unitCount: 4)
        return nil
      } catch { return error as? InhibitionProblem }
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0[1, 1] = 0.5 } == .diagonal(1, 0.5))
    #expect(
      problem {
        $0[0, 2] = -1
        $0[2, 0] = -1
      } == .negative(0, 2, -1))
    #expect(
      problem {
        $0[3, 0] = .infinity
        $0[0, 3] = .infinity
      } == .notFinite(0, 3))
    #expect(
      throws: InhibitionProblem.notSquare(rows: 3, columns: 4),
      performing: { _ = try LateralPenalty(Matrix(zeros: 3, columns: 4)) })
    #expect(
      problem {
        $0[3, 0] = 1e31
        $0[0, 3] = 1e31
      } == .tooLarge(0, 3, 1e31))
    let one = Self.inhibition(4, largest: 1, seed: 1)[0, 1]
    #expect(problem { $0[0, 1] += 1 } == .notSymmetric(0, 1, one + 1, one))
    #expect(
      throws: InhibitionProblem.otherUnits(expected: 5, found: 4),
      performing: {
        _ = try LateralPenalty.lateral(Matrix(zeros: 4, columns: 4), unitCount: 5)
      })
  }

  @Test("some of the units keep what is between them")
  func keeping() throws {
    let s = Self.inhibition(6, largest: 1, seed: 2)
    let left = try #require(
      LateralPenalty(s).keeping(units: [1, 4, 5]) as? LateralPenalty)
    for (row, unit) in [1, 4, 5].enumerated() {
      for (column, other) in [1, 4, 5].enumerated() {
        #expect(left.inhibition[row, column] == s[unit, other])
      }
    }
  }

  // MARK: Images

  @Test("codes of images are those of each place", arguments: solvers, [false, true])
  func images(_ solver: SparseSolver, _ isNonnegative: Bool) throws {
    for sample in TilingSample.all where sample.tiling.period.count == 1 {
      let atoms = sample.weights(seed: 30)
      let units = atoms.rows
      let images = sample.images(2, seed: 31)
      let penalty = try LateralPenalty.lateral(
        Self.inhibition(units, largest: 3, seed: 32), unitCount: units)
      let problem = TiledProblem(
        atoms: atoms, sample.geometry, lambda: 0.3, penalty: penalty,
        isNonnegative: isNonnegative, lipschitz: sample.tiling.squaredNormBound(of: atoms))
      // One dictionary of all atoms at all places, and an S of as many blocks.
      let cells = sample.geometry.cellCount
      var s = Matrix(zeros: cells * units, columns: cells * units)
      for cell in 0..<cells {
        for row in 0..<units {
          for column in 0..<units {
            s[cell * units + row, cell * units + column] = penalty.inhibition[row, column]
          }
        }
      }
      let dense = CodingProblem(
        atoms: sample.whole(atoms), lambda: 0.3,
        penalty: try LateralPenalty.lateral(s, unitCount: cells * units),
        isNonnegative: isNonnegative)
      var last = [Double](repeating: .infinity, count: 2)
      for limit in [0, 1, 2, 4, 10, 50] {
        let code = solver.solve(
          problem, images: images, until: .init(relativeGap: nil, iterationLimit: limit)
        ).code
        let energies = problem.energies(of: code, records: images)
        for (now, before) in zip(energies, last) { #expect(now <= before * (1 + 1e-6)) }
        last = energies
      }
      let solution = solver.solve(problem, images: images, until: .init(relativeGap: 1e-4))
      let flat = solution.code.reshaped(columns: dense.codeLength)
      // Gradient steps take ten thousand and more here.
      if solver == .cd {
        #expect(solution.exactness == SparseSolver.Exactness(), "\(sample)")
        #expect(dense.relativeGaps(of: flat, records: images).allSatisfy { $0 <= 2e-4 })
      }
      for (energy, other) in zip(
        problem.energies(of: solution.code, records: images),
        dense.energies(of: flat, records: images))
      { #expect(abs(energy - other) <= 1e-5 * other) }
    }
  }

  @Test(
    "a notation by which no unit inhibits another is refused, with the largest radius that serves",
    arguments: ["ring:2", "ring:7", "ring:16", "grid:1x5", "grid:4x4", "torus:3x5", "torus:4x4"])
  func radii(_ sheet: String) throws {
    var largest = -1
    while let notation = try? InhibitionNotation("\(sheet):\(largest + 1)") {
      let units = try #require(notation.unitCount)
      let s = try notation.inhibition(unitCount: units, strength: 1)
      #expect(s.elements.contains(1), "\(sheet):\(largest + 1)")
      largest += 1
    }
    #expect(largest >= 0)
    for radius in [largest + 1, 99] {
      let text = "\(sheet):\(radius)"
      #expect(throws: PoolProblem.noInhibition(text, expected: "a radius from 0 to \(largest)")) {
        _ = try InhibitionNotation(text)
      }
    }
    for text in ["tree:1", "tree:1,1,1", "ring:1:0", "torus:1x1:5"] {
      #expect(throws: PoolProblem.self) { _ = try InhibitionNotation(text) }
    }
    for text in ["tree:1,2", "tree:1+1", "tree:2"] { _ = try InhibitionNotation(text) }
  }
}
