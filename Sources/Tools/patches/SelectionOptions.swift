import ArgumentParser
import CommandLineSupport
import Imaging

/// Which images and windows are taken.
struct SelectionOptions: ParsableArguments, NamesFiles {
  @Option(
    help: ArgumentHelp("How many windows to draw at random, over all images.", valueName: "n"))
  var sample: Int?

  @Option(
    name: .customLong("range"),
    help: ArgumentHelp("Take images A to B, B not included, counted from 0.", valueName: "a:b"))
  var rangeText: String?

  @Option(
    help: ArgumentHelp(
      "Labels of the images, IDX or NPY or text, one an image.", valueName: "file"),
    completion: .file())
  var labels: String?

  @Option(
    name: .customLong("labels-out"),
    help: ArgumentHelp(
      "Write the labels of what is taken: one an image, one a window with --sample.",
      valueName: "file"),
    completion: .file())
  var labelsOut: String?

  @Option(
    name: [.customShort("s"), .customLong("seed")],
    help: "Seed of --sample, --noise, --jitter, --flip and --elastic (default: 0).")
  var seedValue: UInt64?

  @Flag(help: "Note the base name of each image in the stream.") var names = false

  var namedFiles: [NamedFile] {
    .input("--labels", labels) + .output("--labels-out", labelsOut)
  }

  var seed: UInt64 { seedValue ?? 0 }
  var isUsed: Bool {
    sample != nil || rangeText != nil || labels != nil || labelsOut != nil || seedValue != nil
      || names
  }

  func validate(isFull: Bool, isRandom: Bool) throws {
    if let sample, sample < 0 {
      throw ValidationError("--sample must be at least 0, got \(sample)")
    }
    if sample != nil, isFull {
      throw ValidationError("--sample has no effect with --size full; use --range")
    }
    if sample != nil, names {
      throw ValidationError("--names has no effect with --sample, whose windows are of many images")
    }
    if sample == nil, !isRandom, seedValue != nil {
      throw ValidationError(
        "--seed has no effect without --sample, --noise, --jitter, --flip or --elastic")
    }
    if rangeText != nil, range == nil {
      throw ValidationError("--range must be A:B with A below B, got \(rangeText ?? "")")
    }
    if (labels == nil) != (labelsOut == nil) {
      throw ValidationError("--labels and --labels-out go together")
    }
  }

  var range: Range<Int>? {
    guard let rangeText else { return nil }
    let ends = rangeText.split(separator: ":", omittingEmptySubsequences: false).compactMap {
      Int($0)
    }
    guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1] else { return nil }
    return ends[0]..<ends[1]
  }

  func openLabels() throws -> LabelSelection? {
    guard let labels, let labelsOut else { return nil }
    return try LabelSelection(reading: labels, writing: labelsOut)
  }
}
