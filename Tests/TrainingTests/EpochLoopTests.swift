import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Learns nothing but what it was given, and has the figures that it is told.
private struct Scribe: Learner {
  let validation: [Double]
  var epoch = 0
  var seen: [[Int]] = []
  var lasts: [Bool] = []

  mutating func learn(from records: [Int]) { seen.append(records) }

  mutating func endEpoch(
    isLast: Bool, judging: Judging
  ) -> [(name: String, value: Double)] {
    epoch += 1
    lasts.append(isLast)
    return [("energy", Double(epoch)), ("validation", validation[epoch - 1])]
  }

  var state: TrainingState {
    var state = TrainingState()
    state.numbers["epoch"] = "\(epoch)"
    return state
  }

  mutating func restore(_ state: TrainingState) throws { epoch = try state.count("epoch") }
}

/// A dictionary and how it came to be, to the bit.
private struct Result: Equatable {
  let atoms: Matrix
  let epoch: Int
  let figures: [String: Double]
  let reports: [String]
}

@Suite struct EpochLoopTests {
  private static func options(
    epochs: Int, batch: Int = 60, patience: Int? = nil
  ) -> EpochLoop.Options {
    var options = EpochLoop.Options()
    options.epochs = epochs
    options.batchSize = batch
    options.seed = 9
    options.patience = patience
    return options
  }

  // MARK: Order

  @Test func everyEpochHasAnOrderOfItsOwn() throws {
    let partition = try Partition(count: 25, validation: 5, seed: 2)
    func seen(_ options: EpochLoop.Options) throws -> Scribe {
      var scribe = Scribe(validation: [3, 2, 1])
      _ = try EpochLoop(partition, options: options).run(&scribe)
      return scribe
    }
    let scribe = try seen(Self.options(epochs: 3, batch: 8))
    #expect(scribe.seen.map(\.count) == [8, 8, 4, 8, 8, 4, 8, 8, 4])
    #expect(scribe.lasts == [false, false, true])
    let orders = (0..<3).map { Array(scribe.seen[3 * $0..<3 * $0 + 3].joined()) }
    for order in orders { #expect(order.sorted() == partition.training) }
    #expect(Set(orders).count == 3)
    #expect(try seen(Self.options(epochs: 3, batch: 8)).seen == scribe.seen)
    var other = Self.options(epochs: 3, batch: 8)
    other.seed = 10
    #expect(try seen(other).seen != scribe.seen)
  }

  @Test func whatIsNotFinite() throws {
    let partition = try Partition(count: 9, validation: 2, seed: 2)
    #expect(throws: TrainingProblem.diverged(what: "the validation")) {
      var scribe = Scribe(validation: [1, .nan])
      _ = try EpochLoop(partition, options: Self.options(epochs: 2)).run(&scribe)
    }
  }

  // MARK: Patience

  @Test(arguments: [
    // Nothing smaller for two epochs after the fourth; the same number is not smaller.
    (2, [5.0, 3, 4, 2, 6, 2, 1], 4, 6), (3, [5, 3, 4, 2, 6, 2, 1], 7, 7),
    (9, [1, 2, 3], 1, 3), (1, [4, 3, 3, 1], 2, 3), (1, [4, 3, 2, 1], 4, 4),
  ])
  func patience(_ patience: Int, _ values: [Double], best: Int, epochs: Int) throws {
    let partition = try Partition(count: 9, validation: 2, seed: 2)
    var scribe = Scribe(validation: values)
    var reports: [Int] = []
    var hooks = EpochLoop.Hooks()
    hooks.report = { reports.append($0.epoch) }
    let options = Self.options(epochs: values.count, patience: patience)
    let result = try EpochLoop(partition, options: options).run(&scribe, hooks: hooks)
    #expect(result.epoch == best && scribe.epoch == best)
    #expect(figures(result)["validation"] == values[best - 1])
    #expect(reports == Array(1...epochs))
  }

  /// What is held out says something else before the warm-up ends.
  @Test func patienceAfterWarmUp() throws {
    let partition = try Partition(count: 9, validation: 2, seed: 2)
    var scribe = Scribe(validation: [0.1, 0.2, 3, 2, 5, 4, 1])
    var options = Self.options(epochs: 5, patience: 2)
    options.warmUpEpochs = 2
    var reports: [String] = []
    var hooks = EpochLoop.Hooks()
    hooks.report = { reports.append("\($0.epoch)/\($0.epochs)") }
    let result = try EpochLoop(partition, options: options).run(&scribe, hooks: hooks)
    #expect(result.epoch == 4 && scribe.epoch == 4)
    #expect(reports == (1...6).map { "\($0)/7" })
  }

