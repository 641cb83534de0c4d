import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import PictureSupport
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
  @OptionGroup var layer: LayerOption

  @OptionGroup var choice: ModelPictureOptions
  @OptionGroup var places: PlaceOptions

  @Flag(
    help:
      "Draw each unit of maps [y,x,K] as a tile (default: where a stream notes codes of images).")
  var maps = false

  @Option(
    help: ArgumentHelp(
      "Which last axes are one record, where the stream does not say.", valueName: "rank|shape"))
  var record: RecordChoice?

  @OptionGroup var order: OrderOptions
  @OptionGroup var layout: LayoutOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if model.isBuiltIn, file != nil {
      throw ValidationError("--built-in and a file exclude each other")
    }
    if choice.hasRows, layout.columns != nil {
      throw ValidationError(
        "--columns has no effect with \(choice.inhibitors ? "--inhibitors" : "--units")")
    }
    if maps, order.codes != nil { throw ValidationError("--codes has no effect with --maps") }
    if maps, record != nil { throw ValidationError("--record has no effect with --maps") }
    try checkPlaces()
  }

  /// Units in their places are neither chosen nor brought into another order.
  private func checkPlaces() throws {
    guard let place = places.given else { return }
    try places.check(choice.filters)
    let colors = places.orientation
    let others = [
      ("--units", choice.units != nil), ("--inhibitors", choice.inhibitors), ("--maps", maps),
      ("--record", record != nil),
      ("--order use", order.isByUse), ("--columns", layout.columns != nil),
      ("--count", layout.count != nil), ("--contrast", colors && layout.contrast != nil),
      ("--labels", colors && layout.labels),
    ]
    for (option, isGiven) in others where isGiven {
      throw ValidationError("\(option) has no effect with \(place)")
    }
  }

  var namedFiles: [NamedFile] {
    (model.isBuiltIn ? [] : .inputs(file.map { [$0] } ?? [])) + order.namedFiles
      + output.namedPictures
  }

  func run() throws {
    let picture = try output.pictures()
    let bytes =
      try model.isBuiltIn
      ? Model.builtInBytes()
      : openFile(file ?? "-", wanting: "a model or a tensor stream; try \(Process.name) w.bin")
    let isStream = try Input(bytes).isStream
    if isStream, let option = places.given ?? choice.given ?? layer.given {
      throw UsageProblem("\(option) has no effect on a stream")
    }
    guard places.given == nil else {
      try picture.write(try placed(bytes))
      return try picture.finish()
    }
    let tiles = try isStream ? streamTiles(bytes) : modelTiles(bytes)
    try picture.write(
      try naming(bytes.name) {
        try layout.picture(of: tiles, columns: choice.hasRows ? 1 : nil)
      })
    try picture.finish()
    if tiles.left > 0 {
      Process.say(
        "\(bytes.name): drew the first \(tiles.count) \(choice.groups), --count \(layout.limit) leaves out \(tiles.left)"
      )
    }
  }

  private func placed(_ bytes: ByteReader) throws -> Image {
    let layer = try layer.layer(of: Network(reading: bytes), called: bytes.name)
    return try naming(bytes.name) { try places.picture(of: layer, choice, layout) }
  }

  private func streamTiles(_ bytes: ByteReader) throws -> Tiles {
    if order.isByUse, !maps {
      throw UsageProblem("--order use has no effect on records, but on a model or with --maps")
    }
    return try Tiles(
      reading: TensorReader(bytes), record: record, maps: maps, byUse: order.isByUse,
      limit: layout.limit)
  }

  private func modelTiles(_ bytes: ByteReader) throws -> Tiles {
    if maps || record != nil { throw UsageProblem("--maps and --record have no effect on a model") }
    let layer = try layer.layer(of: Network(reading: bytes), called: bytes.name)
    let use = try order.use(of: layer.model, called: layer.name)
    return try naming(bytes.name) { try choice.tiles(of: layer, use: use, layout) }
  }
}
