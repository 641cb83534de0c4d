import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import TensorStream

@main
struct Patches: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Cut images into windows, or put windows back together.",
    discussion: """
      Reads PNG, PNM, IDX (also gzipped) and NPY files, or one on standard input. Writes one array \
      [gy,gx,h,w,C] for each image, [n,h,w,C] with --sample, [N,H,W,C] with --size full. Pixels are \
      0…1, grey unless --color is given.
      """,
    version: suiteVersion)

  @Argument(
    help: ArgumentHelp(
      "Image files, - for standard input (default: standard input).", valueName: "image"),
    completion: .file())
  var files: [String] = []

  @OptionGroup var windows: WindowOptions
  @OptionGroup var selection: SelectionOptions

  @Flag(name: .customShort("r"), help: "Put windows of a tensor stream back together; write PNG.")
  var reassemble = false

  @OptionGroup var stream: StreamOutputOptions

  func validate() throws {
    if reassemble {
      try refuse(windows.sizeText != nil, "--size", windows.color, "--color")
      try refuse(windows.contrast != nil, "--contrast", windows.modelPath != nil, "--model")
      try refuse(selection.isUsed, "--sample, --range, --labels and --seed", false, "")
      try refuse(stream.omitsNotes, "--no-notes", files.count > 1, "a second file")
    } else {
      try selection.validate(isFull: windows.isFull)
    }
  }

  private func refuse(_ first: Bool, _ firstName: String, _ second: Bool, _ secondName: String) throws {
    if first { throw ValidationError("\(firstName) has no effect with -r") }
    if second { throw ValidationError("\(secondName) has no effect with -r") }
  }

  func run() throws {
    if reassemble {
      let pictures = try stream.output.pictures()
      let input = try openTensorInput()
      try PatchAssembly(stride: windows.stride, padding: windows.padding).run(input) { image, grid in
        try pictures.write(image)
        reportLeftover(grid, "dropped")
      }
      try pictures.finish()
    } else {
      try cut()
    }
  }

  private func cut() throws {
    let cutter = try windows.cutter(range: selection.range)
    let labels = try selection.openLabels()
    let sink = try stream.open()
    let owners: [Int]
    if let count = selection.sample {
      owners =
        try readsStandardInput
        ? cutter.reservoirSample(count, seed: selection.seed, to: sink, try openImages())
        : cutter.sample(count, seed: selection.seed, to: sink, openImages)
    } else {
      owners = try cutter.cut(try openImages(), to: sink) { group, grid in
        reportLeftover(grid, "left over", file: group.file)
      }
    }
    try labels?.write(owners)
    try sink.finish()
  }

  private var readsStandardInput: Bool { files.isEmpty || files.contains("-") }

  private func openImages() throws -> ImageSequence {
    let names = files.isEmpty ? ["-"] : files
    let readers = try names.map { try openFile($0, wanting: "an image; try \(Process.name) image.png") }
    return ImageSequence(readers, keepsColor: windows.color)
  }

  private func openTensorInput() throws -> TensorReader {
    TensorReader(
      try openFile(files.first ?? "-", wanting: "a tensor stream; try patches image.png | patches -r -o back.png"))
  }

  private func reportLeftover(_ grid: WindowGrid, _ verb: String, file: String? = nil) {
    guard grid.leftoverRows > 0 || grid.leftoverColumns > 0 else { return }
    let place = file.map { "\($0): " } ?? ""
    Process.say(
      "\(place)\(grid.leftoverRows) rows below and \(grid.leftoverColumns) columns on the right "
        + "of \(grid.imageHeight)x\(grid.imageWidth) \(verb), the stride does not reach them")
  }
}
