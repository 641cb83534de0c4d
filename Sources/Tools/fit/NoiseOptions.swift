import ArgumentParser
import CommandLineSupport
import SparseCoding
import Training
import TrainingSupport

/// Noise on codes, and how much their divergence counts.
struct NoiseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Give codes noise, whose variances are learned: v, the weight of their divergence from standard normal \
      ones, of records of norm 1.
      """, valueName: "v"))
  var noise: Float?

  @Option(
    help: ArgumentHelp("Epochs within which v rises from 0 (default: 0).", valueName: "n"))
  var anneal: Int?

  func validate() throws {
    if let noise { try require("--noise", noise, in: NoisyStart.divergences) }
    guard let anneal else { return }
    try require("--anneal", anneal, in: EpochLoop.Options.counts)
    try require(noise != nil, "--anneal has no effect without --noise")
  }

  /// Refuses a penalty that would not count.
  func check<Command>(beside options: StructureOptions<Command>) throws {
    try require(
      noise == nil || options.penaltyKind == .l1 || options.chosenLambda != nil,
      "--penalty has no effect with --noise without --lambda, which is 0 then")
  }

  /// What of it is learned.
  var parameters: Set<Parameter.Name> {
    noise == nil ? [] : [.varianceWeight, .varianceThreshold]
  }

  /// A structure whose penalty, where nobody says how much it counts, leaves it to the noise to keep codes short.
  /// - Parameter f: of the encoder, where nobody says it, and codes may go below 0.
  func structure<Command>(
    _ options: StructureOptions<Command>, nonlinearity f: EncoderFunction.Name?
  ) -> StructureOptions<Command> {
    guard noise != nil else { return options }
    var options = options
    options.chosenLambda = options.chosenLambda ?? .absolute(0)
    if options.nonnegative?.code != true {
      options.chosenNonlinearity = options.chosenNonlinearity ?? f
    }
    return options
  }

  /// For a model's card.
  var canonical: [(name: String, value: String)] {
    (noise.map { [("noise", "\($0)")] } ?? []) + (anneal.map { [("anneal", "\($0)")] } ?? [])
  }
}
