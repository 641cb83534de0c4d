import ArgumentParser
import ByteIO
import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitAutoencoder: GradientCommand {
  static let defaultEpochs = 10
  static let defaultBatchSize = 128
  static var optimiser: Optimiser.Options { .decaying }

  static let configuration = CommandConfiguration(
    commandName: "autoencoder",
    abstract: "A feed-forward encoder and a linear decoder with a penalty on the code.",
    discussion: """
      Minimises ½‖x − Dz‖² + λR(z) with z = g·f(We x) over encoder and decoder, columns of D of norm \
      at most 1; R is the sum of sizes (l1) or of the L2 norms of pools (group).
      """)

  @OptionGroup var encoder: EncoderOptions

  @OptionGroup var weight: PenaltyOptions

  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var optimiser: OptimiserOptions<FitAutoencoder>
  @OptionGroup var epochs: EpochOptions<FitAutoencoder>

  func validate() throws {
    try requireCode(encoder.codeLength, limit: weight.unitLimit)
    try preprocessing.check(weight)
    try weight.pools.check(units: encoder.codeLength)
    try optimiser.check(learning: encoder.parts.union([.decoderWeight]))
  }

  var namedFiles: [NamedFile] { preprocessing.namedFiles + epochs.namedFiles }

  func run() throws {
    let whitening = try preprocessing.load()
    let pools = try weight.pools.layout(units: encoder.codeLength)
    let penalty = try weight.pools.penalty(units: encoder.codeLength)
    let run = try epochs.prepare(
      options: canonicalOptions, models: whitening.map { ["whitening": $0.digest] } ?? [:])
    let choice = try run.settle(
      weight, units: encoder.codeLength, isNonnegative: nonlinearity == .relu,
      try preprocessing.preprocessing(whitening, for: run.data))
    let (lambda, preparation) = (choice.lambda, choice.preparation)
    let atoms = try run.initialAtoms(
      encoder.codeLength, seed: epochs.training.seed, preparation)
    let start = try run.startingEncoder(
      encoder.start(atoms, lambda: lambda, nonlinearity: nonlinearity))
    let rates = optimiser.options(suitableRate: EncoderStart.autoencoderRate(for: start))
    let objective = ComposedObjective.autoencoder(
      startingAt: start, atoms: atoms,
      weights: AutoencoderWeights(lambda: lambda), penalty: penalty)
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: run.stepCount)], data: run.data,
      prepare: { preparation($0) },
      validation: run.partition.validation, options: rates, team: run.threads)
    let figures = try run.train(&learner, choice)
    let model = Model(
      .autoencoder, objective.parts(learner.values), recordShape: run.data.recordShape,
      preparation: preparation, lambda: lambda, penalty: penalty, pools: pools,
      card: run.card(figures: figures).merging(["rate": "\(rates.rate)"]) { $1 })
    try model.write(to: run.output)
  }

  private var nonlinearity: Nonlinearity { encoder.nonlinearity ?? .relu }

  private var canonicalOptions: [(name: String, value: String)] {
    encoder.canonicalOptions(nonlinearity) + [
      weight.canonicalLambda
    ] + weight.pools.canonical + [weight.canonicalDC] + preprocessing.canonicalOptions()
      + epochs.canonicalOptions
      + optimiser.canonical(suitableRate: nil)
  }
}