  /// Without patience the last epoch counts, whatever was held out.
  @Test func noPatience() throws {
    let partition = try Partition(count: 9, validation: 2, seed: 2)
    var scribe = Scribe(validation: [1, 2, 3])
    let result = try EpochLoop(partition, options: Self.options(epochs: 3)).run(&scribe)
    #expect(result.epoch == 3 && scribe.epoch == 3)
  }

  // MARK: Going on

  /// Atoms drawn from every other record die, for nothing else is like them, and are replaced.
  private static let records: Matrix = {
    var x = Planted(records: 303, seed: 9).records
    for record in 0..<x.rows {
      let isShort = record % 2 == 0
      for column in 0..<16 {
        x[record, column] *= isShort == (column < 8) ? 0 : isShort ? 0.01 : 1
      }
    }
    return x
  }()

  private static func learner(threads: Int) throws -> (DictionaryLearning, Partition) {
    var options = DictionaryLearning.Options()
    options.codeLength = 24
    options.batchSize = 60
    options.seed = 3
    let data = try trainingSet(records)
    let partition = try Partition(count: data.count, validation: 11, seed: 3)
    let learning = try DictionaryLearning(
      data, preprocessing: .none, partition: partition, options: options,
      team: Threads(threads))
    return (learning, partition)
  }

  /// Trains until the hook has been asked `asked` times, then goes on from the bytes of a checkpoint.
  private static func train(
    patience: Int?, threads: (Int, Int) = (1, 1), interruptedAt asked: Int = .max
  ) throws -> (Result, asked: Int) {
    var (learner, partition) = try learner(threads: threads.0)
    let loop = EpochLoop(partition, options: options(epochs: 4, patience: patience))
    var reports: [String] = []
    var count = 0
    var bytes: [UInt8] = []
    var hooks = EpochLoop.Hooks()
    hooks.report = { report in
      // As a log does: the last epoch is ended again.
      reports.removeAll { $0.hasPrefix("\(report.epoch) ") }
      reports.append("\(report.epoch) \(report.figures)")
    }
    hooks.pause = {
      count += 1
      return count == asked
    }
    hooks.save = { bytes = Checkpoint(run: ["seed": "3"], position: $0).file().encoded() }
    var end: EpochReport
    do {
      end = try loop.run(&learner, hooks: hooks)
    } catch is EpochLoop.Interruption {
      (learner, _) = try Self.learner(threads: threads.1)
      let checkpoint = try Checkpoint(reading: ByteReader(bytes))
      end = try loop.run(&learner, from: checkpoint.position, hooks: hooks)
    }
    let result = Result(
      atoms: learner.problem.atoms, epoch: end.epoch, figures: figures(end), reports: reports)
    return (result, count)
  }

  /// At the first, every middle and the last batch of an epoch, and between two epochs.
  @Test(arguments: [nil, 3]) func interruptedAtAnyBatch(patience: Int?) throws {
    let (whole, asked) = try Self.train(patience: patience)
    #expect(asked == 4 * (5 + 1))
    #expect(whole.reports.contains { !$0.contains("(name: \"replaced\", value: 0.0)") })
    for moment in 1...asked {
      for threads in [(1, 2), (2, 1)] {
        let again = try Self.train(patience: patience, threads: threads, interruptedAt: moment)
        #expect(again.0 == whole, "after \(moment) of \(asked), \(threads) threads")
      }
    }
  }

  /// A training of four epochs, made one of six, is one of six: also where the fourth was to be the
  /// last, which replaces no atom.
  @Test(arguments: [nil, 9], [1, 4]) func madeLonger(patience: Int?, first: Int) throws {
    var (learner, partition) = try Self.learner(threads: 1)
    var positions: [EpochLoop.Position] = []
    var hooks = EpochLoop.Hooks()
    hooks.save = { positions.append($0) }
    func run(
      _ epochs: Int, from start: EpochLoop.Position? = nil
    ) throws -> (Matrix, [String: Double]) {
      (learner, _) = try Self.learner(threads: 1)
      let loop = EpochLoop(partition, options: Self.options(epochs: epochs, patience: patience))
      let result = try loop.run(&learner, from: start, hooks: hooks)
      return (learner.problem.atoms, figures(result))
    }
    _ = try run(first)
    let end = try #require(positions.last)
    #expect(positions.count == first && end.stage.epoch == first - 1)
    let (longer, whole) = (try run(6, from: end), try run(6))
    #expect(longer.0 == whole.0 && longer.1 == whole.1)
  }

