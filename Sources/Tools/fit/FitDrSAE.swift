import ArgumentParser
import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitDrSAE: NoisyCommand {
  static let kind = Model.Kind.drsae
  static let defaultEpochs = DiscriminativeStart.epochs
  static let defaultBatchSize = DiscriminativeStart.batchSize
  static let standardSteps = [Preprocessing.Step.normalize]
  static let noisyNonlinearity: EncoderFunction.Name? = nil
  static var optimiser: Optimiser.Options { DiscriminativeStart.optimiser }
  static let structure = Structure(
    codeLength: 400, EncoderShape(.relu, hasGain: false, iterations: 10),
    lambda: .absolute(DiscriminativeStart.lambda),
    imageLambda: .ofNorm(DiscriminativeStart.imageLambda),
    alwaysNamed: [.code, .iterations, .lambda],
    refused: [.dc],
    because: "the classifier reads the code divided by its norm, most of which it would be",
    servesImages: true)

  static let configuration = CommandConfiguration(
    commandName: "drsae",
    abstract: "Encoder, decoder and classifier together, on labelled records.",
    discussion: """
      The discriminative recurrent sparse auto-encoder: minimises ½‖x − Dz‖² + λR(z), and then \
      r·½‖x − Dz‖² + λR(z) − w·log softmax(C z/‖z‖), over D, C and a recurrent encoder, \
      z = max(0, E x − b), then T times z = max(0, E x + S z − b). Records are divided by their \
      norm unless --center, --normalize or --whitening says what is done to them.
      """)

  @OptionGroup var presets: PresetOption<FitDrSAE>
  @OptionGroup var criteria: CriterionOptions
  @OptionGroup var chosenStructure: StructureOptions<FitDrSAE>
  @OptionGroup var noise: NoiseOptions
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var optimiser: OptimiserOptions<FitDrSAE>
  @OptionGroup var epochs: EpochOptions<FitDrSAE>

  var labelsPath: String? { criteria.labels }
  var warmUpEpochs: Int { criteria.unsupervisedEpochs(before: epochs.count) }

  func weights(lambda: Float) -> AutoencoderWeights { criteria.weights(lambda: lambda) }

  func atoms(around records: Matrix) -> Matrix { start.atoms(around: records) }

  func start(
    _ atoms: Matrix, _ choice: StructureChoice, classCount: Int?
  ) -> (encoder: Encoder, classes: Matrix?) {
    start(
      atoms, step: optimiserOptions.bounds[.encoderWeight] ?? 1, classCount: classCount ?? 0,
      choice.geometry, penalty: choice.penalty)
  }

  func learn(_ training: inout AutoencoderTraining<FitDrSAE>) throws -> LearnedParts {
    let start = training.start
    var weights = weights(lambda: start.lambda)
    // Images are not divided by their norm, but count as much as if they were.
    let isDense = start.geometry == .dense
    if !isDense { weights = weights.dividingByNorm(start.meanSquareNorm) }
    let phases = [weights.unsupervised, weights]
    if noise.noise != nil {
      return try noise.learn(
        &training, phases, ofRecords: isDense ? Float(start.meanSquareNorm) : 1)
    }
    return try training(
      phases.map {
        ComposedObjective.autoencoder(
          startingAt: start.encoder, atoms: start.atoms, start.geometry, classes: start.classes,
          weights: $0, penalty: start.pooled.penalty, ofRows: start.pooled.rows,
          nonnegativeDictionary: structure.hasNonnegativeAtoms)
      })
  }

  func optimiserOptions(for encoder: Encoder) -> Optimiser.Options { optimiserOptions }

  func remarks(
    _ run: TrainingRun, on encoder: Encoder, _ choice: StructureChoice, options: Optimiser.Options
  ) throws -> [String: String] {
    [
      "density": try run.density(
        of: encoder, choice.geometry, choice.preparation.preprocessing)
    ]
  }

  var canonicalOptions: [(name: String, value: String)] {
    criteria.canonicalOptions(among: structure, epochs: epochs.count)
      + structure.canonical(
        .geometry, .kernel, .stride, .padding, .period, .poolWindow, .poolStride)
      + noise.canonical + preprocessing.canonicalOptions(otherwise: standardSteps)
      + epochs.canonicalOptions(ofImages: structure.isOfImages) + optimiserOptions.canonical
  }
}
