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
  var method = Whitening.Method.zca

  @Option(
    help: ArgumentHelp(
      "Added to every variance, as a share of the mean one.", valueName: "e"))
  var epsilon = 0.01

  @Option(
    help: ArgumentHelp("How many directions to keep, the largest variances first.", valueName: "n"))
  var components: Int?

  @Flag(help: "Remove each record's mean first.") var center = false
  @Flag(help: "Divide each record by its norm first.") var normalize = false
  @OptionGroup var training: TrainingOptions

  func validate() throws {
    if !(epsilon >= 0 && epsilon.isFinite) {
      throw ValidationError("--epsilon must be at least 0, got \(epsilon)")
    }
    if let components, components < 1 {
      throw ValidationError("--components must be at least 1, got \(components)")
    }
    if training.validation > 0 { throw ValidationError("--validation has no effect on whiten") }
    if training.chosenSeed != nil {
      throw ValidationError("--seed has no effect on whiten: nothing is random")
    }
    if training.log != nil {
      throw ValidationError("--log has no effect on whiten: there are no epochs")
    }
  }

  var namedFiles: [NamedFile] { training.namedFiles }

  func run() throws {
    let (output, progress, data) = try training.prepare()
    var options = Whitening.Options()
    options.method = method
    options.regularisation = epsilon
    options.components = components
    let steps: [Preprocessing.Step] = (center ? [.center] : []) + (normalize ? [.normalize] : [])
    let (preprocessing, kept) = try naming(data.name) {
      try Whitening.learn(
        data, after: steps, options: options, team: training.threads.forTraining)
    }
    let card = training.card(
      data,
      options: [
        ("method", method.rawValue), ("epsilon", "\(epsilon)"),
        ("components", components.map { "\($0)" } ?? "all"), ("center", center ? "1" : "0"),
        ("normalize", normalize ? "1" : "0"),
      ], figures: [("variance", kept)])
    progress.say("keeps \(fixed(100 * kept, decimals: 2)) % of the variance")
    let model = Model(
      kind: .whitening, recordShape: data.recordShape, preprocessing: preprocessing, card: card)
    try model.write(to: output)
    try progress.finish()
  }
}

extension Whitening.Method: ExpressibleByArgument {}
