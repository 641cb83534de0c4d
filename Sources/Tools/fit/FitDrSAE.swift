import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitDrSAE: GradientCommand {
  static let defaultEpochs = 40
  static let defaultBatchSize = 100
  /// What is done to records where no option says it.
  private static let preprocessing = [Preprocessing.Step.normalize]
  static var optimiser: Optimiser.Options {
    var options = Optimiser.Options()
    options.secondDecay = 0.99
    options.epsilon = 1e-4
    options.schedule = .cosine(after: 0.5)
    options.clip = 1
    options.averaging = 0.999
    return options
  }

  static let configuration = CommandConfiguration(
    commandName: "drsae",
    abstract: "Encoder, decoder and classifier together, on labelled records.",
    discussion: """
      The discriminative recurrent sparse auto-encoder: minimises ½‖x − Dz‖² + λR(z), and then \
      r·½‖x − Dz‖² + λR(z) − w·log softmax(C z/‖z‖), over D, C and a recurrent encoder, \
      z = max(0, E x − b), then T times z = max(0, E x + S z − b). Records are divided by their \
      norm unless --center, --normalize or --whitening says what is done to them. R is ‖z‖₁, or the \
      sum of the L2 norms of pools.
      """)

  @Option(
    help: ArgumentHelp(
      "Labels of the records, IDX or NPY or text; −1 where there is none.", valueName: "file"),
    completion: .file())
  var labels: String

  @OptionGroup var presets: PresetOption<FitDrSAE>

  @Option(name: .customLong("code"), help: ArgumentHelp("K, code units.", valueName: "k"))
  var codeLength = 400

  @Option(help: ArgumentHelp("T, passes of the encoder through S.", valueName: "t"))
  var iterations = 10

  @OptionGroup var criteria: CriterionOptions

  @Option(help: "Epochs without the classification, before the others.")
  var unsupervisedEpochs = 5

  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var optimiser: OptimiserOptions<FitDrSAE>
  @OptionGroup var epochs: EpochOptions<FitDrSAE>

  func validate() throws {
    try requireCode(codeLength, iterations: iterations)
    try require(
      (0...1_000_000).contains(unsupervisedEpochs),
      "--unsupervised-epochs must be from 0 to 1000000, got \(unsupervisedEpochs)")
    try require(
      unsupervisedEpochs == 0 || criteria.reconstruction > 0,
      "without reconstruction nothing is learned in --unsupervised-epochs, expected 0 of them")
    try criteria.pools.check(units: codeLength)
    try optimiser.check(learning: start.learned)
  }

  var namedFiles: [NamedFile] {
    .input("--labels", labels) + preprocessing.namedFiles + epochs.namedFiles
  }

  func run() throws {
    let labels = try [Int32].labels(in: labels)
    let whitening = try preprocessing.load()
    var run = try epochs.prepare(
      options: canonicalOptions, models: whitening.map { ["whitening": $0.digest] } ?? [:],
      warmUpEpochs: unsupervisedEpochs)
    let classes = try run.classes(labels, in: inputName(self.labels))
    let preparation = Preparation(
      try preprocessing.preprocessing(whitening, for: run.data, otherwise: Self.preprocessing))
    let atoms =
      try run.startingAtoms(codeLength, preparation.preprocessing)
      ?? start.atoms(
        around: try run.initialAtoms(codeLength, seed: epochs.training.seed, preparation))
    let (derived, drawn) = start(
      atoms, step: optimiserOptions.bounds[.encoderWeight] ?? 1, classCount: classes.classCount)
    let (encoder, scores) = (try run.startingEncoder(derived), try run.startingClasses(drawn))
    let pools = try criteria.pools.layout(units: codeLength)
    let penalty = try criteria.pools.penalty(units: codeLength)
    let objectives = [criteria.unsupervised, criteria.weights].map {
      ComposedObjective.autoencoder(
        startingAt: encoder, atoms: atoms, classes: scores, weights: $0, penalty: penalty)
    }
    var learner = GradientLearner(
      zip(objectives, [run.warmUpSteps, run.stepCount]).map { TrainingPhase($0, steps: $1) },
      data: run.data, targets: .labels(classes.values), prepare: { preparation($0) },
      validation: run.partition.validation, options: optimiserOptions, team: run.threads)
    let figures = try run.train(&learner)
    let parts = objectives[1].parts(learner.values)
    let model = Model(
      .drsae, parts, recordShape: run.data.recordShape, preparation: preparation,
      lambda: criteria.weights.relativeLambda, penalty: penalty, pools: pools,
      card: try run.card(figures: figures, encoder: parts.encoder, preparation.preprocessing))
    try model.write(to: run.output)
  }

  private var start: DiscriminativeStart {
    DiscriminativeStart(iterations: iterations, seed: epochs.training.seed)
  }

  private var optimiserOptions: Optimiser.Options {
    optimiser.options(
      suitableRate: DiscriminativeStart.suitableRate(units: codeLength),
      rateFactors: PartValues(start.rateFactors),
      bounds: PartValues(start.bounds))
  }

  private var canonicalOptions: [(name: String, value: String)] {
    [
      ("code", "\(codeLength)"), ("iterations", "\(iterations)"),
    ] + criteria.canonicalOptions + [("unsupervised-epochs", "\(unsupervisedEpochs)")]
      + preprocessing.canonicalOptions(otherwise: Self.preprocessing) + epochs.canonicalOptions
      + optimiserOptions.canonical
  }
}
