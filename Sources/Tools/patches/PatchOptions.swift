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
  @Flag(help: "A last window flush with the edge where the stride does not reach it.")
  var cover = false

  @Flag(help: "Three channels instead of grey (default: as the model takes).") var color = false

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp(
      "Cut windows of the size and the channels that this model takes.", valueName: "w.bin"),
    completion: .file())
  var modelPath: String?

  func validate() throws {
    if let stride, stride < 1 {
      throw ValidationError("--stride must be at least 1, got \(stride)")
    }
    if let padding, padding < 0 {
      throw ValidationError("--padding must be at least 0, got \(padding)")
    }
    let size = try chosenSize()
    if isFull, stride != nil { throw ValidationError("--stride has no effect with --size full") }
    if isFull, padding != nil { throw ValidationError("--padding has no effect with --size full") }
    if isFull, cover { throw ValidationError("--cover has no effect with --size full") }
    if size != nil, modelPath != nil {
      throw ValidationError("--size and --model both say how large windows are; give one")
    }
  }

  var namedFiles: [NamedFile] { .input("--model", modelPath) }

  var isFull: Bool { sizeText == "full" }

  /// What cuts the windows, and the channels that images are wanted in.
  func cutter(
    preparation: ImagePreparation, range: Range<Int>?, notesNames: Bool
  ) throws -> (cutter: PatchCutter, channels: PixelChannels) {
    let model = try modelShape()
    let modelSize = model.map { PatchCutter.Size.window(height: $0[0], width: $0[1]) }
    let cutter = PatchCutter(
      size: try chosenSize() ?? modelSize ?? Self.defaultSize, stride: stride ?? 1,
      padding: padding ?? 0, covers: cover, channels: model?[2], preparation: preparation,
      range: range, notesNames: notesNames)
    return (cutter, color || model?[2] == 3 ? .color : .grey)
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

  /// [h,w,C] of the windows that the model takes; nil without a model.
  private func modelShape() throws -> [Int]? {
    guard let path = modelPath else { return nil }
    let shape = try Network(path: path).layers[0].recordShape
    guard shape.count == 3 else {
      throw FileProblem(file: inputName(path), problem: NoWindow(shape: shape))
    }
    return shape
  }

  struct NoWindow: Problem {
    let shape: [Int]
    var description: String {
      "takes records of \(shapeText(shape)), expected windows [h,w,C]; name --size"
    }
  }
}
