import ArgumentParser
import CommandLineSupport
import LinearAlgebra
import SparseCoding
import Training
import TrainingSupport

struct FitLateral: DictionaryCommand {
  static let structure = Structure(
    EncoderShape(.shrink, hasGain: false, iterations: 10), lambda: .ofNorm(0.05), penalty: .lateral,
    hasNonnegativeCode: true, projectsMeans: true,
    alwaysNamed: [.code, .lambda, .iterations, .nonnegative, .dc, .penalty, .inhibition],
    refused: [.nonlinearity, .sharpness, .gain], because: "the encoder is that of ISTA",
    servesImages: true)

  static let configuration = CommandConfiguration(
    commandName: "lateral",
    abstract: "Sparse coding by units that inhibit each other.",
    discussion: """
      Minimises ½‖x − Dz‖² + λ(‖z‖₁ + ½|z|ᵀS|z|) over dictionaries with atoms of norm at most 1 and over codes, \
      which do not go below 0 unless --nonnegative says none; S is given, or learned beside them.
      """)

  @OptionGroup var structure: StructureOptions<FitLateral>

  @Flag(
    name: .customLong("learn"),
    help: """
      Learn S: units that are in use together come to inhibit each other; rows of S keep their sum. It begins with \
      --inhibition, or with the same for all pairs.
      """)
  var learnsInhibition = false

  @Option(
    help: ArgumentHelp(
      "β, the most that a learned S may be, for records of norm 1 (default: \(Self.standardBound)).",
      valueName: "b"))
  var bound: Double?

  @Option(
    help: ArgumentHelp(
      "α, what rows of a learned S sum to, for records of norm 1 (default: a sixth of what --bound allows).",
      valueName: "a"))
  var sum: Double?

  @Option(
    help: ArgumentHelp(
      "How far a batch moves a learned S, of its mean (default: \(Self.standardRate)).",
      valueName: "r"))
  var ascent: Double?

  @OptionGroup var dictionary: DictionaryOptions
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var epochs: EpochOptions<FitLateral>

  private static let standardBound = 6.0
  private static let standardRate = 0.1
  /// Of what β allows.
  private static let standardShare = 1.0 / 6

  func validate() throws {
    try checkCommon()
    try require(
      structure.penaltyKind == .lateral,
      "--penalty \(structure.penaltyKind.rawValue) is that of fit dictionary")
    try require(
      learnsInhibition || structure.inhibition.isGiven,
      "expected which units inhibit each other: --inhibition, or --learn")
    for (name, isGiven) in [
      ("--bound", bound != nil), ("--sum", sum != nil), ("--ascent", ascent != nil),
    ] where isGiven {
      try require(learnsInhibition, "\(name) has no effect without --learn")
    }
    guard learnsInhibition else { return }
    try require(!structure.isOfImages, "--learn needs dense units")
    try require(
      structure.codeLength > 1,
      "--learn needs --code of at least 2, got \(structure.codeLength): no unit inhibits itself")
    try require("--bound", options.bound, in: .above(0))
    try require("--ascent", options.rate, in: InhibitionLearning.Options.rates)
    try require(
      sums.contains(options.sum),
      "--sum must be from 0 to \(Float(sums.upperBound)), what --bound allows "
        + "\(structure.codeLength) units, got \(options.sum)")
  }

  /// What --bound allows.
  private var sums: ClosedRange<Double> {
    InhibitionLearning.Options.sums(
      bound: bound ?? Self.standardBound, unitCount: structure.codeLength)
  }

  /// Of records of norm 1.
  private var options: InhibitionLearning.Options {
    InhibitionLearning.Options(
      bound: bound ?? Self.standardBound, sum: sum ?? Self.standardShare * sums.upperBound,
      rate: ascent ?? Self.standardRate)
  }

  func inhibitionLearning(_ choice: StructureChoice) -> InhibitionLearning.Options? {
    guard learnsInhibition else { return nil }
    let norm = max(choice.norm, Double(Float.leastNormalMagnitude))
    let bound = options.bound / norm
    // α that is all that β allows stays so, rounded as it is.
    let sums = InhibitionLearning.Options.sums(bound: bound, unitCount: structure.codeLength)
    return InhibitionLearning.Options(
      bound: bound, sum: min(options.sum / norm, sums.upperBound), rate: options.rate)
  }

  var ownOptions: [(name: String, value: String)] {
    guard learnsInhibition else { return [] }
    return [
      ("learn", "1"), ("bound", "\(options.bound)"), ("sum", "\(options.sum)"),
      ("ascent", "\(options.rate)"),
    ]
  }
}
