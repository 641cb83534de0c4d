import ArgumentParser
import CommandLineSupport
import Inference

/// What is written of codes with noise.
struct NoiseOptions: ParsableArguments {
  @Flag(help: "Of codes with noise write the variances σ² instead of the means.")
  var variance = false

  @Flag(help: "Of codes with noise write means with the noise, drawn with --seed.")
  var sample = false

  @Option(
    name: [.customShort("s"), .customLong("seed")],
    help: ArgumentHelp("Seed of --sample (default: 0).", valueName: "n"))
  var seedValue: UInt64?

  var content: CodeNoiseContent? {
    if variance { return .variances }
    return sample ? .samples(seed: seedValue ?? 0) : nil
  }

  /// Refuses options that do not go together.
  func check(beside options: InferenceOptions, isMasked: Bool) throws {
    if seedValue != nil, !sample {
      throw ValidationError("--seed has no effect without --sample")
    }
    if variance, sample { throw ValidationError("--variance and --sample exclude each other") }
    let others = [
      ("trace", options.trace), ("stats", options.stats), ("mask", isMasked),
      ("round", options.round != nil),
    ]
    for (name, isGiven) in [("variance", variance), ("sample", sample)] where isGiven {
      for (other, isGiven) in others where isGiven {
        throw ValidationError("--\(name) and --\(other) exclude each other")
      }
    }
  }
}
