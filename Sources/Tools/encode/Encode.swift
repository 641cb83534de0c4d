import ArgumentParser
import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import TensorStream

@main
struct Encode: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Turn records into sparse codes.",
    discussion: """
      Reads records (such as windows [h,w,C]) and writes codes […,K]: of the model's encoder, or, \
      with --solver, those that minimise ½‖x − Dz‖² + λR(z), exactly or nearly. With --trace it \
      writes […,T+1,K].
      """,
    version: suiteVersion)

  @OptionGroup var model: ModelOptions
  @OptionGroup var options: InferenceOptions
  @OptionGroup var filter: FilterOptions

  var namedFiles: [NamedFile] { model.namedFiles + filter.namedFiles }

  func run() throws {
    let model = try model.load()
    guard let codeLength = model.codeLength else {
      throw StreamMismatch.noCode(model.kind.rawValue, in: self.model.name)
    }
    let inference = try options.inference(by: model, called: self.model.name)
    try filter.mapRecords {
      try RecordMap(
        encoding: $0, to: codeLength, by: inference, of: model, called: self.model.name)
    }
    if let solver = options.solver.exact {
      inference.exactness.remarks(on: solver).forEach(Process.say)
    }
    if let statistics = inference.statistics { Process.say(statistics.line) }
  }
}
