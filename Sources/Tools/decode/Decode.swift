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
      fixed preprocessing undone. Codes that another model made are refused.
      """,
    version: suiteVersion)

  @OptionGroup var model: ModelOptions
  @OptionGroup var filter: FilterOptions

  var namedFiles: [NamedFile] { model.namedFiles + filter.namedFiles }

  func run() throws {
    let model = try model.load()
    guard let codeLength = model.codeLength else {
      throw StreamMismatch.noCode(model.kind.rawValue, in: self.model.name)
    }
    try filter.mapRecords {
      try RecordMap(decoding: $0, of: codeLength, by: model, called: self.model.name)
    }
  }
}
