import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitLista: GradientCommand {
  static let defaultEpochs = 10
  static let defaultBatchSize = 128
  /// Of codes that are computed.
  static let defaultGap = 1e-5

  static var optimiser: Optimiser.Options { .decaying }

  static let configuration = CommandConfiguration(
    commandName: "lista",
    abstract: "An encoder that predicts the optimal codes of a dictionary.",
    discussion: """
      Begins with T steps of ISTA (lcod: T updates of coordinate descent) on the model's dictionary \
      and trains We, S and θ by backpropagation until codes come near the optimal ones, ½‖z* − z‖².
      """)

  /// What an iteration of the encoder changes.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case lista
    case lcod
  }

  @OptionGroup var model: ModelOptions

  @Option(help: "lista moves all units at each iteration, lcod one.")
  var kind = Kind.lista

  @Option(help: ArgumentHelp("T: passes of lista, updates of lcod.", valueName: "t"))
  var iterations = 3

  @Flag(name: .customLong("per-step"), help: "Give each pass of lista its own S and θ.")
  var hasOwnSteps = false

  @Option(
    help: ArgumentHelp(
      "The optimal codes of the records, as encode --solver writes them (default: computed).",
      valueName: "z.npy"),
    completion: .file())
  var codes: String?

  @Option(
    help: ArgumentHelp(
      "Relative duality gap of codes that are computed (default: 1e-5).", valueName: "g"))
  var gap: Double?

  @OptionGroup var optimiser: OptimiserOptions<FitLista>
  @OptionGroup var epochs: EpochOptions<FitLista>

  func validate() throws {
    try require(
      (0...10_000).contains(iterations), "--iterations must be from 0 to 10000, got \(iterations)")
    try require(
      kind == .lista || iterations >= 1, "--kind lcod needs --iterations of at least 1")
    try require(
      !hasOwnSteps || (kind == .lista && iterations >= 1),
      "--per-step has no effect without passes of lista")
    if let gap { try require(gap > 0 && gap < 1, "--gap must be between 0 and 1, got \(gap)") }
    try require(gap == nil || codes == nil, "--gap has no effect on codes that are given")
    try require(
      epochs.training.data.record == nil, "--record has no effect: the model says what a record is")
    try optimiser.check(
      learning: iterations > 0
        ? [.encoderWeight, .encoderRecurrent, .encoderThreshold]
        : [.encoderWeight, .encoderThreshold])
  }

  var namedFiles: [NamedFile] {
    model.namedFiles + .input("--codes", codes) + epochs.namedFiles
  }

  func run() throws {
    let model = try model.load()
    let problem = try naming(self.model.name) {
      try model.problem(for: .prediction, called: self.model.name)
    }
    try require(
      kind == .lista || problem.penalty.kind == .l1,
      "--kind lcod is for an L1 penalty, that of \(self.model.name) is group")
    let form = kind == .lcod ? Encoder.Form.coordinate : .parallel
    let rate = EncoderStart.predictionRate(
      units: problem.penalisedCount, iterations: iterations, form: form)
    var run = try epochs.prepare(
      options: canonicalOptions(rate), models: ["dictionary": model.digest],
      recordsOf: (model, called: self.model.name))
    try run.data.check(preparedBy: model.preprocessing)
    let objective = ComposedObjective.prediction(
      startingAt: try run.startingEncoder(
        EncoderStart.unrolled(
          problem.withoutDCUnit, form: form, iterations: iterations, hasOwnSteps: hasOwnSteps),
        model.preprocessing))
    let targets = try run.codes(
      codes, of: model, called: self.model.name, problem: problem, gap: gap ?? Self.defaultGap)
    let preprocessing = model.preprocessing
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: run.stepCount)], data: run.data, targets: .codes(targets),
      prepare: { problem.projected(preprocessing($0)) }, validation: run.partition.validation,
      options: optimiser.options(suitableRate: rate), team: run.threads
    )
    let figures = try run.train(&learner)
    let result = Model(
      kind: .lista, recordShape: model.recordShape, preprocessing: preprocessing,
      encoder: objective.encoder(learner.values).appendingDCUnit(of: problem), problem: problem,
      pools: model.pools, card: run.card(figures: figures))
    try result.write(to: run.output)
  }

  private func canonicalOptions(_ rate: Float) -> [(name: String, value: String)] {
    [
      ("kind", kind.rawValue), ("iterations", "\(iterations)"),
      ("per-step", hasOwnSteps ? "1" : "0"),
      ("codes", codes == nil ? "computed" : "given"),
      ("gap", codes == nil ? "\(gap ?? Self.defaultGap)" : "none"),
    ] + epochs.canonicalOptions + optimiser.options(suitableRate: rate).canonical
  }
}
