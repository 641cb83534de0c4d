import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

/// A `fit` that learns a dictionary for exact codes: it says what is its own, and ``run()`` is what all of them do.
protocol DictionaryCommand: StructuredCommand {
  var structure: StructureOptions<Self> { get set }
  var dictionary: DictionaryOptions { get }
  var preprocessing: PreprocessingOptions { get }
  var epochs: EpochOptions<Self> { get }

  /// Options of its own that affect the result, for a model's card.
  var ownOptions: [(name: String, value: String)] { get }

  /// β of records of norm 1, where codes are Gaussians.
  var beta: Double? { get }

  /// How S is learned, where it is.
  func inhibitionLearning(_ choice: StructureChoice) -> InhibitionLearning.Options?
}

/// How dictionaries are learned.
struct DictionaryOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Relative duality gap of the codes while training.", valueName: "g"))
  var gap = DictionaryLearning.Options().gap

  @Option(
    help: ArgumentHelp(
      """
      At the end of each epoch but the last leave out the units that less than this share of its records used, \
      those of a tree with all below them.
      """, valueName: "share"))
  var pruneBelow: Double?

  @Flag(
    name: .customLong("no-encoder"),
    help: "Leave the encoder out of the file; it is derived from the dictionary on reading.")
  var omitsEncoder = false

  func validate() throws {
    try require("--gap", gap, in: SparseSolver.StoppingRule.relativeGapsOfTraining)
    if let pruneBelow { try require("--prune-below", pruneBelow, in: Pruning.shares) }
  }
}

extension DictionaryCommand {
  static var defaultEpochs: Int { 10 }
  static var defaultBatchSize: Int { DictionaryLearning.Options().batchSize }

  var ownOptions: [(name: String, value: String)] { [] }

  var beta: Double? { nil }

  func inhibitionLearning(_ choice: StructureChoice) -> InhibitionLearning.Options? { nil }

  /// Refuses options that do not go together, whatever is learned.
  func checkCommon() throws {
    try require(
      dictionary.pruneBelow == nil || epochs.count > 1,
      "--prune-below has no effect on one epoch, the last")
    try preprocessing.check(dc: structure.dc, ofImages: structure.isOfImages)
    try checkImages()
    try structure.check(startingAt: epochs.start)
  }

  var namedFiles: [NamedFile] {
    structure.namedFiles + preprocessing.namedFiles + epochs.namedFiles
  }

  mutating func run() throws {
    try structure.load()
    let whitening = try preprocessing.load()
    let run = try epochs.prepare(
      options: canonicalOptions, ofImages: structure.isOfImages,
      models: whitening.map { ["whitening": $0.digest] } ?? [:])
    let choice = try run.settle(
      structure, try preprocessing.preprocessing(whitening, for: run))
    if let tiling = choice.geometry.tiling { return try learnKernels(run, choice, tiling) }
    let steps = choice.preparation.preprocessing
    let (units, isNonnegative) = (structure.codeLength, structure.hasNonnegativeAtoms)
    let atoms =
      try run.startingAtoms(units, isNonnegative: isNonnegative, steps)
      ?? run.drawnAtoms(
        units, of: structure.atoms, isNonnegative: isNonnegative, seed: epochs.training.seed,
        choice.preparation)
    var options = DictionaryLearning.Options(structure, choice)
    options.batchSize = epochs.batchSize(ofImages: false)
    options.gap = dictionary.gap
    options.pruneBelow = dictionary.pruneBelow
    options.seed = epochs.training.seed
    options.inhibition = inhibitionLearning(choice)
    try require(beta == nil || choice.lambda > 0, "--variational needs a λ above 0")
    options.beta = beta.map { $0 / choice.squareNorm }
    var learning = try naming(run.data.name) {
      try DictionaryLearning(
        run.data, preprocessing: steps, partition: run.partition, options: options,
        team: run.threads, startingAt: atoms)
    }
    // The energy of Gaussians is not ½‖x‖² of codes of zero.
    let figures = try beta == nil ? run.train(&learning, choice) : run.train(&learning)
    let problem = learning.problem
    let model = Model(
      kind: .dictionary, recordShape: run.data.recordShape, preprocessing: steps,
      encoder: .unrolling(problem, iterations: structure.iterations), problem: problem,
      pools: learning.pools, card: run.card(figures: figures))
    try model.write(to: run.output, storesEncoder: !dictionary.omitsEncoder && beta == nil)
  }

  var canonicalOptions: [(name: String, value: String)] {
    structure.canonical(.code, .lambda) + epochs.canonicalOptions(ofImages: structure.isOfImages)
      + structure.canonical(.iterations) + [("gap", "\(dictionary.gap)")]
      + (dictionary.pruneBelow.map { [("prune-below", "\($0)")] } ?? [])
      + structure.canonical(
        .nonnegative, .dc, .penalty, .inhibition, .pools, .geometry, .kernel, .stride, .padding,
        .period, .poolWindow, .poolStride, .atoms)
      + preprocessing.canonicalOptions() + ownOptions
  }
}
