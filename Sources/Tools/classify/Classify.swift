import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

@main
struct Classify: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Classify features with a linear classifier.",
    discussion: """
      Reads features […,K] and writes one label a line, or with --scores the scores as a tensor \
      stream […,Y]. With --labels it writes the error rate and the confusion matrix instead.
      """,
    version: suiteVersion)

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp("The classifier, made by fit classifier.", valueName: "w.bin"),
    completion: .file())
  var path: String

  @Flag(help: "Write the scores of all classes as a tensor stream.") var scores = false

  @Option(
    help: ArgumentHelp(
      "True labels, IDX or NPY or text: write how many are wrong.", valueName: "file"),
    completion: .file())
  var labels: String?

  @OptionGroup var filter: FilterOptions

  func validate() throws {
    if scores, labels != nil { throw ValidationError("--scores and --labels exclude each other") }
    if !scores, filter.output.omitsNotes {
      throw ValidationError("--no-notes has no effect without --scores")
    }
  }

  func run() throws {
    let model = try Model(path: path)
    guard let classifier = model.classifier else {
      throw FileProblem(file: path, problem: NotAClassifier(kind: model.kind.rawValue))
    }
    if scores {
      try filter.mapRecords {
        try RecordMap(classifying: $0, by: classifier, of: model, called: path)
      }
    } else {
      try writeText(model, classifier)
    }
  }

  private func writeText(_ model: Model, _ classifier: Classifier) throws {
    let truth = try labels.map { try [Int32].labels(in: $0) }
    let output = try filter.output.output.open()
    let sink = LabelSink(
      truth.map { .tally(ConfusionTable($0, classCount: classifier.classCount), of: labels ?? "") }
        ?? .lines, output)
    try filter.mapRecords(to: sink) {
      try RecordMap(classifying: $0, by: classifier, of: model, called: path)
    }
  }

  struct NotAClassifier: Problem {
    let kind: String
    var description: String { "is a \(kind), expected a classifier" }
  }
}
