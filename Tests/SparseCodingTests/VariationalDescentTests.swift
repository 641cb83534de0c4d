import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// The means and variances of least energy, on good dictionaries and bad ones.
@Suite struct VariationalDescentTests {
  enum Atoms: CaseIterable {
    case random, equal, negated, zeros, tiny, coherent

    func matrix(_ units: Int, _ length: Int) -> Matrix {
      var atoms = unitAtoms(units, length, seed: 91)
      for unit in 1..<units {
        let (own, before) = (Array(atoms.row(unit)), Array(atoms.row(unit - 1)))
        let row: [Float]? =
          switch self {
          case .random: nil
          case .equal: unit % 2 == 1 ? before : nil
          case .negated: unit % 2 == 1 ? before.map { -$0 } : nil
          case .zeros: unit % 3 == 1 ? own.map { _ in 0 } : nil
          case .tiny: unit % 3 == 1 ? own.map { $0 * 1e-15 } : nil
          case .coherent: zip(own, before).map { 0.05 * $0 + $1 }
          }
        if let row { atoms.setRow(unit, to: row[...]) }
      }
      return atoms
    }
  }

  /// Of data of a size: λ and β are of the same records of norm about 1.
  static func problem(
    _ atoms: Atoms, size: Float = 1, lambda: Float = 0.1, beta: Double, hasDCUnit: Bool = false
  ) -> CodingProblem {
    var rows = atoms.matrix(24, 12)
    if hasDCUnit { rows = rows.appending(row: [Float](repeating: 0.25, count: 12)) }
    return CodingProblem(atoms: rows, lambda: lambda * size, hasDCUnit: hasDCUnit)
      .variational(beta: beta / Double(size * size))
  }

  static func records(size: Float = 1) -> Matrix {
    var x = normalMatrix(6, 12, seed: 92)
    x.scale(by: 0.3 * size)
    return x
  }

  /// ½‖x‖², and the least that codes have of the energy.
  private static func excess(_ problem: CodingProblem, _ codes: Matrix, _ x: Matrix) -> [Double] {
    let zeros = Matrix(zeros: 1, columns: codes.columns)
    let floor = problem.energies(of: zeros, records: Matrix(zeros: 1, columns: x.columns))[0]
    return problem.energies(of: codes, records: x).map { $0 - floor }
  }

  @Test(arguments: Atoms.allCases, [0.01, 5, 100, 1e6])
  func energyNeverRises(atoms: Atoms, beta: Double) {
    for size: Float in [1, 0x1p-40, 0x1p40] {
      for hasDCUnit in [false, true] {
        let x = Self.records(size: size)
        let problem = Self.problem(atoms, size: size, beta: beta, hasDCUnit: hasDCUnit)
        var last = Self.excess(problem, Matrix(zeros: 6, columns: problem.codeLength), x)
        for sweeps in 1...12 {
          let codes = SparseSolver.cd.solve(
            problem, records: x, until: .init(relativeGap: nil, iterationLimit: sweeps)
          ).code
          let energies = Self.excess(problem, codes, x)
          for (now, before) in zip(energies, last) {
            #expect(now <= (1 + 1e-6) * before, "\(atoms) β \(beta) size \(size) sweep \(sweeps)")
          }
          last = energies
        }
      }
    }
  }

