import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import Inference
import Inspection
import ModelFile
import TensorStream

@main
struct Inspect: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Say what is in a model or a tensor stream.",
    discussion: """
      For each array of a stream: shape, type, range, mean, density (the share that is not zero) and \
      notes; of codes also the use of units, and by depth where their pools are a tree; of maps, where \
      asked, how features change by shifts. For a model: its card, its tensors and its units.
      """,
    version: suiteVersion)

  @Argument(
    help: ArgumentHelp("Models and tensor streams (default: standard input).", valueName: "file"),
    completion: .file())
  var files: [String] = []

  @Flag(help: "Write JSON, one object a file or a comparison.") var json = false

  @OptionGroup var arrays: ArrayOptions

  @Flag(
    help: """
      Say how far arrays or pictures are apart: those of two files (the second is the reference), or those of one \
      stream two by two (the first of each two is the reference).
      """)
  var compare = false

  @OptionGroup var model: BuiltInOption

  @Option(
    help: ArgumentHelp(
      "Write the built-in model to this file, too, as it is named with -m.", valueName: "w.bin"),
    completion: .file())
  var modelOut: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if compare, files.count > 2 { throw ValidationError("--compare takes at most two files") }
    if model.isBuiltIn, compare || !files.isEmpty {
      throw ValidationError("--built-in is looked at by itself")
    }
    if let option = arrays.given, compare || model.isBuiltIn {
      throw ValidationError("\(option) has no effect on \(compare ? "--compare" : "--built-in")")
    }
    if arrays.variances != nil, files.count > 1 {
      throw ValidationError("--variances are those of one stream, got \(files.count) files")
    }
    if modelOut != nil, !model.isBuiltIn {
      throw ValidationError("--model-out has no effect without --built-in")
    }
  }

  var namedFiles: [NamedFile] {
    (model.isBuiltIn ? [] : .inputs(files)) + arrays.namedFiles
      + output.namedFiles + .output("--model-out", modelOut)
  }

  func run() throws {
    let copy = try modelOut.map { try ByteWriter.file($0) }
    let text = try output.open()
    // Before text, whose reader may not read to its end.
    try copy?.write(Model.builtInFile)
    try copy?.finish()
    if compare { try writeComparison(to: text) } else { try writeReports(to: text) }
    try text.finish()
  }

  private func writeComparison(to text: ByteWriter) throws {
    let readers = try (files.isEmpty ? ["-"] : files).map { try arraysOrPictures(try open($0)) }
    var reports: [ComparisonReport] = []
    func write(_ comparison: ArrayComparison) throws {
      let report = ComparisonReport(comparison)
      if let overlap = comparison.overlap {
        Process.say("\(readers[0].name): \(overlap)")
      }
      if json { reports.append(report) } else { try text.write((report.line + "\n").utf8) }
    }
    if readers.count == 2 {
      try ArrayComparison.compare(readers[0], reference: readers[1], write)
    } else {
      try ArrayComparison.compareInTwos(readers[0], write)
    }
    if json { try text.write(ComparisonReport.json(reports).utf8) }
  }

  private func open(_ name: String) throws -> ByteReader {
    try openFile(name, wanting: "a tensor stream or a model; try \(Process.name) w.bin")
  }

  private func writeReports(to text: ByteWriter) throws {
    let names = files.isEmpty ? ["-"] : files
    var problems: [FileProblem] = []
    let questions = try arrays.questions()
    for name in names {
      let bytes = try model.isBuiltIn ? Model.builtInBytes() : open(name)
      if let option = arrays.given, try !Input(bytes).isStream {
        throw UsageProblem("\(option) has no effect on a model")
      }
      let report = try Report(bytes, questions)
      if names.count > 1, !json { try text.write("\(oneLine(bytes.name)):\n".utf8) }
      try text.write((json ? report.json() : report.text()).utf8)
      try text.sendAllButLast()
      if let problem = report.nonFinite {
        problems.append(FileProblem(file: bytes.name, problem: problem))
      }
    }
    // What there is to say is said, but a file of -o does not appear.
    guard let problem = problems.first else { return }
    try text.sendAll()
    throw problem
  }
}
