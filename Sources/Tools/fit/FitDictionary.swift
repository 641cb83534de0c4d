import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitDictionary: EpochCommand {
  static let defaultEpochs = 10
  static let defaultBatchSize = 512

  static let configuration = CommandConfiguration(
    commandName: "dictionary",
    abstract: "Sparse coding: a dictionary for exact codes.",
    discussion: """
      Minimises ½‖x − Dz‖² + λR(z) over dictionaries with atoms of norm at most 1 and over codes \
      (half the squared error: λ is half of that of sources without the ½); R is ‖z‖₁, or the sum of \
      the L2 norms of pools. The model holds the dictionary and a T-step ISTA encoder.
      """)

  @Option(
    name: .customLong("code"),
    help: ArgumentHelp("K, code units, a DC unit not counted.", valueName: "k"))
  var codeLength = 256

  @OptionGroup var penalty: PenaltyOptions

  @Option(help: ArgumentHelp("T, passes of the encoder that goes with it.", valueName: "t"))
  var iterations = 10

  @Option(help: ArgumentHelp("Relative duality gap of the codes while training.", valueName: "g"))
  var gap = 1e-3

  @Option(
    help: ArgumentHelp(
      "Keep code, dictionary or both (code,dictionary) from going below 0.", valueName: "what"))
  var nonnegative: NonnegativeParts?

  @OptionGroup var preprocessing: PreprocessingOptions

  @Flag(
    name: .customLong("no-encoder"),
    help: "Leave the encoder out of the file; it is derived from the dictionary on reading.")
  var omitsEncoder = false

  @OptionGroup var epochs: EpochOptions<FitDictionary>

  func validate() throws {
    try requireCode(codeLength, limit: penalty.unitLimit)
    try require(
      (0...10_000).contains(iterations), "--iterations must be from 0 to 10000, got \(iterations)")
    try require(gap > 0 && gap < 1, "--gap must be between 0 and 1, got \(gap)")
    try preprocessing.check(penalty)
    try penalty.pools.check(units: codeLength)
  }

  var namedFiles: [NamedFile] { preprocessing.namedFiles + epochs.namedFiles }

  func run() throws {
    let whitening = try preprocessing.load()
    let run = try epochs.prepare(
      options: canonicalOptions, models: whitening.map { ["whitening": $0.digest] } ?? [:])
    let preparation = try preprocessing.preprocessing(whitening, for: run.data)
    let choice = try run.settle(
      penalty, units: codeLength, isNonnegative: nonnegative?.code ?? false, preparation)
    let atoms = try run.startingAtoms(codeLength, preparation)
    var learning = try naming(atoms == nil ? run.data.name : inputName(epochs.start ?? "")) {
      try DictionaryLearning(
        run.data, preprocessing: preparation, partition: run.partition,
        options: try learningOptions(choice), team: run.threads, startingAt: atoms)
    }
    let figures = try run.train(&learning, choice)
    let problem = learning.problem
    let model = Model(
      kind: .dictionary, recordShape: run.data.recordShape, preprocessing: preparation,
      encoder: .unrolling(problem, iterations: iterations), problem: problem,
      pools: try penalty.pools.layout(units: codeLength),
      card: run.card(figures: figures))
    try model.write(to: run.output, storesEncoder: !omitsEncoder)
  }

  private func learningOptions(_ choice: PenaltyChoice) throws -> DictionaryLearning.Options {
    var options = DictionaryLearning.Options()
    options.codeLength = codeLength
    options.lambda = choice.lambda
    options.penalty = try penalty.pools.penalty(units: codeLength)
    options.batchSize = epochs.batchSize
    options.hasDCUnit = choice.preparation.hasDCUnit
    options.nonnegativeCode = nonnegative?.code ?? false
    options.nonnegativeDictionary = nonnegative?.dictionary ?? false
    options.gap = gap
    options.seed = epochs.training.seed
    return options
  }

  private var canonicalOptions: [(name: String, value: String)] {
    [("code", "\(codeLength)"), penalty.canonicalLambda] + epochs.canonicalOptions + [
      ("iterations", "\(iterations)"), ("gap", "\(gap)"),
      ("nonnegative", nonnegative?.text ?? "none"), penalty.canonicalDC,
    ] + penalty.pools.canonicalUnlessL1 + preprocessing.canonicalOptions()
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
