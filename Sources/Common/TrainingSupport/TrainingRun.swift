import ByteIO
import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import SparseCoding
import Training

/// One training of a `fit` with epochs: its data, its files, and what it tells; see ``EpochOptions``.
public struct TrainingRun {
  /// Where the model goes.
  public let output: ByteWriter
  public let data: TrainingSet
  public let partition: Partition
  public let threads: Threads
  let progress: TrainingProgress
  let loop: EpochLoop
  /// All that the result depends on.
  private(set) var conditions: [String: String]
  private(set) var card: [String: String]
  let start: Start?
  let startingModel: StartingModel?
  let checkpointPath: String?

  /// What to go on from.
  struct Start {
    let path: String
    let checkpoint: Checkpoint

    func requireSame(_ conditions: [String: String]) throws {
      try naming(inputName(path)) { try checkpoint.requireSame(conditions) }
    }
  }

  /// Batches of the epochs before the others, and of the others.
  public var warmUpSteps: Int { steps(ofEpochs: loop.options.warmUpEpochs) }
  public var stepCount: Int { steps(ofEpochs: loop.options.epochs) }

  /// Batches of so many epochs.
  public func steps(ofEpochs count: Int) -> Int { count * loop.batchesPerEpoch }

  /// Atoms to begin with, Dᵀ, [count, D′].
  /// - Parameters:
  ///   - source: records, prepared, or random directions.
  ///   - isNonnegative: whether what is below 0 in records is left out; of random numbers their sizes are taken.
  ///   - geometry: of units that see windows, of which the atoms are then.
  public func drawnAtoms(
    _ count: Int, of source: InitialAtoms.Source, isNonnegative: Bool, seed: UInt64,
    _ preparation: Preparation, _ geometry: Geometry = .dense
  ) throws -> Matrix {
    try naming(data.name) {
      let atoms = InitialAtoms(count: count, isNonnegative: isNonnegative)
      if source == .random {
        return atoms.random(
          length: atomLength(preparation.preprocessing, geometry), seed: seed, preparation)
      }
      guard case .tiled(let tiling, let windows) = geometry else {
        return try atoms.draw(
          from: data, partition.training, seed: seed, prepare: { preparation($0) })
      }
      return try atoms.draw(
        from: data, partition.training, seed: seed, windows, period: tiling.period,
        prepare: { preparation($0) })
    }
  }

  /// D′, of records as they are prepared, or h·w·C of windows.
  func atomLength(_ preprocessing: Preprocessing, _ geometry: Geometry) -> Int {
    geometry.tiling?.windowLength ?? preprocessing.whitening?.rows ?? data.recordLength
  }

  /// The classes of the records, −1 where a label is not known.
  /// - Parameter path: the file that the labels are of.
  public mutating func classes(_ labels: [Int32], in path: String) throws -> ClassLabels {
    try naming(path) {
      let classes = try ClassLabels(labels, records: data.count)
      try classes.checkLabelled(in: partition)
      try requireSame("labels", classes.digest)
      for remark in classes.remarks(on: partition) { progress.say(remark) }
      return classes
    }
  }

  /// How the rate of steps falls, where there is one.
  private var schedule: RateSchedule {
    let options = card["options"]?.split(separator: " ") ?? []
    let notation = options.first { $0.hasPrefix("schedule=") }?.dropFirst("schedule=".count)
    return notation.flatMap { RateSchedule(notation: String($0)) } ?? .constant
  }

  /// Something else that the result depends on.
  mutating func requireSame(_ key: String, _ digest: String) throws {
    conditions[key] = digest
    card[key] = digest
    try start?.requireSame([key: digest])
  }

  /// How windows of a model lie over the images of the data.
  /// - Throws: ``StreamMismatch`` where they are no images, or their places no whole periods.
  public func geometry(of tiling: Tiling, by model: String) throws -> Geometry {
    try naming(data.name) {
      let shape = data.recordShape
      guard shape.count == 3, shape[2] == tiling.channels,
        tiling.windows(imageHeight: shape[0], imageWidth: shape[1]) != nil
      else { throw StreamMismatch.images(model: model, tiling, found: shape) }
      guard let geometry = Geometry.tiled(tiling, imageHeight: shape[0], imageWidth: shape[1])
      else { throw StreamMismatch.periods(model: model, tiling, found: shape) }
      return geometry
    }
  }

