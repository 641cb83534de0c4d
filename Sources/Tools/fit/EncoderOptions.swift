import ArgumentParser
import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

/// The encoder of a model that is learned as a whole.
struct EncoderOptions: ParsableArguments {
  @Option(name: .customLong("code"), help: ArgumentHelp("K, code units.", valueName: "k"))
  var codeLength = 256

  @Option(
    help: ArgumentHelp(
      "f of the encoder: relu, shrink, smooth-shrink or tanh (default: psd tanh, autoencoder relu).",
      valueName: "f"))
  var nonlinearity: Nonlinearity?

  @Option(
    help: ArgumentHelp(
      "β of smooth-shrink: larger is nearer to shrink (default: 10).", valueName: "b"))
  var sharpness: Float?

  @Option(help: ArgumentHelp("T, passes of the encoder through S.", valueName: "t"))
  var iterations = 0

  func validate() throws {
    try requireCode(codeLength, iterations: iterations)
    if let sharpness {
      try require(
        sharpness > 0 && sharpness.isFinite, "--sharpness must be above 0, got \(sharpness)")
      try require(
        nonlinearity == .smoothShrink, "--sharpness has no effect without smooth-shrink")
    }
  }

  /// What of the encoder is learned.
  var parts: Set<Parameter.Name> {
    iterations > 0
      ? [.encoderWeight, .encoderRecurrent, .encoderThreshold, .encoderGain]
      : [.encoderWeight, .encoderThreshold, .encoderGain]
  }

  /// The encoder that begins at `atoms`, Dᵀ, [K, D].
  func start(_ atoms: Matrix, lambda: Float, nonlinearity: Nonlinearity) -> Encoder {
    EncoderStart.matching(
      atoms, lambda: lambda, nonlinearity: nonlinearity,
      sharpness: sharpness ?? Activation.defaultSharpness, iterations: iterations)
  }

  func canonicalOptions(_ nonlinearity: Nonlinearity) -> [(name: String, value: String)] {
    [
      ("code", "\(codeLength)"), ("nonlinearity", nonlinearity.rawValue),
      (
        "sharpness",
        nonlinearity == .smoothShrink ? "\(sharpness ?? Activation.defaultSharpness)" : "none"
      ), ("iterations", "\(iterations)"),
    ]
  }
}

extension Nonlinearity: ExpressibleByArgument {}

/// Refuses codes that no model can have.
func requireCode(_ length: Int, limit: Int = Model.unitLimit) throws {
  try require((1...limit).contains(length), "--code must be from 1 to \(limit), got \(length)")
}

/// Refuses codes and passes that no model can have.
func requireCode(_ length: Int, iterations: Int) throws {
  try requireCode(length)
  try require(
    (0...10_000).contains(iterations), "--iterations must be from 0 to 10000, got \(iterations)")
}

/// Refuses options.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw ValidationError(message()) }
}
