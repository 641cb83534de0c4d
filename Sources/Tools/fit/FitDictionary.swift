import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitDictionary: StructuredCommand {
  static let defaultEpochs = 10
  static let defaultBatchSize = DictionaryLearning.Options().batchSize
  static let structure = Structure(
    EncoderShape(.shrink, hasGain: false, iterations: 10), projectsMeans: true,
    alwaysNamed: [.code, .lambda, .iterations, .nonnegative, .dc],
    refused: [.nonlinearity, .sharpness, .gain], because: "the encoder is that of ISTA",
    servesImages: true)

  static let configuration = CommandConfiguration(
    commandName: "dictionary",
    abstract: "Sparse coding: a dictionary for exact codes.",
    discussion: """
      Minimises ½‖x − Dz‖² + λR(z) over dictionaries with atoms of norm at most 1 and over codes \
      (half the squared error: λ is half of that of sources without the ½); R is ‖z‖₁, or the sum of \
      the L2 norms of pools. The model holds the dictionary and a T-step ISTA encoder.
      """)

  @OptionGroup var presets: PresetOption<FitDictionary>
  @OptionGroup var structure: StructureOptions<FitDictionary>

  @Option(help: ArgumentHelp("Relative duality gap of the codes while training.", valueName: "g"))
  var gap = DictionaryLearning.Options().gap

  @Option(
    help: ArgumentHelp(
      """
      At the end of each epoch but the last leave out the units that less than this share of its records used, \
      those of a tree with all below them.
      """, valueName: "share"))
  var pruneBelow: Double?

  @OptionGroup var preprocessing: PreprocessingOptions

  @Flag(
    name: .customLong("no-encoder"),
    help: "Leave the encoder out of the file; it is derived from the dictionary on reading.")
  var omitsEncoder = false

  @OptionGroup var epochs: EpochOptions<FitDictionary>

  func validate() throws {
    try require("--gap", gap, in: SparseSolver.StoppingRule.relativeGapsOfTraining)
    if let pruneBelow {
      try require("--prune-below", pruneBelow, in: Pruning.shares)
      try require(epochs.count > 1, "--prune-below has no effect on one epoch, the last")
    }
    try preprocessing.check(dc: structure.dc, ofImages: structure.isOfImages)
    try checkImages()
    try structure.check(startingAt: epochs.start)
  }

  var namedFiles: [NamedFile] {
    structure.namedFiles + preprocessing.namedFiles + epochs.namedFiles
  }

  func run() throws {
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
    options.gap = gap
    options.pruneBelow = pruneBelow
    options.seed = epochs.training.seed
    var learning = try naming(run.data.name) {
      try DictionaryLearning(
        run.data, preprocessing: steps, partition: run.partition, options: options,
        team: run.threads, startingAt: atoms)
    }
    let figures = try run.train(&learning, choice)
    let problem = learning.problem
    let model = Model(
      kind: .dictionary, recordShape: run.data.recordShape, preprocessing: steps,
      encoder: .unrolling(problem, iterations: structure.iterations), problem: problem,
      pools: learning.pools, card: run.card(figures: figures))
    try model.write(to: run.output, storesEncoder: !omitsEncoder)
  }

  var canonicalOptions: [(name: String, value: String)] {
    structure.canonical(.code, .lambda) + epochs.canonicalOptions(ofImages: structure.isOfImages)
      + structure.canonical(.iterations) + [("gap", "\(gap)")]
      + (pruneBelow.map { [("prune-below", "\($0)")] } ?? [])
      + structure.canonical(
        .nonnegative, .dc, .penalty, .pools, .geometry, .kernel, .stride, .padding, .period,
        .poolWindow,
        .poolStride, .atoms)
      + preprocessing.canonicalOptions()
  }
}
