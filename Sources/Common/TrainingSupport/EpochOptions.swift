import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import Training

/// A `fit` that goes through epochs.
public protocol EpochCommand: ParsableCommand, NamesFiles {
  static var defaultEpochs: Int { get }
  static var defaultBatchSize: Int { get }
}

/// What every `fit` with epochs shares, ``TrainingOptions`` among it.
public struct EpochOptions<Command: EpochCommand>: ParsableArguments, NamesFiles {
  @Option(
    name: .customLong("epochs"), help: "Passes over the data; 0 writes what training begins with.")
  public var count = Command.defaultEpochs

  @Option(
    name: .customLong("batch"),
    help: ArgumentHelp(
      "Records in a batch (default: \(Command.defaultBatchSize), of units that see windows "
        + "\(EpochLoop.Options.imageBatchSize) images).", valueName: "n"))
  public var chosenBatchSize: Int?

  @Option(
    help: ArgumentHelp(
      "End after this number of epochs that are no better on the records held out; take the best.",
      valueName: "n"))
  public var patience: Int?

  @Option(
    help: ArgumentHelp(
      "Write the state of the training, for --resume, after every epoch and when interrupted.",
      valueName: "c.ckpt"),
    completion: .file())
  public var checkpoint: String?

  @Option(
    help: ArgumentHelp("Go on from this checkpoint of the same training.", valueName: "c.ckpt"),
    completion: .file())
  public var resume: String?

  @Option(
    help: ArgumentHelp(
      "Begin with the weights of this model, as far as they fit.", valueName: "w.bin"),
    completion: .file())
  public var start: String?

  @OptionGroup public var training: TrainingOptions

  public init() {}

  public func validate() throws {
    try require("--epochs", count, in: EpochLoop.Options.counts)
    if let chosenBatchSize {
      try require("--batch", chosenBatchSize, in: EpochLoop.Options.batchSizes)
    }
    if let patience {
      try require(count > 0, "--patience has no effect with --epochs 0")
      try require("--patience", patience, in: EpochLoop.Options.patiences)
      if training.validation == 0 {
        throw ValidationError("--patience has no effect without --validation")
      }
    }
  }

  public var namedFiles: [NamedFile] {
    training.namedFiles + .input("--resume", resume) + .input("--start", start)
      + .output("--checkpoint", checkpoint, replacing: "--resume")
  }

  /// Records in a batch.
  /// - Parameter ofImages: whether units see windows of them.
  public func batchSize(ofImages: Bool) -> Int {
    chosenBatchSize
      ?? (ofImages ? EpochLoop.Options.imageBatchSize : Command.defaultBatchSize)
  }

  /// The options of the loop that affect the result, for a model's card.
  public func canonicalOptions(ofImages: Bool) -> [(name: String, value: String)] {
    [("epochs", "\(count)"), ("batch", "\(batchSize(ofImages: ofImages))")]
      + (patience.map { [("patience", "\($0)")] } ?? [])
  }

  /// Opens the files and reads the training data; what cannot be written, or gone on with, fails first.
  /// - Parameters:
  ///   - options: all options that affect the result, in canonical order, those of the loop among them.
  ///   - ofImages: whether units see windows of the records.
  ///   - models: digests of the models that the training builds on, by the option that names them.
  ///   - inputs: files that are read, by the option that names them.
  ///   - model: the model whose records these are, and what messages call it, where there is one.
  ///   - warmUpEpochs: epochs before those of `--epochs`, which minimise something else.
  public func prepare(
    options: [(name: String, value: String)], ofImages: Bool, models: [String: String] = [:],
    recordsOf model: (Model, called: String)? = nil, warmUpEpochs: Int = 0
  ) throws -> TrainingRun {
    let startingModel = try self.start.map { try StartingModel(path: $0) }
    let options = options + (startingModel.map { [("start", $0.weights.model.digest)] } ?? [])
    var conditions = training.conditions(options: options)
    conditions["objective"] = Command._commandName
    conditions.merge(models) { _, digest in digest }
    let start = try resume.map { TrainingRun.Start(path: $0, checkpoint: try Checkpoint(path: $0)) }
    try start?.requireSame(conditions)
    if let checkpoint { _ = try ByteWriter.file(checkpoint) }
    let (output, progress, data) = try training.prepare(recordsOf: model)
    if !ofImages { try startingModel?.requireRecords(data.recordShape, of: data.name) }
    let card = training.card(data, options: options, figures: [])
    conditions.merge(card) { _, value in value }
    try start?.requireSame(conditions)
    let partition = try training.partition(of: data)
    return TrainingRun(
      output: output, data: data, partition: partition, threads: training.data.threads.forTraining,
      progress: progress,
      loop: EpochLoop(
        partition, options: loopOptions(ofImages: ofImages, warmUpEpochs: warmUpEpochs)),
      conditions: conditions,
      card: card, start: start, startingModel: startingModel, checkpointPath: checkpoint)
  }

  private func loopOptions(ofImages: Bool, warmUpEpochs: Int) -> EpochLoop.Options {
    var options = EpochLoop.Options()
    options.warmUpEpochs = warmUpEpochs
    options.epochs = count
    options.batchSize = batchSize(ofImages: ofImages)
    options.seed = training.seed
    options.patience = patience
    return options
  }
}
