import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import ModelFile
import Training
import TrainingSupport

struct FitClassifier: ParsableCommand, NamesFiles {
  static let configuration = CommandConfiguration(
    commandName: "classifier",
    abstract: "A linear classifier on features.",
    discussion: """
      Multinomial logistic regression, 1/N Σ −log softmax(C z + b) + μ/2 ‖C‖² with the features \
      scaled to unit variance, minimised by L-BFGS. Records labelled −1 are left out.
      """)

  @Option(
    help: ArgumentHelp(
      "Labels of the records, IDX or NPY or text; −1 where there is none.", valueName: "file"),
    completion: .file())
  var labels: String

  @Option(help: ArgumentHelp("μ, the weight of the penalty.", valueName: "m"))
  var decay = LogisticRegression.Options().decay

  @Option(help: "Passes over the data, at most.") var iterations = LogisticRegression.Options()
    .iterationLimit

  @OptionGroup var training: TrainingOptions

  func validate() throws {
    try require("--decay", decay, in: LogisticRegression.Options.decays)
    try require("--iterations", iterations, in: LogisticRegression.Options.iterationLimits)
    if training.chosenSeed != nil, training.validation == 0 {
      throw ValidationError("--seed has no effect without --validation")
    }
  }

  var namedFiles: [NamedFile] { .input("--labels", labels) + training.namedFiles }

  func run() throws {
    let truth = try [Int32].labels(in: labels)
    let (output, progress, data) = try training.prepare(pace: .seldom)
    let partition = try training.partition(of: data)
    var options = LogisticRegression.Options()
    options.decay = decay
    options.iterationLimit = iterations
    let regression = try naming(inputName(labels)) {
      let classes = try ClassLabels(truth, records: data.count)
      let regression = try LogisticRegression(
        data, labels: classes, partition: partition, options: options,
        team: training.data.threads.forTraining)
      for remark in classes.remarks(on: partition) { progress.say(remark) }
      return regression
    }
    progress.begin(data)
    let classifier = try naming(data.name) { try regression.run { try progress.report($0) } }
    let (trained, held) = (regression.partition.training, regression.partition.validation)
    var figures = [("training", try regression.error(of: classifier, on: trained))]
    if !held.isEmpty {
      figures.append(("validation", try regression.error(of: classifier, on: held)))
    }
    try progress.finish()
    for (name, error) in figures {
      progress.say("\(name) \(fixed(100 * error, decimals: 2)) % wrong")
    }
    let model = Model(
      kind: .classifier, recordShape: data.recordShape, classifier: classifier,
      card: training.card(
        data, options: [("decay", "\(decay)"), ("iterations", "\(iterations)")],
        figures: figures.map { ($0.0, $0.1) }))
    try model.write(to: output)
  }
}
