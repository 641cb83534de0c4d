import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Members who each compute branches of a sum, in any order, and put the branches together.
private struct BranchTeam: Team {
  let threads = Threads(2)
  /// Tiles of a branch, a power of two.
  let branch: Int

  func sum<Part: Summable>(
    ofTilesOf n: Int, tile: Int, _ body: @Sendable (Range<Int>) -> Part
  ) -> Part? {
    let tiles = (n + tile - 1) / tile
    var branches: [Int: Part] = [:]
    for first in stride(from: 0, to: tiles, by: branch).reversed() {
      let numbers = first..<min(first + branch, tiles)
      branches[first] = treeSum(
        threads.map(numbers.count) { index in
          let tileNumber = numbers.lowerBound + index
          return body(tileNumber * tile..<min((tileNumber + 1) * tile, n))
        })
    }
    let parts = branches.sorted { $0.key < $1.key }.map(\.value)
    return parts.isEmpty ? nil : treeSum(parts)
  }
}

/// Who computes which tiles shows in no bit of what is learned.
@Suite struct TeamTests {
  private static let records = Planted(units: 24, length: 16, records: 700, seed: 5).records
  private static let teams: [any Team] = [
    Threads(1), Threads(2), Threads(5), BranchTeam(branch: 1), BranchTeam(branch: 2),
    BranchTeam(branch: 4),
  ]

  private static func states(
    batch: Int, _ learner: (TrainingSet, any Team) throws -> any Learner
  ) throws -> [TrainingState] {
    try teams.map { team in
      var learner = try learner(try trainingSet(records), team)
      for first in stride(from: 0, to: 700, by: batch) {
        try learner.learn(from: Array(first..<min(first + batch, 700)))
      }
      return learner.state
    }
  }

  @Test("gradients", arguments: [333, 40, 1])
  func gradients(_ batch: Int) throws {
    let atoms = unitAtoms(24, 16, seed: 3)
    let encoder = EncoderStart.unrolled(
      CodingProblem(atoms: atoms, lambda: 0.1), form: .parallel, iterations: 2, hasOwnSteps: false)
    let objective = ComposedObjective.autoencoder(
      startingAt: encoder, atoms: atoms, weights: AutoencoderWeights(lambda: 0.1), penalty: .l1)
    let states = try Self.states(batch: batch) { data, team in
      GradientLearner(
        [TrainingPhase(objective, steps: 3)], data: data, prepare: { $0 }, validation: [],
        options: Optimiser.Options(), team: team)
    }
    for (index, state) in states.enumerated() { #expect(state == states[0], "team \(index)") }
  }

  @Test("the statistics of a dictionary")
  func dictionary() throws {
    var options = DictionaryLearning.Options()
    options.codeLength = 24
    let states = try Self.states(batch: 650) { data, team in
      try DictionaryLearning(
        data, preprocessing: .none, partition: try Partition(count: 700, validation: 0, seed: 1),
        options: options, team: team)
    }
    for (index, state) in states.enumerated() { #expect(state == states[0], "team \(index)") }
  }
}
