import ArgumentParser
import CommandLineSupport
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
  var classification = DiscriminativeStart.classification

  @Option(
    name: .customLong("unsupervised-epochs"),
    help: "Epochs without the classification, before the others (default: 5; 0 with --epochs 0).")
  var chosenUnsupervisedEpochs: Int?

  func validate() throws {
    try require("--reconstruction", reconstruction, in: AutoencoderWeights.reconstructions)
    try require("--classification", classification, in: AutoencoderWeights.classifications)
    let unsupervisedEpochs = unsupervisedEpochs(before: 1)
    try require("--unsupervised-epochs", unsupervisedEpochs, in: EpochLoop.Options.counts)
    try require(
      unsupervisedEpochs == 0 || reconstruction > 0,
      "without reconstruction nothing is learned in --unsupervised-epochs, expected 0 of them")
  }

  /// Where nobody says how many, none before no others: nothing is learned then.
  func unsupervisedEpochs(before epochs: Int) -> Int {
    chosenUnsupervisedEpochs ?? (epochs == 0 ? 0 : DiscriminativeStart.unsupervisedEpochs)
  }

  func weights(lambda: Float) -> AutoencoderWeights {
    AutoencoderWeights(
      reconstruction: reconstruction, lambda: lambda, classification: classification)
  }

  /// With those of the structure, in the order that models of every version have.
  func canonicalOptions<Command>(
    among structure: StructureOptions<Command>, epochs: Int
  ) -> [(name: String, value: String)] {
    structure.canonical(.code, .iterations, .nonlinearity, .sharpness, .gain, .nonnegative)
      + [("reconstruction", "\(reconstruction)")] + structure.canonical(.lambda)
      + [("classification", "\(classification)")]
      + structure.canonical(.penalty, .inhibition, .pools, .atoms)
      + [("unsupervised-epochs", "\(unsupervisedEpochs(before: epochs))")]
  }
}
