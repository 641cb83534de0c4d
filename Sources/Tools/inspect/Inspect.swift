import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import TensorStream

@main
struct Inspect: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Say what is in a model or a tensor stream.",
    discussion: """
      For each array of a stream: shape, type, range, mean, density (the share that is not zero) and \
      notes. For a model: its card and its tensors.
      """,
    version: suiteVersion)

  @Argument(
    help: ArgumentHelp("Models and tensor streams (default: standard input).", valueName: "file"),
    completion: .file())
  var files: [String] = []

  @Flag(help: "Write JSON, one object a file.") var json = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    let text = try output.open()
    let names = files.isEmpty ? ["-"] : files
    for name in names {
      let bytes = try openFile(name, wanting: "a tensor stream or a model; try \(Process.name) w.bin")
      let report = try Report(bytes)
      if names.count > 1, !json { try text.write("\(bytes.name):\n".utf8) }
      try text.write((json ? report.json() : report.text()).utf8)
      try text.sendAllButLast()
      if let problem = report.nonFinite {
        try text.finish()
        throw FileProblem(file: bytes.name, problem: problem)
      }
    }
    try text.finish()
  }
}
