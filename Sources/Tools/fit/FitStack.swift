import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitStack: GradientCommand {
  static let defaultEpochs = 10
  static let defaultBatchSize = 32
  static var optimiser: Optimiser.Options { .decaying }

  static let configuration = CommandConfiguration(
    commandName: "stack",
    abstract: "All layers of a network together, on labelled records.",
    discussion: """
      Minimises −log softmax_y of the scores of a network of fit join that ends in a classifier, over the weights of \
      all its layers, from those that they have, or from random ones. Its pools stay as they are.
      """)

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp("The network, which ends in a classifier.", valueName: "net.bin"),
    completion: .file())
  var model: String

  @Option(
    help: ArgumentHelp(
      "Labels of the records, IDX or NPY or text; −1 where there is none.", valueName: "file"),
    completion: .file())
  var labels: String

  @Option(
    help: ArgumentHelp("Layers that stay as they are, such as 1 or 1,2.", valueName: "n,…"))
  var freeze: LayerList = LayerList()

  @Option(
    help: ArgumentHelp(
      "The share of the features for the last layer that is left out at random in a step.",
      valueName: "share"))
  var dropout: Float = 0

  @Option(
    help: ArgumentHelp(
      "How much the energies of the layers count beside the classification, each as a share of that of codes of zero.",
      valueName: "w"))
  var energy: Float = 0

  @Flag(help: "Begin with random weights in place of those of the network.") var random = false

  @OptionGroup var optimiser: OptimiserOptions<FitStack>
  @OptionGroup var epochs: EpochOptions<FitStack>

  func validate() throws {
    try require("--dropout", dropout, in: DropoutMap.shares)
    try require("--energy", energy, in: NetworkTraining.Options.energies)
    try require(epochs.start == nil, "--start has no effect: -m says what training begins with")
  }

  var namedFiles: [NamedFile] {
    .input("--model", model) + .input("--labels", labels) + epochs.namedFiles
  }

  func run() throws {
    let (name, network) = (inputName(model), try Network(path: model))
    let labels = try [Int32].labels(in: labels)
    let first = network.layers[0]
    let names = try naming(name) { try NetworkTraining.parameters(of: network, options) }
    var optimiserOptions = optimiser.options(suitableRate: NetworkTraining.suitableRate)
    try optimiser.expandParts(of: names, in: &optimiserOptions)
    var run = try epochs.prepare(
      options: canonicalOptions(ofImages: first.tiling != nil), ofImages: first.tiling != nil,
      models: ["network": network.digest],
      recordsOf: (first, called: name))
    let classes = try run.classes(labels, in: inputName(self.labels))
    let training = try naming(name) {
      try NetworkTraining(
        network, recordShape: run.data.recordShape, sample: { try run.sample(preparedBy: $0) },
        options: options)
    }
    try naming(inputName(self.labels)) { try training.check(classes) }
    let preparation = training.preparation
    let sizes = training.rateFactors(for: try run.sample(preparedBy: preparation))
    optimiserOptions.rateFactors = sizes.merging(optimiserOptions.rateFactors) { $0 * $1 }
    var learner = GradientLearner(
      [TrainingPhase(training.objective, steps: run.stepCount)], data: run.data,
      targets: .labels(classes.values), prepare: { preparation($0) },
      validation: run.partition.validation, options: optimiserOptions, team: run.threads)
    let figures = try run.train(&learner)
    let result = try training.network(learner.values, card: run.card(figures: figures))
    try result.write(to: run.output)
  }

  private var options: NetworkTraining.Options {
    var options = NetworkTraining.Options()
    options.frozen = freeze.numbers
    options.dropout = dropout
    options.energy = energy
    options.isRandom = random
    options.seed = epochs.training.seed
    return options
  }

  private func canonicalOptions(ofImages: Bool) -> [(name: String, value: String)] {
    [
      ("freeze", freeze.text), ("dropout", "\(dropout)"), ("energy", "\(energy)"),
      ("random", random ? "1" : "0"),
    ] + epochs.canonicalOptions(ofImages: ofImages)
      + optimiser.canonical(suitableRate: NetworkTraining.suitableRate)
  }
}

/// `1,2`.
struct LayerList: ExpressibleByArgument {
  let numbers: Set<Int>

  init() { numbers = [] }

  init?(argument: String) {
    let found = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Int($0) ?? 0
    }
    guard found.allSatisfy({ $0 >= 1 }), Set(found).count == found.count else { return nil }
    numbers = Set(found)
  }

  var text: String {
    numbers.isEmpty ? "none" : numbers.sorted().map(String.init).joined(separator: ",")
  }

  var defaultValueDescription: String { text }
}
