import ArgumentParser
import Training
import TrainingSupport

/// How much reconstruction, sparsity and classification count.
struct CriterionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("r, the weight of the reconstruction.", valueName: "r"))
  var reconstruction: Float = 1

  @Option(help: ArgumentHelp("λ, the weight of the code's size.", valueName: "l"))
  var lambda: Float = 0.018

  @OptionGroup var pools: PoolOptions

  @Option(help: ArgumentHelp("w, the weight of the classification.", valueName: "w"))
  var classification: Float = 0.1

  func validate() throws {
    for (name, value) in [("--reconstruction", reconstruction), ("--lambda", lambda)] {
      try require(value >= 0 && value.isFinite, "\(name) must be at least 0, got \(value)")
    }
    try require(
      classification > 0 && classification.isFinite,
      "--classification must be above 0, got \(classification)")
  }

  var weights: AutoencoderWeights {
    var weights = unsupervised
    weights.classification = classification
    return weights
  }

  /// Without the classification.
  var unsupervised: AutoencoderWeights {
    var weights = AutoencoderWeights(lambda: lambda)
    weights.reconstruction = reconstruction
    return weights
  }

  var canonicalOptions: [(name: String, value: String)] {
    [
      ("reconstruction", "\(reconstruction)"), ("lambda", "\(lambda)"),
      ("classification", "\(classification)"),
    ] + pools.canonicalUnlessL1
  }
}
