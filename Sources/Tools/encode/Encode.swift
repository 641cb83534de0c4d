import ArgumentParser
import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

@main
struct Encode: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Turn records into sparse codes.",
    discussion: """
      Reads records (such as windows [h,w,C]) and writes codes […,K]: of the model's encoder, or, \
      with --solver, those that minimise ½‖x − Dz‖² + λR(z), exactly or nearly. With --trace it \
      writes […,T+1,K]; with --mask, the x of it is what is there of a record.
      """,
    version: suiteVersion)

  @OptionGroup var model: ModelOptions
  @OptionGroup var layer: LayerOption
  @OptionGroup var options: InferenceOptions
  @OptionGroup var noise: NoiseOptions
  @OptionGroup var mask: MaskOption
  @OptionGroup var filter: FilterOptions

  var namedFiles: [NamedFile] { model.namedFiles + mask.namedFiles + filter.namedFiles }

  func validate() throws {
    try noise.check(beside: options, isMasked: mask.path != nil)
    guard mask.path != nil else { return }
    guard options.solver.exact != nil else {
      throw ValidationError("--mask has no effect without \(InferenceOptions.exact)")
    }
    if options.warmStart { throw ValidationError("--mask and --warm-start exclude each other") }
  }

  func run() throws {
    let layer = try layer.layer(of: model.loadNetwork(), called: model.name)
    let (model, name) = (layer.model, layer.name)
    guard let codeLength = model.codeLength else {
      throw StreamMismatch.noCode(model.kind.rawValue, in: name)
    }
    if mask.path != nil, layer.index > 0 { throw InferenceProblem.maskedFeatures(model: name) }
    if let tiling = model.tiling { return try encodeImages(by: layer, tiling) }
    let content = noise.content
    let inference = try options.inference(by: model, called: name)
      .finding(content?.found ?? .codes, called: name)
    let masks = try mask.open(for: model)
    if masks != nil { try model.checkServesMissingValues(called: name) }
    var count = RecordCount()
    try filter.mapRecords(beside: masks.map { [$0] } ?? [], isMasked: masks != nil) {
      try layer.network.map($0, to: layer.index, called: self.model.name) {
        let map = try RecordMap(
          encoding: $0, to: codeLength, by: inference, of: model, called: name)
        if let content { return map.giving(content, fromRecord: count.next(map.batchAxes)) }
        return (masks == nil ? map : map.masked(by: inference)).rounding(
          to: options.round, of: model)
      }
    }
    report(inference.exactness, inference.statistics)
  }

  /// Codes of images, by a model whose units see windows of them.
  private func encodeImages(by layer: ChosenLayer, _ tiling: Tiling) throws {
    let passes = options.solver == .encoder ? options.iterations : nil
    let model = try layer.model.with(iterations: passes, called: layer.name)
    let inference = try options.imageInference(by: model, tiling, called: layer.name)
    let masks = try mask.open(for: model)
    if masks != nil { try model.checkServesMissingValues(called: layer.name) }
    var count = RecordCount()
    try filter.mapRecords(beside: masks.map { [$0] } ?? [], isMasked: masks != nil) {
      try layer.network.map($0, to: layer.index, called: self.model.name) {
        if let content = noise.content {
          if inference != nil { throw InferenceProblem.noiseOfEncoder(model: layer.name) }
          return try RecordMap(
            encodingImages: $0, to: content, fromRecord: count.next($0.shape.dropLast(3)),
            by: model, tiling, called: layer.name)
        }
        guard let inference else {
          return try RecordMap(encodingImages: $0, by: model, tiling, called: layer.name)
            .rounding(to: options.round, of: model)
        }
        return try RecordMap(encodingImages: $0, by: inference, beside: masks)
          .rounding(to: options.round, of: model)
      }
    }
    if let inference { report(inference.exactness, inference.statistics) }
  }

  private func report(_ exactness: SparseSolver.Exactness, _ statistics: CodeStatistics?) {
    if let solver = options.solver.exact { exactness.remarks(on: solver).forEach(Process.say) }
    if let statistics { Process.say(statistics.line) }
  }
}
