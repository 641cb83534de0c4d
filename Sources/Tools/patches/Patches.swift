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
      let unused = [
        (windows.sizeText != nil, "--size"), (windows.color, "--color"),
        (windows.contrast != nil, "--contrast"), (windows.modelPath != nil, "--model"),
        (selection.isUsed, "--sample, --range, --labels and --seed"),
        (stream.omitsNotes, "--no-notes"), (files.count > 1, "a second file"),
      ]
      if let (_, name) = unused.first(where: \.0) {
        throw ValidationError("\(name) has no effect with -r")
      }
    } else {
      try windows.checkPadding()
      try selection.validate(isFull: windows.isFull)
    }
  }

  var namedFiles: [NamedFile] {
    windows.namedFiles + selection.namedFiles + .inputs(files) + stream.namedFiles
  }

  func run() throws {
    if reassemble {
      let pictures = try stream.output.pictures()
      let input = try openTensorInput()
      try PatchAssembly(stride: windows.stride, padding: windows.padding).run(input) {
        image, grid in
        try naming(input.name) { try pictures.write(image) }
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
    let taken: PatchCutter.Taken
    if let count = selection.sample {
      taken =
        try readsOnce
        ? cutter.reservoirSample(count, seed: selection.seed, to: sink, try openImages())
        : cutter.sample(count, seed: selection.seed, to: sink, openImages)
    } else {
      taken = try cutter.cut(try openImages(), to: sink) { group, grid in
        reportLeftover(grid, "left over", file: group.file)
      }
    }
    try labels?.write(taken)
    try sink.finish()
    try labels?.finish()
  }

  private var names: [String] { files.isEmpty ? ["-"] : files }

  /// Whether some input cannot be read a second time.
  private var readsOnce: Bool { names.contains { $0 == "-" || !isRegularFile($0) } }

  private func openImages() throws -> ImageSequence {
    ImageSequence(
      names.map { name in
        { try openFile(name, wanting: "an image; try \(Process.name) image.png") }
      }, keepsColor: windows.color)
  }

  private func openTensorInput() throws -> TensorReader {
    TensorReader(
      try openFile(
        files.first ?? "-",
        wanting: "a tensor stream; try patches image.png | patches -r -o back.png"))
  }

  private func reportLeftover(_ grid: WindowGrid, _ verb: String, file: String? = nil) {
    let edges = [
      (grid.leftoverRows, "row", "below"), (grid.leftoverColumns, "column", "on the right"),
    ].filter { $0.0 > 0 }.map { "\($0) \($1)\($0 == 1 ? "" : "s") \($2)" }
    guard !edges.isEmpty else { return }
    let place = file.map { "\($0): " } ?? ""
    Process.say(
      "\(place)\(edges.joined(separator: " and ")) of \(grid.imageHeight)x\(grid.imageWidth) "
        + "\(verb), the stride does not reach them")
  }
}
