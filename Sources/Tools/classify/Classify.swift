import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import Inference
import ModelFile
import SparseCoding
import TensorStream

@main
struct Classify: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Classify features or codes with a linear classifier.",
    discussion: """
      Reads features, or codes of a model with a classifier, […,K], or records of a network that ends in one, and \
      writes one label a line, or \
      with --scores the scores as a tensor stream […,Y]. With --labels it writes the error rate, what \
      became of each class, and the confusion matrix instead.
      """,
    version: suiteVersion)

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp(
      "The model, made by fit classifier or fit drsae.", valueName: "w.bin"),
    completion: .file())
  var path: String

  @Flag(help: "Write the scores of all classes as a tensor stream.") var scores = false

  @Option(
    help: ArgumentHelp(
      "How many labels to write a line, the best first; with --labels, any of them is right (default: 1).",
      valueName: "n"))
  var top: Int?

  @Option(
    help: ArgumentHelp(
      "True labels, IDX or NPY or text, -1 for none: write how many are wrong.", valueName: "file"),
    completion: .file())
  var labels: String?

  @Flag(help: "With --labels, write JSON.") var json = false

  @OptionGroup var filter: FilterOptions

  func validate() throws {
    if scores, labels != nil { throw ValidationError("--scores and --labels exclude each other") }
    if scores, top != nil { throw ValidationError("--scores and --top exclude each other") }
    if let top, top < 1 { throw ValidationError("--top must be at least 1, got \(top)") }
    if json, labels == nil { throw ValidationError("--json has no effect without --labels") }
    if !scores, filter.output.omitsNotes {
      throw ValidationError("--no-notes has no effect without --scores")
    }
  }

  var namedFiles: [NamedFile] {
    .input("--model", path) + .input("--labels", labels) + filter.namedFiles
  }

  func run() throws {
    let network = try Network(path: path)
    let (last, name) = (network.layers[network.layers.count - 1], inputName(path))
    guard let classifier = last.classifier else {
      throw FileProblem(file: name, problem: NotAClassifier(kind: network.kind))
    }
    if let top, top > classifier.classCount {
      throw FileProblem(
        file: name, problem: TooFewClasses(top: top, classCount: classifier.classCount))
    }
    try filter.mapRecords(to: try sink(for: classifier)) {
      try network.classifying($0, by: classifier, called: name)
    }
  }

  /// Where scores go; labels are read and looked at before it is opened.
  private func sink(for classifier: Classifier) throws -> any TensorSink {
    if scores { return try filter.output.open() }
    let top = top ?? 1
    guard let labels else { return LabelSink(top: top, try filter.output.output.open()) }
    let truth = try [Int32].labels(in: labels)
    let tally = try naming(inputName(labels)) {
      try ClassificationTally(truth, classCount: classifier.classCount, top: top)
    }
    return TallySink(
      tally, labels: inputName(labels), asJSON: json, try filter.output.output.open())
  }

  struct NotAClassifier: Problem {
    let kind: String
    var description: String { "is a \(kind), expected a classifier" }
  }

  struct TooFewClasses: Problem {
    let top: Int
    let classCount: Int
    var description: String { "has \(classCount) classes, --top asks for \(top)" }
  }
}
