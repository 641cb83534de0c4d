import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Encoders whose f is the proximal step of a penalty of pools.
@Suite struct ProximalEncoderTests {
  static let notations = ["tree:1,3,2", "tree:2,2,2", "consecutive:4", "consecutive:1"]

  private static func problem(
    _ notation: String, hasDCUnit: Bool, isNonnegative: Bool
  ) throws -> CodingProblem {
    let notation = try PoolNotation(notation)
    let layout = try notation.layout(unitCount: notation.unitCount ?? 12)
    let units = layout.unitCount
    var atoms = unitAtoms(units, 9, seed: 41)
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.3, count: 9)) }
    return CodingProblem(
      atoms: atoms, lambda: 0.3, penalty: try .groups(layout, unitCount: units),
      hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
  }

  /// T passes are T + 1 steps of ISTA of the solver; the DC, of either sign, is that of the code before.
  @Test(arguments: notations, [0, 1, 4])
  func unrolledPassesAreStepsOfISTA(_ notation: String, _ iterations: Int) throws {
    let x = normalMatrix(RecordTile.rows + 9, 9, seed: 42)
    for (hasDCUnit, isNonnegative) in [(false, false), (true, false), (false, true), (true, true)] {
      let problem = try Self.problem(
        notation, hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
      let encoder = try #require(Encoder.unrollingProximal(problem, iterations: iterations))
      func ista(_ steps: Int) -> Matrix {
        SparseSolver.ista.solve(
          problem, records: x, until: .init(relativeGap: nil, iterationLimit: steps)
        ).code
      }
      let (code, solved, before) = (encoder(x), ista(iterations + 1), ista(iterations))
      #expect(code.elements.contains(0) && code.elements.contains { $0 != 0 })
      if isNonnegative, hasDCUnit {
        #expect((0..<x.rows).contains { code[$0, code.columns - 1] < 0 })
      }
      for record in 0..<x.rows {
        var steps = Array(solved.row(record))
        if hasDCUnit { steps[steps.count - 1] = before[record, steps.count - 1] }
        let bound = 2e-6 * steps.reduce(0) { max($0, abs($1)) } + 1e-7
        for (unit, value) in code.row(record).enumerated() {
          #expect(
            abs(value - steps[unit]) <= bound, "\(notation) dc \(hasDCUnit) record \(record)")
        }
      }
      #expect(encoder.trace(x).row(3).suffix(code.columns) == code.row(3))
      #expect(encoder(x.rows(5..<6)) == code.rows(5..<6))
    }
  }

  /// Records side by side take the steps of the penalty, to the bit, however many they are.
  @Test(arguments: notations, [1, 7, 8, 19])
  func isTheStepOfThePenalty(_ notation: String, _ records: Int) throws {
    for isNonnegative in [false, true] {
      let problem = try Self.problem(notation, hasDCUnit: true, isNonnegative: isNonnegative)
      let pools = try #require(PoolShrinkage(of: problem))
      let u = normalMatrix(records, problem.codeLength, density: 0.7, seed: 47)
      var (z, expected) = (u, u.elements)
      pools.apply(to: &z, thresholds: [Float](repeating: 0.8, count: pools.poolCount))
      var dual: [Double] = []
      var codes = expected.mutableSpan
      for record in 0..<records {
        let start = record * u.columns
        problem.penalty.shrink(
          &codes, at: start..<start + pools.unitCount, by: 0.8, isNonnegative: isNonnegative,
          dual: &dual)
      }
      #expect(z.elements == expected)
    }
  }

  @Test func poolsThatOverlapHaveNone() throws {
    let problem = CodingProblem(
      atoms: unitAtoms(12, 9, seed: 43), lambda: 0.3,
      penalty: try .groups(.parse("torus:3x4:2:1", unitCount: 12), unitCount: 12))
    #expect(Encoder.unrollingProximal(problem, iterations: 2) == nil)
    #expect(throws: PoolProblem.self) {
      try PoolShrinkage(#require(problem.penalty.pools), unitCount: 12, isNonnegative: false)
    }
  }

  /// The encoder of a problem without its DC unit becomes that of the problem.
  @Test func aDCUnitComesAndGoes() throws {
    let problem = try Self.problem("tree:2,2,2", hasDCUnit: true, isNonnegative: true)
    let whole = try #require(Encoder.unrollingProximal(problem, iterations: 3))
    let without = try #require(
      Encoder.unrollingProximal(problem.withoutDCUnit, iterations: 3))
    let completed = without.appendingDCUnit(of: problem)
    #expect(completed.threshold == whole.threshold && completed.threshold[0].count == 14)
    let x = normalMatrix(20, 9, seed: 44)
    #expect(agree(completed(x).elements, whole(x).elements, within: 1e-5))
    #expect(whole.droppingLastUnit.codeLength == 14)
    #expect(whole.droppingLastUnit.threshold == without.threshold)
  }

  /// A record that leaves Float32 has a code that says so, and a threshold below 0 is one of 0.
  @Test func extremes() throws {
    let layout = try PoolLayout.parse("tree:1,2,2", unitCount: 7)
    let pools = try PoolShrinkage(layout, unitCount: 7, isNonnegative: false)
    var codes = normalMatrix(2, 8, seed: 45)
    codes[0, 4] = .nan
    let before = codes
    pools.apply(to: &codes, thresholds: [0, -1, 0, 0, 0, -3, 0])
    #expect(codes.row(0).prefix(2).allSatisfy(\.isNaN) && codes[0, 7] == before[0, 7])
    #expect(codes.row(1) == before.row(1))
  }

  /// Units cut out of a tree take their pools, and the thresholds of these, with them.
  @Test func someUnits() throws {
    let problem = try Self.problem("tree:1,3,2", hasDCUnit: false, isNonnegative: false)
    let encoder = try #require(Encoder.unrollingProximal(problem, iterations: 1))
    let own = Encoder(
      weight: encoder.weight, recurrent: encoder.recurrent,
      threshold: [(0..<10).map { 0.01 * Float($0 + 1) }], function: encoder.function,
      iterations: 1)
    // 0 – (1 – (4, 5), 2 – (6, 7), 3 – (8, 9)).
    let kept = [0, 2, 6]
    let layout = try #require(problem.penalty.pools)
    let cut = own.keeping(
      units: kept,
      shrinkage: try PoolShrinkage(
        layout.keeping(units: kept), unitCount: 3, isNonnegative: false))
    #expect(cut.threshold == [[0.01, 0.03, 0.07]])
    #expect(cut.codeLength == 3)
    // Whole subtrees of atoms that no record meets make no difference to the others.
    var weight = own.weight
    for unit in 0..<10 where !kept.contains(unit) {
      weight.setRow(unit, to: [Float](repeating: 0, count: 9)[...])
    }
    let silent = Encoder(
      weight: weight, recurrent: [], threshold: own.threshold, function: own.function,
      iterations: 0)
    let x = normalMatrix(30, 9, seed: 46)
    let (whole, left) = (silent(x), cut.with(iterations: 0)(x))
    for record in 0..<30 {
      #expect(kept.map { whole[record, $0] } == Array(left.row(record)))
    }
  }
}
