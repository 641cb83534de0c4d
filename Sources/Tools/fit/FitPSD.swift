import ArgumentParser
import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitPSD: AutoencoderCommand {
  static let kind = Model.Kind.psd
  static let defaultEpochs = 10
  static let defaultBatchSize = 128
  static var optimiser: Optimiser.Options { .decaying }
  static let structure = Structure(
    EncoderShape(.tanh),
    alwaysNamed: [.code, .nonlinearity, .sharpness, .iterations, .lambda, .dc],
    servesImages: true)

  static let configuration = CommandConfiguration(
    commandName: "psd",
    abstract: "Encoder and decoder together, with a latent code between them.",
    discussion: """
      Predictive sparse decomposition: for each record the code z that minimises \
      ½‖x − Dz‖² + λR(z) + α/2 ‖z − F(x)‖², then a step on D and on the encoder \
      F(x) = g·f(We x), with columns of D of norm 1; R is ‖z‖₁, or the sum of the L2 norms of pools.
      """)

  @OptionGroup var presets: PresetOption<FitPSD>
  @OptionGroup var structure: StructureOptions<FitPSD>

  @Option(
    help: ArgumentHelp("α, how strongly the code is drawn to the encoder's.", valueName: "a"))
  var attraction = PredictiveDecomposition.attraction

  @Option(help: ArgumentHelp("Relative duality gap of the latent codes.", valueName: "g"))
  var gap = PredictiveDecomposition.gap

  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var optimiser: OptimiserOptions<FitPSD>
  @OptionGroup var epochs: EpochOptions<FitPSD>

  func validate() throws {
    try checkCommon()
    try require("--attraction", attraction, in: PredictiveDecomposition.attractions)
    try require("--gap", gap, in: SparseSolver.StoppingRule.relativeGapsOfTraining)
  }

  func learn(_ training: inout AutoencoderTraining<FitPSD>) throws -> LearnedParts {
    let start = training.start
    return try training([
      PredictiveDecomposition(
        startingAt: start.encoder, atoms: start.atoms, start.geometry, lambda: start.lambda,
        penalty: start.penalty, whole: start.pooled.whole, attraction: attraction, gap: gap,
        nonnegativeDictionary: structure.hasNonnegativeAtoms)
    ])
  }

  func optimiserOptions(for encoder: Encoder) -> Optimiser.Options {
    optimiser.options(suitableRate: PredictiveDecomposition.suitableRate)
  }

  var canonicalOptions: [(name: String, value: String)] {
    structure.canonical(.code, .nonlinearity, .sharpness, .iterations, .gain, .nonnegative, .lambda)
      + [("attraction", "\(attraction)"), ("gap", "\(gap)")]
      + structure.canonical(
        .dc, .penalty, .inhibition, .pools, .geometry, .kernel, .stride, .padding, .period,
        .poolWindow,
        .poolStride, .atoms)
      + preprocessing.canonicalOptions()
      + epochs.canonicalOptions(ofImages: structure.isOfImages)
      + optimiser.canonical(suitableRate: PredictiveDecomposition.suitableRate)
  }
}