  /// Trains to the end, and says where what was learned is worse than nothing.
  public func train(
    _ learner: inout some Learner, _ choice: StructureChoice
  ) throws -> [(name: String, value: Double)] {
    let figures = try train(&learner)
    if let energy = figures.first(where: { $0.name == "energy" })?.value,
      energy > choice.energyOfZeros
    {
      progress.say(
        "worse than no code: codes of zero have energy \(shortNumber(choice.energyOfZeros)); "
          + "try another --rate, more epochs, or records of another size")
    }
    return figures
  }

  /// Trains to the end. An interruption ends the program here, its checkpoint written.
  /// - Returns: the figures of what was learned, for ``card(figures:)``.
  public func train(_ learner: inout some Learner) throws -> [(name: String, value: Double)] {
    if let start { try goOn(from: start) } else { progress.begin(data) }
    var hooks = EpochLoop.Hooks()
    hooks.judge = { progress.reportJudged($0, of: $1) }
    let first = try start == nil || loop.epochCount == 0 ? tellStart(of: learner, hooks) : nil
    hooks.advance = { progress.report($0) }
    hooks.report = { try progress.report($0) }
    let result: EpochReport
    if let checkpointPath {
      let signals = HeldSignals()
      hooks.pause = { signals.haveArrived }
      hooks.save = {
        try Checkpoint(run: conditions, position: $0).write(to: checkpointPath)
      }
      do {
        result = try run(&learner, hooks)
      } catch let interruption as EpochLoop.Interruption {
        try progress.finish()
        Process.say("\(interruption); go on with --resume \(checkpointPath)")
        signals.release()
        throw interruption
      }
      signals.release()
    } else {
      result = try run(&learner, hooks)
    }
    try progress.finish()
    if loop.options.patience != nil { progress.say("epoch \(result.epoch) was the best") }
    return loop.epochCount > 0 ? result.figures : first.map { [("validation", $0)] } ?? []
  }

  /// Tells from where the training goes on, and what that means where it is made longer.
  private func goOn(from start: Start) throws {
    let (position, epochs) = (start.checkpoint.position, loop.options.epochs)
    try progress.resume(after: position.stage.epoch)
    if let before = start.checkpoint.epochs, before < epochs {
      let line = "\(epochs) epochs, \(before) before: "
      progress.say(
        schedule.dependsOnLength
          ? line + "not the same as \(epochs) at once, as the rate falls with --schedule cosine; "
            + "from here on it is that of \(epochs)"
          : line + "the same as \(epochs) at once")
    }
    progress.begin(
      data,
      at: Double(position.stage.epoch) + Double(position.batch) / Double(loop.batchesPerEpoch))
  }

  /// The entries of a model's card that every training writes.
  public func card(figures: [(name: String, value: Double)]) -> [String: String] {
    figures.reduce(into: card) { $0["figure.\($1.name)"] = "\($1.value)" }
  }

  /// The density of some codes before and after each pass of a recurrent encoder, as a card has it.
  /// - Parameter geometry: what its units see of a record.
  public func density(
    of encoder: Encoder, _ geometry: Geometry, _ preprocessing: Preprocessing
  ) throws -> String {
    let some = (partition.validation.isEmpty ? partition.training : partition.validation).prefix(
      1000)
    let records = preprocessing(try data.records(some))
    let densities =
      switch geometry {
      case .dense: encoder.densities(records)
      case .tiled(let tiling, let windows):
        TiledEncoder(encoder, tiling, windows).densities(records)
      }
    return densities.map { "\(Float($0))" }.joined(separator: ",")
  }

  /// Some of the records to train on, prepared, [N, D]: what there is to say of their size.
  public func sample(preparedBy preprocessing: Preprocessing) throws -> Matrix {
    preprocessing(try data.records(partition.training.prefix(Self.sampleSize)))
  }

  private static let sampleSize = 256

  /// What the records held out say before anything is learned: what epochs are to be compared with.
  private func tellStart(of learner: some Learner, _ hooks: EpochLoop.Hooks) throws -> Double? {
    guard let loss = try learner.heldOutLoss(judging: hooks.judge) else { return nil }
    progress.say("0/\(loop.epochCount)  validation \(shortNumber(loss))")
    return loss
  }

  private func run(
    _ learner: inout some Learner, _ hooks: EpochLoop.Hooks
  ) throws -> EpochReport {
    do {
      return try loop.run(&learner, from: start?.checkpoint.position, hooks: hooks)
    } catch let problem as CheckpointProblem {
      throw FileProblem(file: inputName(start?.path ?? ""), problem: problem)
    } catch let problem as TrainingProblem {
      throw FileProblem(file: data.name, problem: problem)
    }
  }
}
