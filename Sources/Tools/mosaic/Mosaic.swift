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

  @Option(
    help: "Which weights of a model (default: decoder of a dictionary, else what the model is of).")
  var filters: Model.Filters?

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

  @Option(help: "Tiles in a row (default: as square as they fit).") var columns: Int?
  @Option(help: "Pixels between tiles.") var gap = 1
  @Option(help: "Pixels a value (default: so that a tile has up to 48).") var scale: Int?
  @Option(help: "The most tiles that are drawn.") var count = 400
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
    if maps, record != nil { throw ValidationError("--record has no effect with --maps") }
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
          contrast: contrast?.value, columns: columns, gap: gap, scale: scale)
      })
    try picture.finish()
    if tiles.left > 0 {
      Process.say(
        "\(bytes.name): drew the first \(tiles.count) tiles, --count \(count) leaves out \(tiles.left)"
      )
    }
  }

  private func streamTiles(_ bytes: ByteReader) throws -> Tiles {
    if filters != nil { throw UsageProblem("--filters has no effect on a stream") }
    return try Tiles(reading: TensorReader(bytes), record: record, maps: maps, limit: count)
  }

  private func modelTiles(_ bytes: ByteReader) throws -> Tiles {
    if maps || record != nil { throw UsageProblem("--maps and --record have no effect on a model") }
    let model = try Model(reading: bytes)
    let which = filters ?? model.mainFilters
    return try naming(bytes.name) {
      guard let weights = model.filters(which) else {
        throw NoFilters(which: which.rawValue, kind: model.kind.rawValue)
      }
      return try Tiles(rows: weights, shape: model.recordShape, limit: count)
    }
  }

  struct NoFilters: Problem {
    let which: String
    let kind: String
    var description: String { "a \(kind) has no filters of the \(which)" }
  }
}

extension Model.Filters: ExpressibleByArgument {}
