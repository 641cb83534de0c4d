import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import PictureSupport
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

  @OptionGroup var input: InputOptions
  @OptionGroup var windows: WindowOptions
  @OptionGroup var preparation: PreparationOptions
  @OptionGroup var selection: SelectionOptions

  @Flag(name: .customShort("r"), help: "Put windows of a tensor stream back together; write PNG.")
  var reassemble = false

  @Option(
    help: ArgumentHelp(
      "With -r: add the means that --center took, as --means-out wrote them.", valueName: "file"),
    completion: .file())
  var means: String?

  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "No remarks on pixels left over.")
  var isQuiet = false

  @OptionGroup var stream: StreamOutputOptions

  func validate() throws {
    if reassemble {
      let unused = [
        (windows.sizeText != nil, "--size"), (windows.color, "--color"),
        (preparation.used != nil, preparation.used ?? ""), (windows.modelPath != nil, "--model"),
        (windows.cover, "--cover"),
        (selection.isUsed, "--sample, --range, --labels, --seed and --names"),
        (input.isUsedForCutting, "--files-from and --skip-bad"),
        (stream.omitsNotes, "--no-notes"), (input.files.count > 1, "a second file"),
      ]
      if let (_, name) = unused.first(where: \.0) {
        throw ValidationError("\(name) has no effect with -r")
      }
    } else {
      try windows.checkPadding()
      try selection.validate(isFull: windows.isFull, isRandom: preparation.isRandom)
      if means != nil { throw ValidationError("--means has no effect without -r") }
      if preparation.meansOut != nil, selection.sample != nil {
        throw ValidationError("--means-out writes means of whole images, not with --sample")
      }
      if selection.labels != nil, input.skipsBad {
        throw ValidationError(
          "--skip-bad leaves out images, and --labels could not tell whose labels go with them")
      }
      if windows.cover, stream.omitsNotes {
        throw ValidationError("--cover needs notes, by which -r puts windows back; not --no-notes")
      }
      if selection.names, stream.omitsNotes {
        throw ValidationError("--names has no effect with --no-notes")
      }
    }
  }

  var namedFiles: [NamedFile] {
    windows.namedFiles + preparation.namedFiles + selection.namedFiles
      + .input("--means", means) + input.namedFiles
      + (reassemble ? stream.output.namedPictures : stream.namedFiles)
  }

  func run() throws {
    if reassemble { try putTogether() } else { try cut() }
  }

  private func putTogether() throws {
    let pictures = try stream.output.pictures()
    let reader = TensorReader(
      try openFile(
        input.files.first ?? "-",
        wanting: "a tensor stream; try patches image.png | patches -r -o back.png"))
    let means = try means.map { try TakenMeans(openFile($0, wanting: "means of --means-out")) }
    var leftover = LeftoverRemark("dropped")
    let assembly = PatchAssembly(stride: windows.stride, padding: windows.padding)
    try assembly.run(reader, means: means) { image, grid in
      try naming(reader.name) { try pictures.write(image) }
      leftover.add(grid)
    }
    try pictures.finish()
    if !isQuiet { leftover.say() }
  }

  private func cut() throws {
    let isSample = selection.sample != nil
    let inputs = InputFiles(try input.names(), isReadTwice: isSample || input.skipsBad)
    if input.list != nil {
      try (namedFiles + .inputs(inputs.names, mayBeBad: true)).requireFilesOfTheirOwn()
    }
    if !input.skipsBad { try inputs.check() }
    let (cutter, channels) = try windows.cutter(
      preparation: preparation.preparation(seed: selection.seed), range: selection.range,
      notesNames: selection.names)
    let files = ImageFiles(
      count: inputs.names.count, channels: channels, refusesMaps: windows.color,
      leaveOut: input.skipsBad ? inputs.leaveOut : nil, open: inputs.open)
    let labels = try selection.openLabels()
    let means = try preparation.openMeans()
    let sink = try stream.open()
    var leftover = LeftoverRemark("left over")
    let taken: PatchCutter.Taken
    if let count = selection.sample {
      taken = try cutter.sample(count, seed: selection.seed, to: sink, files)
    } else {
      taken = try cutter.cut(files, to: sink, means: means) { group, grid, images in
        leftover.add(grid, file: group.file, images: images)
      }
    }
    // Of bad files alone there is no stream that could end well.
    if inputs.leftOut == inputs.names.count { try inputs.finish() }
    try labels?.write(taken)
    try sink.finish()
    try labels?.finish()
    try means?.finish()
    if !isQuiet { leftover.say() }
    try inputs.finish()
  }
}
