import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitPSD: GradientCommand {
  static let defaultEpochs = 10
  static let defaultBatchSize = 128
  /// Of Adam.
  static let rate: Float = 0.001

  static var optimiser: Optimiser.Options { .decaying }

  static let configuration = CommandConfiguration(
    commandName: "psd",
    abstract: "Encoder and decoder together, with a latent code between them.",
    discussion: """
      Predictive sparse decomposition: for each record the code z that minimises \
      ½‖x − Dz‖² + λR(z) + α/2 ‖z − F(x)‖², then a step on D and on the encoder \
      F(x) = g·f(We x), with columns of D of norm 1; R is ‖z‖₁, or the sum of the L2 norms of pools.
      """)

  @OptionGroup var encoder: EncoderOptions

  @OptionGroup var weight: PenaltyOptions

  @Option(
    help: ArgumentHelp("α, how strongly the code is drawn to the encoder's.", valueName: "a"))
  var attraction: Float = 1

  @Option(help: ArgumentHelp("Relative duality gap of the latent codes.", valueName: "g"))
  var gap = 1e-3

  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var optimiser: OptimiserOptions<FitPSD>
  @OptionGroup var epochs: EpochOptions<FitPSD>

  func validate() throws {
    try requireCode(encoder.codeLength, limit: weight.unitLimit)
    try preprocessing.check(weight)
    try weight.pools.check(units: encoder.codeLength)
    try require(
      attraction > 0 && attraction <= 1e6,
      "--attraction must be above 0 and at most 1e6, got \(attraction)")
    try require(gap > 0 && gap < 1, "--gap must be between 0 and 1, got \(gap)")
    try optimiser.check(learning: encoder.parts.union([.decoderWeight]))
  }

  var namedFiles: [NamedFile] { preprocessing.namedFiles + epochs.namedFiles }

  func run() throws {
    let whitening = try preprocessing.load()
    let run = try epochs.prepare(
      options: canonicalOptions, models: whitening.map { ["whitening": $0.digest] } ?? [:])
    let choice = try run.settle(
      weight, units: encoder.codeLength, isNonnegative: nonlinearity == .relu,
      try preprocessing.preprocessing(whitening, for: run.data))
    let (lambda, preparation) = (choice.lambda, choice.preparation)
    let atoms = try run.initialAtoms(
      encoder.codeLength, seed: epochs.training.seed, preparation)
    let pools = try weight.pools.layout(units: encoder.codeLength)
    let penalty = try weight.pools.penalty(units: encoder.codeLength)
    let objective = PredictiveDecomposition(
      startingAt: try run.startingEncoder(
        encoder.start(atoms, lambda: lambda, nonlinearity: nonlinearity)), atoms: atoms,
      lambda: lambda, penalty: penalty, attraction: attraction,
      isNonnegative: nonlinearity == .relu, gap: gap)
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: run.stepCount)], data: run.data,
      prepare: { preparation($0) },
      validation: run.partition.validation, options: optimiser.options(suitableRate: Self.rate),
      team: run.threads)
    let figures = try run.train(&learner, choice)
    let model = Model(
      .psd, objective.parts(learner.values), recordShape: run.data.recordShape,
      preparation: preparation, lambda: lambda, penalty: penalty, pools: pools,
      card: run.card(figures: figures))
    try model.write(to: run.output)
  }

  private var nonlinearity: Nonlinearity { encoder.nonlinearity ?? .tanh }

  private var canonicalOptions: [(name: String, value: String)] {
    encoder.canonicalOptions(nonlinearity) + [
      weight.canonicalLambda, ("attraction", "\(attraction)"), ("gap", "\(gap)"),
      weight.canonicalDC,
    ] + weight.pools.canonicalUnlessL1 + preprocessing.canonicalOptions() + epochs.canonicalOptions
      + optimiser.options(suitableRate: Self.rate).canonical
  }
}
