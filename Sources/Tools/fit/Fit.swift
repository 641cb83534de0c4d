import ArgumentParser
import CommandLineSupport
import TrainingSupport

@main
struct Fit: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Learn a model from a tensor stream.",
    discussion: """
      Reads records of files, or of standard input, and writes a model file. Each command has a manual page, such \
      as fit-dictionary(1).
      """,
    version: suiteVersion,
    subcommands: [
      FitDictionary.self, FitLateral.self, FitLista.self, FitPSD.self, FitAutoencoder.self,
      FitDrSAE.self,
      FitWhiten.self, FitClassifier.self, FitPrune.self, FitJoin.self, FitStack.self,
    ])

  static func expanding(_ arguments: [String]) -> [String] { expandingPresets(arguments) }

  var namedFiles: [NamedFile] { [] }

  func run() throws {
    let names = Self.configuration.subcommands.map { $0._commandName }
    throw UsageProblem("expected what to learn: \(names.joined(separator: ", ")) (see fit --help)")
  }
}
