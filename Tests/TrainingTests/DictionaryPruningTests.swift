import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Dictionary learning that leaves out units at the end of epochs.
@Suite struct DictionaryPruningTests {
  private static let records = Planted(units: 10, records: 610, active: 2, seed: 21).records

  /// A forest of 30 units, which is more than the records need.
  private static func options(
    _ kind: PenaltyKind, below share: Double?
  ) throws -> DictionaryLearning.Options {
    var options = DictionaryLearning.Options()
    let pools = try PoolNotation("tree:1,5,4+1,4").layout(unitCount: 31)
    options.codeLength = 31
    options.pools = pools
    switch kind {
    case .l1: break
    case .group, .tree: options.penalty = try .groups(pools, kind: kind, unitCount: 31)
    case .lateral:
      let s = try InhibitionNotation("tree:1,5,4+1,4").inhibition(unitCount: 31, strength: 0.5)
      options.penalty = try .lateral(s, unitCount: 31)
    }
    options.lambda = kind == .l1 ? 0.4 : 0.15
    options.batchSize = 100
    options.pruneBelow = share
    options.seed = 4
    return options
  }

  private static func learner(
    _ options: DictionaryLearning.Options, threads: Int = 1
  ) throws -> (DictionaryLearning, Partition) {
    let data = try trainingSet(records)
    let partition = try Partition(count: data.count, validation: 30, seed: 4)
    let learning = try DictionaryLearning(
      data, preprocessing: .none, partition: partition, options: options,
      team: Threads(threads))
    return (learning, partition)
  }

  private static func loop(
    _ partition: Partition, epochs: Int = 4, patience: Int? = nil
  ) -> EpochLoop {
    var options = EpochLoop.Options()
    (options.epochs, options.batchSize, options.seed) = (epochs, 100, 4)
    options.patience = patience
    return EpochLoop(partition, options: options)
  }

  private static func bytes(of learning: DictionaryLearning) -> [UInt8] {
    let problem = learning.problem
    return Model(
      kind: .dictionary, recordShape: [16], encoder: .unrolling(problem, iterations: 3),
      problem: problem, pools: learning.pools
    ).file().encoded()
  }

