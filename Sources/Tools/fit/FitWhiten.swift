import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitWhiten: ParsableCommand, NamesFiles {
  static let configuration = CommandConfiguration(
    commandName: "whiten",
    abstract: "Whitening of the input.",
    discussion: """
      Learns the linear map after which components are uncorrelated and of variance one. encode \
      whitens with the model, decode undoes it, fit dictionary --whitening builds on it.
      """)

  @Option(help: "zca stays close to the input; pca orders by variance.")
  var method = Whitening.Options().method

  @Option(
    help: ArgumentHelp(
      "Added to every variance, as a share of the mean one.", valueName: "e"))
  var epsilon = Whitening.Options().regularisation

  @Option(
    help: ArgumentHelp("How many directions to keep, the largest variances first.", valueName: "n"))
  var components: Int?

  @Flag(help: "Remove each record's mean first.") var center = false
  @Flag(help: "Divide each record by its norm first.") var normalize = false
  @OptionGroup var data: DataOptions

  func validate() throws {
    try require("--epsilon", epsilon, in: Whitening.Options.regularisations)
    if let components {
      try require("--components", components, in: Whitening.Options.componentCounts)
    }
  }

  var namedFiles: [NamedFile] { data.namedFiles }

  func run() throws {
    let (output, progress, records) = try data.prepare()
    var options = Whitening.Options()
    options.method = method
    options.regularisation = epsilon
    options.components = components
    let steps: [Preprocessing.Step] = (center ? [.center] : []) + (normalize ? [.normalize] : [])
    let (preprocessing, kept) = try naming(records.name) {
      try Whitening.learn(
        records, after: steps, options: options, team: data.threads.forTraining)
    }
    let card = data.card(
      records,
      options: [
        ("method", method.rawValue), ("epsilon", "\(epsilon)"),
        ("components", components.map { "\($0)" } ?? "all"), ("center", center ? "1" : "0"),
        ("normalize", normalize ? "1" : "0"),
      ], figures: [("variance", kept)])
    progress.say("keeps \(fixed(100 * kept, decimals: 2)) % of the variance")
    let model = Model(
      kind: .whitening, recordShape: records.recordShape, preprocessing: preprocessing, card: card)
    try model.write(to: output)
    try progress.finish()
  }
}

extension Whitening.Method: ExpressibleByArgument {}
