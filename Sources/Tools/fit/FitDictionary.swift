import ArgumentParser
import CommandLineSupport
import SparseCoding
import Training
import TrainingSupport

struct FitDictionary: DictionaryCommand {
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
      (half the squared error: λ is half of that of sources without the ½); R is ‖z‖₁, the sum of \
      the L2 norms of pools, or ‖z‖₁ + ½|z|ᵀS|z|. The model holds the dictionary and a T-step ISTA encoder.
      """)

  @OptionGroup var presets: PresetOption<FitDictionary>
  @OptionGroup var structure: StructureOptions<FitDictionary>

  @Option(
    name: .customLong("variational"),
    help: ArgumentHelp(
      """
      β: codes are Gaussians, whose entropy counts 1/β, for records of norm 1; the larger it is, the nearer they are to \
      single numbers.
      """, valueName: "b"))
  var beta: Double?

  @OptionGroup var dictionary: DictionaryOptions
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var epochs: EpochOptions<FitDictionary>

  func validate() throws {
    try checkCommon()
    guard let beta else { return }
    try require("--variational", beta, in: DictionaryLearning.Options.betas)
    try require(
      structure.penaltyKind == .l1,
      "--variational needs --penalty l1, got \(structure.penaltyKind.rawValue)")
    try require(
      !structure.isNonnegative, "--variational and --nonnegative code exclude each other")
    try require(!structure.isOfImages, "--variational needs dense units")
    try require(
      !dictionary.omitsEncoder, "--no-encoder has no effect with --variational: there is none")
  }

  var ownOptions: [(name: String, value: String)] {
    beta.map { [("variational", "\($0)")] } ?? []
  }
}
