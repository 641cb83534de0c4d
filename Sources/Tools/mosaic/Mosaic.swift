import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import TensorStream

@main
struct Mosaic: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Draw the filters of a model, or any stream, as a picture.",
    discussion: """
      Reads a model file or a tensor stream (a file, or standard input) and writes a PNG in which \
      each filter or record is a tile: [h,w], [h,w,1] grey, [h,w,3] in colour.
      """,
    version: suiteVersion)

  @Argument(
    help: ArgumentHelp("A model or a tensor stream (default: standard input).", valueName: "file"),
    completion: .file())
  var file: String?

  @OptionGroup var model: BuiltInOption

  @OptionGroup var choice: ModelPictureOptions

  @Flag(help: "Draw each unit of maps [y,x,K] as a tile.") var maps = false

  @Option(
    help: ArgumentHelp(
      "Which last axes are one record, where the stream does not say.", valueName: "rank|shape"))
  var record: RecordChoice?

  @Option(
    help: """
      tile: 0 is mid grey (black where nothing is negative), each tile scaled by its largest \
      magnitude; shared: by the largest of all; pixels: 0 black, 1 white (default: tile for models, pixels for streams within 0…1, else shared).
      """)
  var contrast: Contrast?

  @Option(help: "Tiles or pairs in a row (default: as square as they fit).") var columns: Int?
  @Option(help: "Pixels between tiles.") var gap = 1
  @Option(help: "Pixels a value (default: so that a tile has up to 48).") var scale: Int?
  @Option(help: "The most tiles, pairs or units that are drawn.") var count = 400
  @OptionGroup var output: OutputOptions

  enum Contrast: String, ExpressibleByArgument, CaseIterable {
    case tile
    case shared
    case pixels

    var value: FilterContrast {
      switch self {
      case .tile: .perTile
      case .shared: .shared
      case .pixels: .none
      }
    }
  }

  func validate() throws {
    for (name, value, least) in [
      ("--columns", columns ?? 1, 1), ("--gap", gap, 0), ("--scale", scale ?? 1, 1),
      ("--count", count, 1),
    ] where value < least {
      throw ValidationError("\(name) must be at least \(least), got \(value)")
    }
    if model.isBuiltIn, file != nil {
      throw ValidationError("--built-in and a file exclude each other")
    }
    if choice.units != nil, columns != nil {
      throw ValidationError("--columns has no effect with --units")
    }
    if maps, record != nil { throw ValidationError("--record has no effect with --maps") }
  }

  var namedFiles: [NamedFile] {
    (model.isBuiltIn ? [] : .inputs(file.map { [$0] } ?? [])) + output.namedFiles
  }

  func run() throws {
    let picture = try output.pictures()
    let bytes =
      try model.isBuiltIn
      ? Model.builtInBytes()
      : openFile(file ?? "-", wanting: "a model or a tensor stream; try \(Process.name) w.bin")
    let tiles = try Input(bytes).isStream ? streamTiles(bytes) : modelTiles(bytes)
    try picture.write(
      try naming(bytes.name) {
        try tiles.picture(
          contrast: contrast?.value, columns: choice.units == nil ? columns : 1, gap: gap,
          scale: scale)
      })
    try picture.finish()
    if tiles.left > 0 {
      Process.say(
        "\(bytes.name): drew the first \(tiles.count) \(choice.groups), --count \(count) leaves out \(tiles.left)"
      )
    }
  }

  private func streamTiles(_ bytes: ByteReader) throws -> Tiles {
    if let option = choice.given { throw UsageProblem("\(option) has no effect on a stream") }
    return try Tiles(reading: TensorReader(bytes), record: record, maps: maps, limit: count)
  }

  private func modelTiles(_ bytes: ByteReader) throws -> Tiles {
    if maps || record != nil { throw UsageProblem("--maps and --record have no effect on a model") }
    let model = try Model(reading: bytes)
    return try naming(bytes.name) { try choice.tiles(of: model, limit: count) }
  }
}
