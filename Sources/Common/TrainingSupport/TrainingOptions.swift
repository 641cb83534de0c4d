import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import Training

/// What every `fit` shares that draws records and has steps to tell of.
public struct TrainingOptions: ParsableArguments, NamesFiles {
  @OptionGroup public var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "How many records to hold out, to report how good the model is on them.", valueName: "n"))
  public var validation = 0

  @Option(
    name: [.customShort("s"), .customLong("seed")],
    help: ArgumentHelp("Seed of everything random (default: 0).", valueName: "seed"))
  public var chosenSeed: UInt64?

  public var seed: UInt64 { chosenSeed ?? 0 }

  @Option(
    help: ArgumentHelp("Write a row of figures after every epoch, as TSV.", valueName: "file"),
    completion: .file())
  public var log: String?

  public init() {}

  public func validate() throws {
    if validation < 0 {
      throw ValidationError("--validation must be at least 0, got \(validation)")
    }
  }

  public var namedFiles: [NamedFile] { data.namedFiles + .output("--log", log) }

  /// Opens the output and the log, then reads the training data: see ``DataOptions/prepare``.
  public func prepare(
    recordsOf model: (Model, called: String)? = nil, pace: TrainingProgress.Pace = .everyEpoch
  ) throws -> (output: ByteWriter, progress: TrainingProgress, data: TrainingSet) {
    try data.prepare(recordsOf: model, log: log, pace: pace)
  }

  /// The records to train on and those held out.
  public func partition(of data: TrainingSet) throws -> Partition {
    try naming(data.name) {
      try Partition(count: data.count, validation: validation, seed: seed)
    }
  }

  /// The entries of a model's card that every training writes: see ``DataOptions/card``.
  public func card(
    _ data: TrainingSet, options: [(name: String, value: String)],
    figures: [(name: String, value: Double)]
  ) -> [String: String] {
    self.data.card(
      data, options: options, figures: figures, seed: seed, validation: validation)
  }

  /// What the result depends on, beside the data.
  func conditions(options: [(name: String, value: String)]) -> [String: String] {
    DataOptions.conditions(options: options, seed: seed, validation: validation)
  }
}
