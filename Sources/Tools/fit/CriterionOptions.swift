import ArgumentParser
import Training
import TrainingSupport

/// The labels, and how much reconstruction and classification count.
struct CriterionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Labels of the records, IDX or NPY or text; −1 where there is none.", valueName: "file"),
    completion: .file())
  var labels: String

  @Option(help: ArgumentHelp("r, the weight of the reconstruction.", valueName: "r"))
  var reconstruction: Float = 1

  @Option(help: ArgumentHelp("w, the weight of the classification.", valueName: "w"))
  var classification: Float = 0.1

  @Option(help: "Epochs without the classification, before the others.")
  var unsupervisedEpochs = 5

  func validate() throws {
    try require(
      reconstruction >= 0 && reconstruction.isFinite,
      "--reconstruction must be at least 0, got \(reconstruction)")
    try require(
      classification > 0 && classification.isFinite,
      "--classification must be above 0, got \(classification)")
    try require(
      (0...1_000_000).contains(unsupervisedEpochs),
      "--unsupervised-epochs must be from 0 to 1000000, got \(unsupervisedEpochs)")
    try require(
      unsupervisedEpochs == 0 || reconstruction > 0,
      "without reconstruction nothing is learned in --unsupervised-epochs, expected 0 of them")
  }

  func weights(lambda: Float) -> AutoencoderWeights {
    AutoencoderWeights(
      reconstruction: reconstruction, lambda: lambda, classification: classification)
  }

  /// With those of the structure, in the order that models of every version have.
  func canonicalOptions<Command>(
    among structure: StructureOptions<Command>
  ) -> [(name: String, value: String)] {
    structure.canonical(.code, .iterations, .nonlinearity, .sharpness, .gain, .nonnegative)
      + [("reconstruction", "\(reconstruction)")] + structure.canonical(.lambda)
      + [("classification", "\(classification)")] + structure.canonical(.penalty, .pools)
      + [("unsupervised-epochs", "\(unsupervisedEpochs)")]
  }
}