  /// The use of units in an epoch of 500 records that leaves out none, and the state before its end: counted here
  /// from the codes, which are those of the dictionary before each batch.
  private static func epoch(_ kind: PenaltyKind) throws -> (use: Pruning, state: TrainingState) {
    var (whole, partition) = try learner(options(kind, below: nil))
    var use = Pruning(pools: try options(kind, below: nil).pools, unitCount: 31)
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-3)
    for batch in batches(partition) {
      let before = whole.problem
      let problem = CodingProblem.forPreferredSolver(
        atoms: before.atoms, lambda: before.lambda, penalty: before.penalty,
        isNonnegative: false)
      let x = records.rows(at: batch)
      use.add(problem.preferredSolver.solve(problem, records: x, until: rule).code)
      try whole.learn(from: batch)
    }
    return (use, whole.state)
  }

  private static func batches(_ partition: Partition) -> [[Int]] {
    stride(from: 0, to: 500, by: 100).map { Array(partition.training[$0..<$0 + 100]) }
  }

  /// A share that leaves out about a third of the units in such an epoch.
  private static func share(_ kind: PenaltyKind) throws -> Double {
    try epoch(kind).use.usage.sorted()[10] + 1e-9
  }

  @Test(arguments: PenaltyKind.allCases) func unitsGoAndStayAway(kind: PenaltyKind) throws {
    var first: [UInt8]?
    let share = try Self.share(kind)
    for threads in [1, 2, 5] {
      var (learning, partition) = try Self.learner(
        Self.options(kind, below: share), threads: threads)
      var reports: [EpochReport] = []
      var hooks = EpochLoop.Hooks()
      hooks.report = { reports.append($0) }
      _ = try Self.loop(partition).run(&learning, hooks: hooks)
      #expect(
        reports[0].figures.map(\.name) == [
          "energy", "density", "dead", "pruned", "units", "finished", "missed", "validation",
        ])
      let units = reports.map { figures($0)["units"] ?? -1 }
      #expect(reports.allSatisfy { figures($0)["pruned"] == 31 - (figures($0)["units"] ?? 0) })
      // The last epoch leaves all as they are.
      #expect(units[0] < 31 && units[2] > 0 && units[3] == units[2], "\(units)")
      #expect(zip(units, units.dropFirst()).allSatisfy { $0 >= $1 }, "\(units)")
      #expect(learning.problem.codeLength == Int(units[3]))
      #expect(learning.problem.penalty.kind == kind && learning.pools?.notation == nil)
      let bytes = Self.bytes(of: learning)
      #expect(try Model(SafetensorsFile(reading: ByteReader(bytes))).codeLength == Int(units[3]))
      #expect(first == nil || bytes == first, "\(threads) threads")
      first = bytes
    }
  }

  /// One epoch with and without: what is left are rows and columns of the same sums.
  @Test(arguments: PenaltyKind.allCases) func sumsAreCut(kind: PenaltyKind) throws {
    let share = try Self.share(kind)
    let (use, before) = try Self.epoch(kind)
    var (cut, partition) = try Self.learner(Self.options(kind, below: share))
    for batch in Self.batches(partition) { try cut.learn(from: batch) }
    _ = try cut.endEpoch(isLast: false)
    let after = cut.state
    let kept = use.kept(by: .below(share))
    #expect(try after.doubles("units", shape: [nil]) == kept.map(Double.init))
    #expect(!kept.isEmpty && kept.count < 31)
    #expect(
      try after.matrix("atoms", rows: kept.count, columns: 16)
        == before.matrix("atoms", rows: 31, columns: 16).rows(at: kept))
    let codes = try before.doubles("statistics.code", shape: [31, 31])
    #expect(
      try after.doubles("statistics.code", shape: [kept.count, kept.count])
        == kept.flatMap { row in kept.map { codes[31 * row + $0] } })
    let sums = try before.doubles("statistics.records", shape: [31, 16])
    #expect(
      try after.doubles("statistics.records", shape: [kept.count, 16])
        == kept.flatMap { sums[16 * $0..<16 * $0 + 16] })
    #expect(after.numbers["records"] == "500")
    // A unit goes with all below it.
    let pools = try #require(Self.options(kind, below: nil).pools)
    for pool in 0..<pools.poolCount {
      let members = pools.groups.members(of: pool)
      let head = try #require(members.first)
      #expect(kept.contains(head) || !members.contains { kept.contains($0) }, "\(head)")
    }
  }

  /// Without a share, everything is as it was, the state among it.
  @Test func nothingGoesUnasked() throws {
    var (learning, partition) = try Self.learner(Self.options(.tree, below: nil))
    let report = try Self.loop(partition).run(&learning)
    #expect(report.figures.contains { $0.name == "replaced" })
    #expect(!report.figures.contains { $0.name == "units" || $0.name == "pruned" })
    let names = learning.state.tensors.keys.sorted()
    #expect(
      names == ["atoms", "statistics.code", "statistics.records", "tally.usage", "tally.worst"])
    #expect(learning.pools?.notation != nil && learning.problem.codeLength == 31)
  }

  /// At every batch and between all epochs; the best epoch may have more units than the last.
  @Test(arguments: [nil, 3]) func goesOnFromCheckpoints(patience: Int?) throws {
    let options = try Self.options(.tree, below: Self.share(.tree))
    func train(interruptedAt asked: Int) throws -> (bytes: [UInt8], asked: Int) {
      var (learning, partition) = try Self.learner(options)
      let loop = Self.loop(partition, patience: patience)
      var (count, saved): (Int, [UInt8]) = (0, [])
      var hooks = EpochLoop.Hooks()
      hooks.pause = {
        count += 1
        return count == asked
      }
      hooks.save = { saved = Checkpoint(run: ["seed": "4"], position: $0).file().encoded() }
      do {
        _ = try loop.run(&learning, hooks: hooks)
      } catch is EpochLoop.Interruption {
        (learning, _) = try Self.learner(options, threads: 2)
        let checkpoint = try Checkpoint(reading: ByteReader(saved))
        _ = try loop.run(&learning, from: checkpoint.position, hooks: hooks)
      }
      return (Self.bytes(of: learning), count)
    }
    let (whole, asked) = try train(interruptedAt: .max)
    #expect(asked == 4 * (6 + 1))
    for moment in 1...asked {
      #expect(try train(interruptedAt: moment).bytes == whole, "after \(moment) of \(asked)")
    }
  }

  @Test func oneOfAllHasToStay() throws {
    var (learning, partition) = try Self.learner(Self.options(.l1, below: 0.999))
    let problem = trainingProblem { _ = try Self.loop(partition).run(&learning) }
    guard case .nothingLeft(let largest) = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
    #expect(largest > 0 && largest < 0.999)
  }

  @Test(arguments: [[], [0, 0], [1, 0], [0, 31], [-1], [0.5], [0, .nan]] as [[Double]])
  func badStates(units: [Double]) throws {
    let (learning, _) = try Self.learner(Self.options(.tree, below: 0.04))
    var state = learning.state
    state.tensors["units"] = Tensor(shape: [units.count], doubles: units)
    var other = learning
    #expect(throws: CheckpointProblem.self) { try other.restore(state) }
    state.tensors["units"] = nil
    #expect(throws: CheckpointProblem.missingTensor("units")) { try other.restore(state) }
    state = learning.state
    state.tensors["tally.pruning"] = Tensor(
      shape: [31], doubles: [Double](repeating: -1, count: 31))
    #expect(throws: CheckpointProblem.self) { try other.restore(state) }
  }
}
