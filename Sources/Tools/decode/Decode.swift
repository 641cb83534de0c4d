import ArgumentParser
import CommandLineSupport
import Inference
import ModelFile
import TensorStream

@main
struct Decode: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Turn codes back into records.",
    discussion: """
      Reads codes […,K] and writes the records that the model's linear decoder makes of them, the \
      fixed preprocessing undone. Codes that another model made are refused. With --fill and --mask it \
      writes the records given, what is missing in them filled in.
      """,
    version: suiteVersion)

  @OptionGroup var model: ModelOptions
  @OptionGroup var layer: LayerOption
  @Option(
    help: ArgumentHelp(
      "Records to fill in by their codes, where --mask says that values are missing.",
      valueName: "file"),
    completion: .file())
  var fill: String?

  @OptionGroup var mask: MaskOption
  @OptionGroup var places: CodeSpaceOptions
  @OptionGroup var filter: FilterOptions

  var namedFiles: [NamedFile] {
    model.namedFiles + .input("--fill", fill) + mask.namedFiles + filter.namedFiles
  }

  func validate() throws {
    try places.check(files: filter.files, isFilling: fill != nil)
    if (fill == nil) != (mask.path == nil) {
      throw ValidationError("--fill and --mask go together")
    }
  }

  func run() throws {
    let layer = try layer.layer(of: model.loadNetwork(), called: model.name)
    let (model, name) = (layer.model, layer.name)
    guard let codeLength = model.codeLength else {
      throw StreamMismatch.noCode(model.kind.rawValue, in: name)
    }
    if let count = places.random {
      return try model.decodeRandomCodes(
        count, seed: places.seed, to: filter.output.open(), allowsNonFinite: filter.allowsNonFinite,
        called: name)
    }
    let beside = try recordsAndMasks(for: model, called: name)
    try filter.mapRecords(beside: beside) {
      if let tiling = model.tiling {
        let map = try RecordMap(decodingImages: $0, by: model, tiling, called: name)
        if let steps = places.walk { return try map.walking(steps: steps) }
        return beside.isEmpty ? map : try map.fillingImages(beside)
      }
      let map = try RecordMap(
        decoding: $0, of: codeLength, by: model, called: name)
      if let steps = places.walk { return try map.walking(steps: steps) }
      return beside.isEmpty ? map : map.filling(recordsOf: model)
    }
  }

  /// Records to fill in and their masks, where asked for.
  private func recordsAndMasks(
    for model: Model, called name: String
  ) throws -> [CompanionStream] {
    guard let fill, let masks = try mask.open(for: model) else { return [] }
    try model.checkServesMissingValues(called: name)
    let records = try CompanionStream(
      openStreams([fill], allowsNonFinite: true), of: .records, recordShape: model.recordShape)
    return [records, masks]
  }
}
