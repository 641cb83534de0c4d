import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// SpaRSA against FISTA, where its steps are of no use, too long or lost in rounding.
@Suite struct SpectralDescentTests {
  enum Kind: CaseIterable {
    case ordinary
    /// Every third atom equal to the one before.
    case copies
    case zeros
    /// All atoms of a thousandth, or of a thousand, and of norms far apart.
    case small
    case large
    case norms

    func atoms(_ units: Int, _ length: Int, seed: UInt64) -> Matrix {
      var atoms = unitAtoms(units, length, seed: seed)
      for unit in 0..<units {
        let own = Array(atoms.row(unit))
        let row: [Float] =
          switch self {
          case .ordinary: own
          case .copies: unit % 3 == 2 ? Array(atoms.row(unit - 1)) : own
          case .zeros: unit % 3 == 2 ? own.map { _ in 0 } : own
          case .small: own.map { $0 * 1e-3 }
          case .large: own.map { $0 * 1e3 }
          case .norms: own.map { $0 * Float(1 + unit % 4 * 10) }
          }
        atoms.setRow(unit, to: row[...])
      }
      return atoms
    }
  }

  static let notations = ["", "consecutive:4", "tree:1,3,2+1,4", "torus:4x6:3:2"]

  private static func penalty(_ notation: String, _ units: Int) throws -> any Penalty {
    guard !notation.isEmpty else { return .l1 }
    return try .groups(.parse(notation, unitCount: units), unitCount: units)
  }

  private static func problem(
    _ notation: String, _ kind: Kind, share: Float = 0.2, isNonnegative: Bool = false
  ) throws -> (CodingProblem, records: Matrix) {
    let units = notation.hasPrefix("tree") ? try PoolNotation(notation).unitCount ?? 0 : 24
    let x = normalMatrix(12, 12, seed: 82)
    let problem = CodingProblem(
      atoms: kind.atoms(units, 12, seed: 81), lambda: 1, penalty: try penalty(notation, units),
      isNonnegative: isNonnegative)
    return (problem.with(lambda: share * problem.largestCorrelation(with: x)), x)
  }

  @Test("energies are those of FISTA", arguments: notations, Kind.allCases)
  func energies(_ notation: String, _ kind: Kind) throws {
    for (share, isNonnegative) in [(0.3, false), (0.3, true), (0.02, false)] as [(Float, Bool)] {
      let (problem, x) = try Self.problem(
        notation, kind, share: share, isNonnegative: isNonnegative)
      let rule = SparseSolver.StoppingRule(relativeGap: 1e-5)
      let solution = SparseSolver.sparsa.solve(problem, records: x, until: rule)
      let name: Comment = "\(share) of the largest λ, z ≥ 0 \(isNonnegative)"
      #expect(solution.exactness.unconverged == 0, name)
      #expect(problem.penalised(solution.code).elements.allSatisfy { !isNonnegative || $0 >= 0 })
      let best = SparseSolver.fista.solve(problem, records: x, until: rule).code
      let (found, expected) = (
        problem.energies(of: solution.code, records: x), problem.energies(of: best, records: x)
      )
      for (own, other) in zip(found, expected) {
        #expect(abs(own - other) <= 2e-5 * other, name)
      }
    }
  }

  @Test("it needs fewer steps than FISTA", arguments: ["consecutive:4", "tree:1,3,2+1,4"])
  func steps(_ notation: String) throws {
    let (problem, x) = try Self.problem(notation, .ordinary)
    func unfinished(_ solver: SparseSolver) -> Int {
      [5, 10, 20, 40, 80].reduce(0) { sum, limit in
        let rule = SparseSolver.StoppingRule(relativeGap: 1e-4, iterationLimit: limit)
        return sum + solver.solve(problem, records: x, until: rule).exactness.stoppedAtLimit
      }
    }
    let (own, others) = (unfinished(.sparsa), unfinished(.fista))
    #expect(own < others, "\(own) against \(others)")
  }

  /// Float32 holds no code at such a gap: neither an endless loop nor a worse code than that of a wider one.
  @Test("a gap that nobody reaches", arguments: notations)
  func tightest(_ notation: String) throws {
    let (problem, x) = try Self.problem(notation, .ordinary)
    let near = SparseSolver.sparsa.solve(problem, records: x, until: .init(relativeGap: 1e-5))
    let all = SparseSolver.sparsa.solve(
      problem, records: x, until: .init(relativeGap: 1e-9, iterationLimit: 2000))
    for (own, other) in zip(
      problem.energies(of: all.code, records: x), problem.energies(of: near.code, records: x))
    {
      #expect(own <= other * (1 + 1e-6))
    }
  }

  /// However far the gap was at the last look, there is one at the limit.
  @Test("records that are done at the limit are not told to have reached it", arguments: notations)
  func limits(_ notation: String) throws {
    let (problem, x) = try Self.problem(notation, .ordinary)
    for limit in 1...40 {
      let rule = SparseSolver.StoppingRule(relativeGap: 1e-3, iterationLimit: limit)
      let solution = SparseSolver.sparsa.solve(problem, records: x, until: rule)
      let gaps = problem.relativeGaps(of: solution.code, records: x)
      let near = gaps.count { $0 < 0.999e-3 }
      #expect(solution.exactness.stoppedAtLimit <= x.rows - near, "limit \(limit)")
    }
  }

  @Test("no energy is above that of zeros, or of the start", arguments: notations, Kind.allCases)
  func bounded(_ notation: String, _ kind: Kind) throws {
    let (problem, x) = try Self.problem(notation, kind)
    let far = normalMatrix(x.rows, problem.codeLength, seed: 83)
    let near = SparseSolver.sparsa.solve(
      problem, records: x, until: .init(relativeGap: nil, iterationLimit: 20)
    ).code
    let zeros = problem.energies(of: Matrix(zeros: x.rows, columns: far.columns), records: x)
    for start in [far, near] {
      let ofStart = problem.energies(of: start, records: x)
      for limit in [0, 1, 2, 5, 30] {
        let code = SparseSolver.sparsa.solve(
          problem, records: x, until: .init(relativeGap: nil, iterationLimit: limit), start: start
        ).code
        for (record, energy) in problem.energies(of: code, records: x).enumerated() {
          #expect(
            energy <= min(zeros[record], ofStart[record]) * (1 + 1e-5), "limit \(limit) \(record)")
        }
      }
    }
  }

  @Test("codes depend on nothing but their record", arguments: notations)
  func records(_ notation: String) throws {
    let (problem, _) = try Self.problem(notation, .ordinary)
    let x = normalMatrix(RecordTile.rows + 21, 12, seed: 84)
    let whole = SparseSolver.sparsa.solve(problem, records: x).code
    for size in [1, 11] {
      for start in stride(from: 0, to: x.rows, by: size) {
        let range = start..<min(start + size, x.rows)
        let part = SparseSolver.sparsa.solve(problem, records: x.rows(range)).code
        #expect(part == whole.rows(range), "\(range)")
      }
    }
  }
}
