import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// What a dictionary learns from Gaussians for codes.
@Suite struct VariationalLearningTests {
  private func learning(
    _ x: Matrix, _ atoms: Matrix, beta: Double
  ) throws -> DictionaryLearning {
    var options = DictionaryLearning.Options()
    options.codeLength = atoms.rows
    options.batchSize = x.rows
    options.lambda = 0.1
    options.beta = beta
    options.gap = 1e-7
    let data = try trainingSet(x, keeping: .memory)
    return try DictionaryLearning(
      data, preprocessing: .none, partition: try Partition(count: x.rows, validation: 0, seed: 0),
      options: options, team: Threads(2), startingAt: atoms)
  }

  private func meanEnergy(_ problem: CodingProblem, _ x: Matrix) -> Double {
    let codes = problem.gaussianCodes(of: x, until: .init(relativeGap: 1e-7))
    return problem.energies(of: codes.means, records: x).reduce(0, +) / Double(x.rows)
  }

  @Test(arguments: [5.0, 100, 1e5])
  func statisticsAreThoseOfTheGaussians(beta: Double) throws {
    var x = normalMatrix(300, 10, seed: 41)
    x.scale(by: 0.3)
    let atoms = unitAtoms(14, 10, seed: 42)
    var learning = try learning(x, atoms, beta: beta)
    let before = learning.problem
    #expect(before.beta == beta)
    try learning.learn(from: Array(0..<300))
    let codes = before.gaussianCodes(of: x, until: .init(relativeGap: 1e-7))
    let found = try learning.state.accumulator("statistics.code", rows: 14, columns: 14).matrix
    for row in 0..<14 {
      for column in 0..<14 {
        var sum = 0.0
        for record in 0..<300 {
          sum += Double(codes.means[record, row]) * Double(codes.means[record, column])
          if row == column { sum += Double(codes.variances[record, row]) }
        }
        #expect(
          abs(Double(found[row, column]) - sum) < 1e-4 * Double(found[row, row]),
          "β \(beta) \(row) \(column)")
      }
    }
    // The dictionary is better for the same Gaussians, and the energy lower still for the best ones.
    let energies = try (0..<3).map { _ in
      let energy = meanEnergy(learning.problem, x)
      try learning.learn(from: Array(0..<300))
      return energy
    }
    let first = meanEnergy(before, x)
    #expect(energies[0] < first && energies[1] < energies[0] && energies[2] < energies[1])
  }

  /// Where noise is cheap every atom is drawn to 0, and the training says so.
  @Test func drowns() throws {
    let x = normalMatrix(200, 10, seed: 43)
    var learning = try learning(x, unitAtoms(14, 10, seed: 42), beta: 1e-4)
    try learning.learn(from: Array(0..<200))
    #expect(throws: TrainingProblem.drowned) {
      try learning.endEpoch(isLast: false, judging: { _, _ in })
    }
    #expect(learning.problem.atoms.elements.allSatisfy { abs($0) < 0.1 })
  }
}
