import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// The discriminative recurrent sparse auto-encoder against PyTorch's autograd in double precision:
/// Tests/Reference/drsae.py.
struct DiscriminativeOracleTests {
  static let records = 16
  static let passes = 3

  static func array(_ name: String) throws -> Matrix { try referenceMatrix("drsae/\(name).npy") }

  static func number(_ name: String) throws -> Double {
    try Double(array(name).elements[0])
  }

  static func labels() throws -> [Int32] { try referenceIntegers("drsae/labels.npy") }

  /// What the script calls by the names of parameters; the decoder is Dᵀ here.
  static func parameter(_ prefix: String, _ name: Parameter.Name) throws -> Matrix {
    let value = try array(prefix + name.fixture)
    return name == .decoderWeight ? value.transposed : value
  }

  static func objective(classification: Float) throws -> ComposedObjective<EncoderMap> {
    let encoder = Encoder(
      weight: try array("weight"), recurrent: try array("recurrent"),
      threshold: try array("threshold").elements, nonlinearity: .relu, iterations: passes)
    // The script's R = 1.5 counts for λ = 0.03 as well.
    var weights = AutoencoderWeights(lambda: 1.5 * 0.03)
    weights.reconstruction = 1.5
    weights.classification = classification
    return .autoencoder(
      startingAt: encoder, atoms: try parameter("", .decoderWeight),
      classes: try array("classifier"),
      weights: weights, penalty: .l1)
  }

  static func evaluate(_ objective: ComposedObjective<EncoderMap>) throws -> Evaluation {
    objective.evaluate(
      batch(of: try array("records"), .labels(try labels())),
      at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
      wantsGradients: true)
  }

  @Test("losses and gradients of the three criteria", arguments: [Float(0.25), 0])
  func gradients(_ classification: Float) throws {
    let objective = try Self.objective(classification: classification)
    let evaluation = try Self.evaluate(objective)
    let prefix = classification == 0 ? "unsupervised-" : ""
    let count = Double(Self.records)
    for (figure, name) in [
      ("energy", "\(prefix)loss"), ("reconstruction", "reconstruction"),
      ("classification", "classification"),
    ] {
      let sum = try #require(evaluation.figures[figure]).sum
      let expected = try Self.number(name)
      #expect(abs(sum / count - expected) < 1e-6, "\(name)")
    }
    let labelled = try Self.labels().count { $0 >= 0 }
    #expect(evaluation.figures["classification"]?.count == labelled)
    for parameter in objective.parameters {
      let gradient = evaluation.gradients[parameter.name]
      if classification == 0, parameter.name == .classifierWeight {
        #expect(gradient.elements.allSatisfy { $0 == 0 })
        continue
      }
      let expected = try Self.parameter("\(prefix)gradient-", parameter.name)
      let size = expected.elements.reduce(0) { max($0, abs($1)) }
      let mean = gradient.elements.map { $0 / Float(count) }
      #expect(agree(mean, expected.elements, within: 2e-5 * size), "\(parameter.name)")
    }
  }

  /// Where labels alone count, records without one have the loss 0: no start for the guard against a
  /// loss that rises.
  @Test("a batch without labels is no start to measure a rise from")
  func unlabelledStart() throws {
    var weights = AutoencoderWeights(lambda: 0)
    weights.reconstruction = 0
    weights.classification = 1
    let model = try Self.objective(classification: 1)
    let start = model.parts(ParameterMatrices(model.parameters))
    let alone = ComposedObjective.autoencoder(
      startingAt: start.encoder, atoms: try Self.parameter("", .decoderWeight),
      classes: start.classes,
      weights: weights, penalty: .l1)
    var labels = try Self.labels()
    for record in 0..<8 { labels[record] = -1 }
    #expect(labels.contains { $0 >= 0 })
    var learner = GradientLearner(
      [TrainingPhase(alone, steps: 2)], data: try trainingSet(try Self.array("records")),
      targets: .labels(labels), prepare: { $0 }, validation: [], options: Optimiser.Options(),
      team: Threads(1))
    try learner.learn(from: Array(0..<8))
    try learner.learn(from: Array(8..<Self.records))
    #expect(try learner.endEpoch(isLast: true)[0].value > 0)
  }

  @Test("scores are those of the classifier of a model")
  func scores() throws {
    let parts = try Self.objective(classification: 1)
    let model = parts.parts(ParameterMatrices(parts.parameters))
    let classifier = Classifier(weight: try #require(model.classes), input: .normalized)
    let scores = classifier(model.encoder(try Self.array("records")))
    #expect(agree(scores.elements, try Self.array("scores").elements, within: 1e-6))
  }

  @Test("five steps with bounds and clipping", arguments: Optimiser.Method.allCases)
  func training(_ method: Optimiser.Method) throws {
    let objective = try Self.objective(classification: 0.25)
    let start = DiscriminativeStart(
      EncoderShape(.relu, hasGain: false, iterations: Self.passes), seed: 0)
    var options = Optimiser.Options()
    options.method = method
    options.rate = method == .adam ? 0.01 : 0.2
    options.momentum = method == .adam ? 0.9 : 0
    options.secondDecay = 0.99
    options.clip = 1
    options.rateFactors = start.rateFactors
    options.bounds = start.bounds
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: 5)], data: try trainingSet(try Self.array("records")),
      targets: .labels(try Self.labels()), prepare: { $0 }, validation: [], options: options,
      team: Threads(2))
    let losses = try Self.array("\(method.rawValue)-losses").elements
    for step in 0..<5 {
      try learner.learn(from: Array(0..<Self.records))
      let loss = try learner.endEpoch(isLast: false)[0].value
      #expect(abs(loss - Double(losses[step])) <= 1e-5 * loss, "step \(step)")
      for parameter in objective.parameters {
        let value = learner.values[parameter.name]
        let all = try Self.array("\(method.rawValue)-\(parameter.name.fixture)").elements
        let part = Array(all[step * value.elements.count..<(step + 1) * value.elements.count])
        let expected =
          parameter.name == .decoderWeight
          ? Matrix(rows: value.columns, columns: value.rows, elements: part).transposed.elements
          : part
        #expect(agree(value.elements, expected, within: 2e-5), "\(parameter.name) step \(step)")
      }
    }
  }
}
