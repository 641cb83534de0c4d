import ArgumentParser
import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitAutoencoder: NoisyCommand {
  static let kind = Model.Kind.autoencoder
  static let defaultEpochs = 10
  static let defaultBatchSize = 128
  static let noisyNonlinearity: EncoderFunction.Name? = .linear
  static var optimiser: Optimiser.Options { .decaying }
  static let structure = Structure(
    EncoderShape(.relu),
    alwaysNamed: [
      .code, .nonlinearity, .sharpness, .iterations, .lambda, .penalty, .pools, .dc,
    ], servesImages: true)

  static let configuration = CommandConfiguration(
    commandName: "autoencoder",
    abstract: "A feed-forward encoder and a linear decoder with a penalty on the code.",
    discussion: """
      Minimises ½‖x − Dz‖² + λR(z) with z = g·f(We x) over encoder and decoder, columns of D of norm \
      at most 1; R is the sum of sizes (l1) or of the L2 norms of pools (group).
      """)

  @OptionGroup var presets: PresetOption<FitAutoencoder>
  @OptionGroup var chosenStructure: StructureOptions<FitAutoencoder>
  @OptionGroup var noise: NoiseOptions
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var optimiser: OptimiserOptions<FitAutoencoder>
  @OptionGroup var epochs: EpochOptions<FitAutoencoder>

  func learn(_ training: inout AutoencoderTraining<FitAutoencoder>) throws -> LearnedParts {
    let start = training.start
    let weights = weights(lambda: start.lambda)
    if noise.noise != nil {
      // Gradients of records of any size are those of records of norm 1, or squares of them might be lost.
      return try noise.learn(
        &training, [weights.dividingByNorm(start.meanSquareNorm)], ofRecords: 1,
        unit: start.meanSquareNorm)
    }
    return try training([
      ComposedObjective.autoencoder(
        startingAt: start.encoder, atoms: start.atoms, start.geometry, weights: weights,
        penalty: start.pooled.penalty, ofRows: start.pooled.rows,
        nonnegativeDictionary: structure.hasNonnegativeAtoms)
    ])
  }

  func optimiserOptions(for encoder: Encoder) -> Optimiser.Options {
    optimiser.options(
      suitableRate: noise.noise == nil
        ? EncoderStart.autoencoderRate(for: encoder) : NoisyStart.rate(for: encoder))
  }

  func remarks(
    _ run: TrainingRun, on encoder: Encoder, _ choice: StructureChoice, options: Optimiser.Options
  ) -> [String: String] { ["rate": "\(options.rate)"] }

  var canonicalOptions: [(name: String, value: String)] {
    structure.canonical(
      .code, .nonlinearity, .sharpness, .iterations, .gain, .nonnegative, .lambda, .penalty,
      .inhibition, .pools, .dc, .atoms, .geometry, .kernel, .stride, .padding, .period, .poolWindow,
      .poolStride)
      + noise.canonical + preprocessing.canonicalOptions()
      + epochs.canonicalOptions(ofImages: structure.isOfImages)
      + optimiser.canonical(suitableRate: nil)
  }
}
