import ByteIO
import CommandLineSupport
import Inference
import ModelFile
import SparseCoding
import Training
import TrainingSupport

/// Encoders of images, for a dictionary whose units see windows of them.
extension FitLista {
  func predictImages(_ model: Model, _ tiling: Tiling) throws {
    let problem = try prediction.imageProblem(of: model)
    let function = try prediction.function(for: problem, tiling)
    let units = tiling.recurrent(units: problem.codeLength / tiling.period.count).windowLength
    let rate = EncoderStart.predictionRate(
      units: units, iterations: prediction.iterations, form: .parallel)
    var run = try epochs.prepare(
      options: canonicalOptions(function, rate, ofImages: true), ofImages: true,
      models: ["dictionary": model.digest], recordsOf: (model, called: prediction.model.name))
    let geometry = try run.geometry(of: tiling, by: prediction.model.name)
    let preprocessing = model.preprocessing.on(images: run.data.recordShape)
    try run.data.check(preparedBy: preprocessing)
    let encoder = try run.startingEncoder(
      EncoderStart.unrolled(
        problem, tiling, isProximal: function == .proximal, iterations: prediction.iterations,
        hasOwnSteps: prediction.hasOwnSteps),
      preprocessing, geometry)
    let objective = ComposedObjective.prediction(startingAt: encoder, geometry)
    let targets = try run.codes(
      prediction.codes, of: model, called: prediction.model.name,
      ofImages: TiledProblem(
        atoms: problem.atoms, geometry, lambda: problem.lambda, penalty: problem.penalty,
        isNonnegative: problem.isNonnegative, lipschitz: problem.lipschitz), gap: prediction.gap)
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: run.stepCount)], data: run.data, targets: .codes(targets),
      prepare: { preprocessing($0) }, validation: run.partition.validation,
      options: optimiser.options(suitableRate: rate), team: run.threads)
    let figures = try run.train(&learner)
    let result = Model(
      kind: .lista, recordShape: model.recordShape, tiling, preprocessing: preprocessing,
      encoder: objective.encoder(learner.values), problem: problem, pools: model.pools,
      card: run.card(figures: figures))
    try result.write(to: run.output)
  }
}