  @Test(arguments: Atoms.allCases, [0.01, 5, 100, 1e6])
  func codesAreWithinTheGap(atoms: Atoms, beta: Double) {
    for hasDCUnit in [false, true] {
      let x = Self.records()
      let problem = Self.problem(atoms, beta: beta, hasDCUnit: hasDCUnit)
      let best = problem.gaussianCodes(of: x, until: .init(relativeGap: 1e-7))
      let least = problem.energies(of: best.means, records: x)
      #expect(best.exactness.unconverged == 0, "\(atoms) β \(beta)")
      #expect(
        best.variances.elements.enumerated().allSatisfy { index, variance in
          hasDCUnit && index % 25 == 24 ? variance == 0 : variance > 0 && variance.isFinite
        })
      for gap in [1e-1, 1e-2, 1e-4] {
        let codes = problem.gaussianCodes(of: x, until: .init(relativeGap: gap))
        #expect(codes.exactness == .init())
        let told = problem.relativeGaps(of: codes.means, records: x)
        let above = Self.excess(problem, codes.means, x)
        for (row, energy) in problem.energies(of: codes.means, records: x).enumerated() {
          #expect(energy - least[row] <= (gap + 1e-6) * above[row], "\(atoms) β \(beta) gap \(gap)")
          #expect(told[row] <= gap + 1e-5 && told[row] > 0)
        }
      }
      // What is far from the best is told so: the gap is never less than what could be gained.
      for scale: Float in [0, 0.5, 0.9, 1.1, -1, 20] {
        var codes = best.means
        codes.scale(by: scale)
        let told = problem.relativeGaps(of: codes, records: x)
        let codesWithDC = problem.completed(problem.penalised(codes), of: x)
        let above = Self.excess(problem, codesWithDC, x)
        for (row, energy) in problem.energies(of: codesWithDC, records: x).enumerated() {
          #expect(
            (energy - least[row]) / above[row] <= told[row] + 1e-6,
            "\(atoms) β \(beta) scale \(scale)")
        }
      }
    }
  }

  /// Records twice as large, λ twice and β a quarter: the same codes, twice as large, to the bit.
  @Test(arguments: [-60, -3, 1, 50])
  func codesFollowTheSizeOfRecords(exponent: Int) {
    let size = Float(sign: .plus, exponent: exponent, significand: 1)
    let codes = Self.problem(.random, beta: 30).gaussianCodes(of: Self.records())
    let other = Self.problem(.random, size: size, beta: 30).gaussianCodes(
      of: Self.records(size: size))
    #expect(other.means.elements == codes.means.elements.map { $0 * size })
    let square = size * size
    if square.isNormal {
      #expect(other.variances.elements == codes.variances.elements.map { $0 * square })
    } else {
      #expect(other.variances.elements.allSatisfy { $0 > 0 })
    }
  }

  /// Measured: within 2.2e-2, 8e-4 and 2e-6 of the codes of L1.
  @Test(arguments: [1e4, 1e6, 1e9])
  func manyBetasAreL1(beta: Double) {
    let x = Self.records()
    let problem = Self.problem(.random, beta: beta)
    let plain = CodingProblem(atoms: problem.atoms, lambda: problem.lambda)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-7)
    let expected = SparseSolver.cd.solve(plain, records: x, until: rule).code
    let found = problem.gaussianCodes(of: x, until: rule)
    let distance = zip(found.means.elements, expected.elements).map { abs($0 - $1) }.max() ?? 0
    #expect(Double(distance) < 2.5 / beta.squareRoot(), "\(distance)")
    #expect((found.variances.elements.max() ?? 1) <= Float(1.001 / beta))
  }

  /// Where noise is cheap the code tells nothing.
  @Test func noiseDrownsCodes() {
    let codes = Self.problem(.random, beta: 1e-3).gaussianCodes(of: Self.records())
    #expect(
      Self.problem(.random, beta: 1e-3).unitsInUse(codes.means).elements.allSatisfy { $0 == 0 })
    #expect(codes.variances.elements.allSatisfy { $0 > 100 })
    let sharp = Self.problem(.random, beta: 1e4)
    let found = sharp.gaussianCodes(of: Self.records()).means
    let used = sharp.unitsInUse(found)
    #expect(used.elements.contains(0) && used.elements.contains { $0 != 0 })
    #expect(zip(used.elements, found.elements).allSatisfy { $0 == 0 || $0 == $1 })
  }

  @Test func codesDependOnNothingButTheirRecord() {
    let x = normalMatrix(70, 12, seed: 93)
    let problem = Self.problem(.random, beta: 100)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-8)
    let whole = problem.gaussianCodes(of: x, until: rule)
    for row in [0, 33, 69] {
      let one = problem.gaussianCodes(of: x.rows(row..<row + 1), until: rule)
      #expect(sameBits(one.means.elements, Array(whole.means.row(row))))
      #expect(sameBits(one.variances.elements, Array(whole.variances.row(row))))
    }
    let start = SparseSolver.cd.solve(problem, records: x, until: rule, start: whole.means).code
    #expect(agree(start.elements, whole.means.elements, within: 1e-5))
  }

  /// What is missing of records leaves the problem of the rest.
  @Test func missingValues() {
    let problem = Self.problem(.random, beta: 100, hasDCUnit: true)
    let values = [0, 1, 4, 5, 6, 9, 11]
    let part = problem.restricted(to: values, for: .cd)
    let own = CodingProblem(
      atoms: problem.atoms.columns(at: values), lambda: problem.lambda, hasDCUnit: true
    ).variational(beta: 100)
    let x = Self.records().columns(at: values)
    #expect(part.gaussianCodes(of: x).means == own.gaussianCodes(of: x).means)
    #expect(problem.withoutDCUnit.beta == 100)
  }
}
