import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Problems of what is there of a record.
@Suite struct MissingValuesTests {
  private static let values = [0, 3, 4, 7, 9, 10, 11, 15, 18]

  /// A problem of records in which what is missing is zero, of atoms in which it is, too: the same.
  @Test(arguments: SparseSolver.ofL1, Variant.all)
  func theMissingCostNothing(solver: SparseSolver, variant: Variant) {
    let problem = variant.problem()
    let x = normalMatrix(12, 20, seed: 61)
    let (known, masked) = (x.columns(at: Self.values), zeroed(x))
    let plain = PlainLasso(
      CodingProblem(
        atoms: zeroed(problem.atoms), lambda: problem.lambda, hasDCUnit: variant.hasDCUnit,
        isNonnegative: variant.isNonnegative))
    let part = problem.restricted(to: Self.values, for: solver)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-7, iterationLimit: 20_000)
    let code = solver.solve(part, records: known, until: rule).code
    for record in 0..<x.rows {
      let violation = plain.violation(masked.doubles(record), code.doubles(record))
      #expect(violation < 2e-3, "\(solver) \(variant) record \(record)")
    }
  }

  @Test(arguments: ["tree:1,3,2", "torus:4x4:2:1", "consecutive:2"])
  func poolsHaveTheirGap(_ notation: String) throws {
    let units = notation.hasPrefix("tree") ? 10 : 16
    let penalty = try GroupPenalty(
      .parse(notation, unitCount: units), unitCount: units)
    let problem = CodingProblem(
      atoms: unitAtoms(units, 20, seed: 62), lambda: 0.05, penalty: penalty)
    let x = normalMatrix(8, 20, seed: 63)
    let whole = CodingProblem(
      atoms: zeroed(problem.atoms), lambda: 0.05, penalty: penalty)
    let masked = zeroed(x)
    let best = SparseSolver.fista.solve(whole, records: masked, until: .init(relativeGap: 1e-6))
      .code
    let least = whole.energies(of: best, records: masked)
    #expect(whole.relativeGaps(of: best, records: masked).allSatisfy { $0 < 1e-5 })
    for solver in SparseSolver.allCases where solver.serves(penalty) {
      let part = problem.restricted(to: Self.values, for: solver)
      let code = solver.solve(
        part, records: x.columns(at: Self.values), until: .init(relativeGap: 1e-5)
      ).code
      let energies = whole.energies(of: code, records: masked)
      #expect(
        zip(energies, least).allSatisfy { $0 <= (1 + 2e-5) * $1 }, "\(solver) \(notation)")
    }
  }

  @Test func preprocessingOfWhatIsThere() {
    let mean = (0..<20).map { Float($0) / 10 }
    for steps: [Preprocessing.Step] in [
      [], [.center], [.normalize], [.mean], [.center, .normalize], [.mean, .normalize],
      [.center, .normalize, .mean],
    ] {
      let preprocessing = Preprocessing(steps: steps, mean: mean)
      let x = normalMatrix(5, 20, seed: 64)
      // Where all is there it is what it always is.
      let whole = preprocessing.partial(x, at: Array(0..<20), of: 20)
      #expect(whole.prepared == preprocessing(x), "\(steps)")
      let back = preprocessing.undo(whole.prepared, puttingBack: whole.taken)
      #expect(agree(back.elements, x.elements, within: 1e-5), "\(steps)")
      // What is there is given back wherever the rest is.
      let known = x.columns(at: Self.values)
      let part = preprocessing.partial(known, at: Self.values, of: 20)
      var filled = Matrix(zeros: 5, 20)
      for row in 0..<5 {
        for (place, value) in Self.values.enumerated() {
          filled[row, value] = part.prepared[row, place]
        }
      }
      let undone = preprocessing.undo(filled, puttingBack: part.taken).columns(at: Self.values)
      #expect(agree(undone.elements, known.elements, within: 1e-5), "\(steps)")
    }
    // The norm of a record is estimated from what is there: half of the values, of the same size.
    let even = Matrix(rows: 1, columns: 2, elements: [3, -3])
    let half = Preprocessing(steps: [.normalize]).partial(even, at: [0, 2], of: 4).prepared
    #expect(agree(half.elements, [0.5, -0.5], within: 1e-6))
    #expect(
      !Preprocessing(steps: [.whitening], whitening: even, unwhitening: even.transposed)
        .servesMissingValues)
  }

  private func zeroed(_ x: Matrix) -> Matrix {
    var x = x
    for row in 0..<x.rows {
      for column in 0..<x.columns where !Self.values.contains(column) { x[row, column] = 0 }
    }
    return x
  }
}
