import LinearAlgebra
import Testing

@testable import SparseCoding

/// After any number of steps no gap is below zero or below what is left, and no energy above that of zeros.
/// - Parameter least: the energies of the best codes of `x`.
func expectValidGaps(
  _ problem: CodingProblem, records x: Matrix, by solver: SparseSolver, least: [Double],
  at location: SourceLocation = #_sourceLocation
) {
  let zeros = Matrix(zeros: x.rows, columns: problem.codeLength)
  let ofZeros = problem.energies(of: problem.completed(problem.penalised(zeros), of: x), records: x)
  for limit in [1, 3, 10, 100] {
    let code = solver.solve(
      problem, records: x, until: .init(relativeGap: nil, iterationLimit: limit)
    ).code
    let energies = problem.energies(of: code, records: x)
    for (record, gap) in problem.relativeGaps(of: code, records: x).enumerated() {
      #expect(gap >= 0, sourceLocation: location)
      #expect(
        energies[record] - least[record] <= (gap + 1e-5) * energies[record],
        "\(solver) \(limit) steps, record \(record)", sourceLocation: location)
      #expect(energies[record] <= ofZeros[record] * (1 + 1e-6), sourceLocation: location)
    }
  }
}
