import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training

struct FitDictionary: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dictionary",
    abstract: "Sparse coding: a dictionary for exact codes.",
    discussion: """
      Minimises ½‖x − Dz‖² + λ‖z‖₁ over dictionaries with atoms of norm at most 1 and over codes \
      (half the squared error: λ is half of that of sources without the ½). The model holds the \
      dictionary and a T-step ISTA encoder.
      """)

  @Option(
    name: .customLong("code"),
    help: ArgumentHelp("K, code units, a DC unit not counted.", valueName: "k"))
  var codeLength = 256

  @Option(help: ArgumentHelp("λ, the weight of the penalty.", valueName: "l"))
  var lambda: Float = 0.1

  @Option(help: "Passes over the data.") var epochs = 10
  @Option(help: "Records in a batch.") var batch = 512

  @Option(help: ArgumentHelp("T, passes of the encoder that goes with it.", valueName: "t"))
  var iterations = 10

  @Option(help: ArgumentHelp("Relative duality gap of the codes while training.", valueName: "g"))
  var gap = 1e-3

  @Option(
    help: ArgumentHelp(
      "Keep code, dictionary or both (code,dictionary) from going below 0.", valueName: "what"))
  var nonnegative: NonnegativeParts?

  @Option(help: ArgumentHelp("Pools that the model names: consecutive:N.", valueName: "pools"))
  var pools: String?

  @Flag(help: "Add a DC unit: constant, unpenalised, outside the pools.") var dc = false
  @OptionGroup var preprocessing: PreprocessingOptions

  @Flag(
    name: .customLong("no-encoder"),
    help: "Leave the encoder out of the file; it is derived from the dictionary on reading.")
  var omitsEncoder = false

  @OptionGroup var training: TrainingOptions

  func validate() throws {
    let most = Model.unitLimit - (dc ? 1 : 0)
    try require(
      (1...most).contains(codeLength), "--code must be from 1 to \(most), got \(codeLength)")
    try require(lambda >= 0 && lambda.isFinite, "--lambda must be at least 0, got \(lambda)")
    try require(epochs >= 1, "--epochs must be at least 1, got \(epochs)")
    try require(batch >= 1, "--batch must be at least 1, got \(batch)")
    try require(
      (0...10_000).contains(iterations), "--iterations must be from 0 to 10000, got \(iterations)")
    try require(gap > 0 && gap < 1, "--gap must be between 0 and 1, got \(gap)")
    try require(
      !(dc && preprocessing.center),
      "--dc has no effect with --center: a centred record has no mean")
    if let pools {
      do { _ = try PoolLayout.parse(pools, unitCount: codeLength) } catch {
        throw ValidationError("--pools: \(error)")
      }
    }
  }

  private func require(_ condition: Bool, _ message: String) throws {
    if !condition { throw ValidationError(message) }
  }

  func run() throws {
    let whitening = try preprocessing.load()
    let (output, progress, data) = try training.prepare()
    let preparation = try preprocessing.preprocessing(whitening, for: data)
    let partition = try training.partition(of: data)
    let (problem, figures) = try naming("<stdin>") {
      var learning = try DictionaryLearning(
        data, preprocessing: preparation, partition: partition, options: learningOptions,
        threads: training.threads.forTraining)
      var hooks = EpochLoop.Hooks()
      hooks.report = progress.report
      let result = try EpochLoop(partition, options: loopOptions).run(&learning, hooks: hooks)
      return (learning.problem, result.figures)
    }
    try progress.finish()
    let model = Model(
      kind: .dictionary, recordShape: data.recordShape, preprocessing: preparation,
      encoder: .unrolling(problem, iterations: iterations), problem: problem,
      pools: try pools.map { try PoolLayout.parse($0, unitCount: codeLength) },
      card: training.card(data, options: canonicalOptions, figures: figures))
    try model.write(to: output, storesEncoder: !omitsEncoder)
  }

  private var learningOptions: DictionaryLearning.Options {
    var options = DictionaryLearning.Options()
    options.codeLength = codeLength
    options.lambda = lambda
    options.batchSize = batch
    options.hasDCUnit = dc
    options.nonnegativeCode = nonnegative?.code ?? false
    options.nonnegativeDictionary = nonnegative?.dictionary ?? false
    options.gap = gap
    options.seed = training.seed
    return options
  }

  private var loopOptions: EpochLoop.Options {
    var options = EpochLoop.Options()
    options.epochs = epochs
    options.batchSize = batch
    options.seed = training.seed
    return options
  }

  private var canonicalOptions: [(name: String, value: String)] {
    [
      ("code", "\(codeLength)"), ("lambda", "\(lambda)"), ("epochs", "\(epochs)"),
      ("batch", "\(batch)"), ("iterations", "\(iterations)"), ("gap", "\(gap)"),
      ("nonnegative", nonnegative?.text ?? "none"), ("dc", dc ? "1" : "0"),
    ] + preprocessing.canonicalOptions
  }
}

/// `--nonnegative code,dictionary`.
struct NonnegativeParts: ExpressibleByArgument {
  let code: Bool
  let dictionary: Bool

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ $0 == "code" || $0 == "dictionary" }), Set(parts).count == parts.count
    else { return nil }
    code = parts.contains("code")
    dictionary = parts.contains("dictionary")
  }

  var text: String {
    [code ? "code" : nil, dictionary ? "dictionary" : nil].compactMap { $0 }.joined(separator: ",")
  }
}