  // MARK: Positions of other trainings

  private func problem(
    patience: Int? = nil, _ change: (inout EpochLoop.Position) -> Void
  ) throws -> CheckpointProblem? {
    var (learner, partition) = try Self.learner(threads: 1)
    let loop = EpochLoop(partition, options: Self.options(epochs: 2, patience: patience))
    var position = EpochLoop.Position()
    var asked = 0
    var hooks = EpochLoop.Hooks()
    hooks.save = { position = $0 }
    hooks.pause = {
      asked += 1
      return asked == 8
    }
    #expect(throws: EpochLoop.Interruption.self) { try loop.run(&learner, hooks: hooks) }
    change(&position)
    do {
      _ = try loop.run(&learner, from: position)
    } catch let problem as CheckpointProblem {
      return problem
    }
    return nil
  }

  @Test func positionsThatCannotBe() throws {
    #expect(try problem { _ in } == nil)
    #expect(
      try problem { $0.stage.epoch = 3 }
        == .badValue(key: "epoch", expected: "from 0 to 2", found: "3"))
    #expect(
      try problem { $0.batch = 6 } == .badValue(key: "batch", expected: "from 0 to 5", found: "6"))
    #expect(
      try problem { $0.stage.epoch = 2 }
        == .badValue(key: "batch", expected: "from 0 to 0", found: "2"))
    #expect(
      try problem { $0.best = $0.stage }
        == .badValue(key: "best.epoch", expected: "none", found: "1"))
    #expect(
      try problem(patience: 2) { $0.best = nil }
        == .badValue(key: "best.epoch", expected: "an epoch", found: "none"))
    #expect(
      try problem(patience: 2) { $0.best?.epoch = 2 }
        == .badValue(key: "best.epoch", expected: "from 1 to 1", found: "2"))
    #expect(try problem(patience: 2) { $0.best?.figures = [] } == .noValidation)
  }

  @Test func statesThatCannotBe() throws {
    for isBest in [false, true] {
      func problem(_ change: (inout TrainingState) -> Void) throws -> CheckpointProblem? {
        try self.problem(patience: 2) { position in
          if isBest { change(&position.best!.learner) } else { change(&position.stage.learner) }
        }
      }
      #expect(try problem { $0.tensors["atoms"] = nil } == .missingTensor("atoms"))
      #expect(try problem { $0.numbers["records"] = nil } == .missingKey("records"))
      #expect(try problem { $0.numbers["more"] = "1" } == .otherState)
      let small = Tensor(shape: [2, 16], [Float](repeating: 0, count: 32))
      #expect(
        try problem { $0.tensors["atoms"] = small }
          == .wrongTensor("atoms", expected: "shape [24,16], found [2,16]"))
      let narrow = Tensor(shape: [24, 24], [Float](repeating: 0, count: 576))
      #expect(
        try problem { $0.tensors["statistics.code"] = narrow }
          == .wrongTensor("statistics.code", expected: "F64 of [24,24]"))
      #expect(
        try problem { $0.numbers["tally.records"] = "-1" }
          == .badValue(
            key: "tally.records", expected: "a whole number from 0 to 9007199254740992", found: "-1"
          ))
      #expect(
        try problem { $0.numbers["tally.energy"] = "nan" }
          == .badValue(key: "tally.energy", expected: "a number", found: "nan"))
      for record in [303, -1, 0.5, 1e30] {
        #expect(
          try problem { $0.tensors["tally.worst"] = Tensor(shape: [1, 2], doubles: [record, 1]) }
            == .wrongTensor("tally.worst", expected: "records below 303, found \(record)"))
      }
      let usage = [Double](repeating: 0, count: 23) + [-1]
      #expect(
        try problem { $0.tensors["tally.usage"] = Tensor(shape: [24], doubles: usage) }
          == .wrongTensor("tally.usage", expected: "counts, found -1.0"))
    }
  }
}
