import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import TensorStream

/// What the windows look like.
struct WindowOptions: ParsableArguments, NamesFiles {
  @Option(
    name: .customLong("size"),
    help: ArgumentHelp(
      "Size of the windows, or full for whole images (default: 12, or the model's).",
      valueName: "n|hxw|full"))
  var sizeText: String?

  @Option(help: "Pixels from one window to the next (default: 1).") var stride: Int?
  @Option(help: "Zeros around the image (default: 0).") var padding: Int?
  @Flag(help: "Three channels instead of grey.") var color = false

  @Option(
    help: ArgumentHelp(
      "Local contrast normalisation of the image; the side of its Gaussian window in pixels, odd.",
      valueName: "window"))
  var contrast: Int?

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp("Cut windows of the size that this model takes.", valueName: "w.bin"),
    completion: .file())
  var modelPath: String?

  func validate() throws {
    if let stride, stride < 1 {
      throw ValidationError("--stride must be at least 1, got \(stride)")
    }
    if let padding, padding < 0 {
      throw ValidationError("--padding must be at least 0, got \(padding)")
    }
    if let contrast, !(3...4095).contains(contrast) || contrast.isMultiple(of: 2) {
      throw ValidationError("--contrast must be odd and from 3 to 4095, got \(contrast)")
    }
    let size = try chosenSize()
    if isFull, stride != nil { throw ValidationError("--stride has no effect with --size full") }
    if isFull, padding != nil { throw ValidationError("--padding has no effect with --size full") }
    if size != nil, modelPath != nil {
      throw ValidationError("--size and --model both say how large windows are; give one")
    }
  }

  var namedFiles: [NamedFile] { .input("--model", modelPath) }

  var isFull: Bool { sizeText == "full" }

  func cutter(range: Range<Int>?) throws -> PatchCutter {
    PatchCutter(
      size: try chosenSize() ?? modelSize(), stride: stride ?? 1, padding: padding ?? 0,
      contrastWindow: contrast, range: range)
  }

  /// Of -r no size is known: its stream says it.
  func checkPadding() throws {
    let size = try chosenSize() ?? (modelPath == nil ? Self.defaultSize : nil)
    guard case .window(let height, let width) = size, let padding else { return }
    guard padding < min(height, width) else {
      throw ValidationError(
        "--padding must be less than the window of \(height)x\(width), got \(padding)")
    }
  }

  private static let defaultSize = PatchCutter.Size.window(height: 12, width: 12)

  private func chosenSize() throws -> PatchCutter.Size? {
    guard let sizeText else { return nil }
    if sizeText == "full" { return .full }
    let sides = sizeText.split(separator: "x", omittingEmptySubsequences: false).map {
      Int($0) ?? 0
    }
    guard (1...2).contains(sides.count), sides.allSatisfy({ (1...65_535).contains($0) })
    else {
      throw ValidationError("--size must be a number such as 12, or 12x8, or full, got \(sizeText)")
    }
    return .window(height: sides[0], width: sides[sides.count - 1])
  }

  private func modelSize() throws -> PatchCutter.Size {
    guard let path = modelPath else { return Self.defaultSize }
    let shape = try Model(path: path).recordShape
    guard shape.count == 3 else {
      throw FileProblem(file: inputName(path), problem: NoWindow(shape: shape))
    }
    return .window(height: shape[0], width: shape[1])
  }

  struct NoWindow: Problem {
    let shape: [Int]
    var description: String {
      "takes records of \(shapeText(shape)), expected windows [h,w,C]; name --size"
    }
  }
}

/// Which images and windows are taken.
struct SelectionOptions: ParsableArguments, NamesFiles {
  @Option(help: ArgumentHelp("How many windows to draw at random, over all images.", valueName: "n"))
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
    help: "Seed of --sample (default: 0).")
  var seedValue: UInt64?

  var namedFiles: [NamedFile] {
    .input("--labels", labels) + .output("--labels-out", labelsOut)
  }

  var seed: UInt64 { seedValue ?? 0 }
  var isUsed: Bool {
    sample != nil || rangeText != nil || labels != nil || labelsOut != nil || seedValue != nil
  }

  func validate(isFull: Bool) throws {
    if let sample, sample < 0 {
      throw ValidationError("--sample must be at least 0, got \(sample)")
    }
    if sample != nil, isFull {
      throw ValidationError("--sample has no effect with --size full; use --range")
    }
    if sample == nil, seedValue != nil {
      throw ValidationError("--seed has no effect without --sample")
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
