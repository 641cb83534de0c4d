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
  static var optimiser: Optimiser.Options { .decaying }

  static let configuration = CommandConfiguration(
    commandName: "lista",
    abstract: "An encoder that predicts the optimal codes of a dictionary.",
    discussion: """
      Begins with T steps of ISTA (lcod: T updates of coordinate descent) on the model's dictionary \
      and trains We, S and θ by backpropagation until codes come near the optimal ones, ½‖z* − z‖².
      """)

  @OptionGroup var prediction: PredictionOptions
  @OptionGroup var optimiser: OptimiserOptions<FitLista>
  @OptionGroup var epochs: EpochOptions<FitLista>

  func validate() throws {
    try require(
      epochs.training.data.record == nil, "--record has no effect: the model says what a record is")
    try optimiser.check(learning: prediction.parameters)
  }

  var namedFiles: [NamedFile] { prediction.namedFiles + epochs.namedFiles }

  func run() throws {
    let (name, model) = (prediction.model.name, try prediction.model.load())
    if let tiling = model.tiling { return try predictImages(model, tiling) }
    let problem = try prediction.problem(of: model)
    let preprocessing = model.preprocessing
    let function = try prediction.function(for: problem)
    let rate = prediction.suitableRate(for: problem)
    var run = try epochs.prepare(
      options: canonicalOptions(function, rate, ofImages: false), ofImages: false,
      models: ["dictionary": model.digest],
      recordsOf: (model, called: name))
    try run.data.check(preparedBy: preprocessing)
    let objective = ComposedObjective.prediction(
      startingAt: try run.startingEncoder(prediction.start(for: problem, function), preprocessing))
    let targets = try run.codes(
      prediction.codes, of: model, called: name, problem: problem, gap: prediction.gap)
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: run.stepCount)], data: run.data, targets: .codes(targets),
      prepare: { problem.projected(preprocessing($0)) }, validation: run.partition.validation,
      options: optimiser.options(suitableRate: rate), team: run.threads)
    let figures = try run.train(&learner)
    let result = Model(
      kind: .lista, recordShape: model.recordShape, preprocessing: preprocessing,
      encoder: objective.encoder(learner.values).appendingDCUnit(of: problem), problem: problem,
      pools: model.pools, card: run.card(figures: figures))
    try result.write(to: run.output)
  }

  func canonicalOptions(
    _ function: EncoderFunction.Name, _ rate: Float, ofImages: Bool
  ) -> [(name: String, value: String)] {
    prediction.canonicalOptions(function) + epochs.canonicalOptions(ofImages: ofImages)
      + optimiser.canonical(suitableRate: rate)
  }
}
