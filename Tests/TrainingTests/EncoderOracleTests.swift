import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Trained encoders against PyTorch's autograd in double precision: Tests/Reference/encoders.py.
struct EncoderOracleTests {
  static func array(_ name: String) throws -> Matrix { try referenceMatrix("encoders/\(name).npy") }

  /// The encoder that the script calls `name`-`passes`, with weights of every step or the first.
  static func encoder(
    _ nonlinearity: Nonlinearity, passes: Int, hasOwnSteps: Bool = false, hasGain: Bool = true,
    form: Encoder.Form = .parallel
  ) throws -> Encoder {
    let recurrent = try array("recurrent")
    let threshold = try array("threshold")
    let steps = passes == 0 ? 0 : hasOwnSteps ? passes : 1
    return Encoder(
      weight: try array("weight"),
      recurrent: (0..<steps).map { recurrent.rows($0 * 9..<($0 + 1) * 9) },
      threshold: (0..<(hasOwnSteps ? passes + 1 : 1)).map { Array(threshold.row($0)) },
      gain: hasGain ? try array("gain").elements : nil, nonlinearity: nonlinearity,
      sharpness: 10, form: form, iterations: passes)
  }

  /// Compares an evaluation with what the script wrote under `name`.
  static func check(
    _ evaluation: Evaluation, _ objective: some Objective, _ name: String, offset: Double = 0,
    turned: Set<Parameter.Name> = []
  ) throws {
    let loss = try Double(array("\(name)-loss").elements[0]) + offset
    let sum = try #require(evaluation.figures[objective.loss]).sum
    #expect(abs(sum - loss) <= 1e-5 * abs(loss), "\(name)")
    for parameter in objective.parameters {
      let gradient = evaluation.gradients[parameter.name]
      var expected = try array("\(name)-gradient-\(parameter.name.fixture)")
      if turned.contains(parameter.name) { expected = expected.transposed }
      let size = expected.elements.reduce(0) { max($0, abs($1)) }
      #expect(
        agree(gradient.elements, expected.elements, within: 2e-5 * size),
        "\(name) \(parameter.name)")
    }
  }

  @Test("codes, losses and gradients of encoders", arguments: Nonlinearity.allCases)
  func parallel(_ f: Nonlinearity) throws {
    for (passes, hasOwnSteps) in [(0, false), (3, false), (3, true)] {
      let name = "\(f.rawValue)-\(passes)\(hasOwnSteps ? "-steps" : "")"
      let encoder = try Self.encoder(f, passes: passes, hasOwnSteps: hasOwnSteps)
      let codes = try Self.array("\(name)-codes")
      #expect(agree(encoder(try Self.array("records")).elements, codes.elements, within: 1e-5))
      let objective = ComposedObjective.prediction(startingAt: encoder)
      try Self.check(
        objective.evaluate(
          batch(of: try Self.array("records"), .codes(try Self.array("targets"))),
          at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
          wantsGradients: true),
        objective, name)
    }
  }

  @Test(
    "codes, losses and gradients of coordinate encoders", arguments: [Nonlinearity.relu, .shrink])
  func coordinate(_ f: Nonlinearity) throws {
    let encoder = try Self.encoder(f, passes: 4, hasGain: false, form: .coordinate)
    let codes = try Self.array("lcod-\(f.rawValue)-4-codes")
    #expect(agree(encoder(try Self.array("records")).elements, codes.elements, within: 1e-5))
    let objective = ComposedObjective.prediction(startingAt: encoder)
    try Self.check(
      objective.evaluate(
        batch(of: try Self.array("records"), .codes(try Self.array("targets"))),
        at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
        wantsGradients: true),
      objective, "lcod-\(f.rawValue)-4", turned: [.encoderRecurrent])
  }

  @Test("the auto-encoder", arguments: ["l1", "group"])
  func autoencoder(_ name: String) throws {
    let penalty: any Penalty =
      name == "l1" ? L1Penalty() : try GroupPenalty(.consecutive(3, of: 9), unitCount: 9)
    let objective = ComposedObjective.autoencoder(
      startingAt: try Self.encoder(.relu, passes: 0), atoms: try Self.array("decoder").transposed,
      weights: AutoencoderWeights(lambda: 0.1),
      penalty: penalty)
    try Self.check(
      objective.evaluate(
        batch(of: try Self.array("records")),
        at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
        wantsGradients: true),
      objective, "autoencoder-\(name)", turned: [.decoderWeight])
  }

  @Test("predictive sparse decomposition", arguments: [Nonlinearity.shrink, .tanh])
  func decomposition(_ f: Nonlinearity) throws {
    let name = "psd-\(f.rawValue)"
    let objective = PredictiveDecomposition(
      startingAt: try Self.encoder(f, passes: 0), atoms: try Self.array("decoder").transposed,
      lambda: 0.1, attraction: 0.5, gap: 1e-7)
    let evaluation = objective.evaluate(
      batch(of: try Self.array("records")),
      at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
      wantsGradients: true)
    let energies = try Self.array("\(name)-energies").elements.reduce(0.0) { $0 + Double($1) }
    let energy = try #require(evaluation.figures["energy"]).sum
    #expect(abs(energy - energies) <= 1e-5 * energies)
    // The script's loss holds z and leaves the penalty out.
    let penalty = try L1Penalty().value(of: Self.array("\(name)-codes"))
    try Self.check(evaluation, objective, name, offset: 0.1 * penalty, turned: [.decoderWeight])
  }

  @Test("three steps of the optimisers", arguments: Optimiser.Method.allCases)
  func steps(_ method: Optimiser.Method) throws {
    let start = try Self.array("optimizer-start")
    let gradients = try Self.array("optimizer-gradients")
    let expected = try Self.array("\(method.rawValue)-parameters")
    var options = Optimiser.Options()
    options.method = method
    options.rate = method == .adam ? 0.01 : 0.1
    var optimiser = Optimiser(
      [Parameter(.encoderWeight, Matrix(rows: 1, columns: 5, elements: start.elements))],
      options: options, phases: [3])
    for step in 0..<3 {
      optimiser.step([.encoderWeight: gradients.rows(step..<step + 1)], recordCount: 1)
      #expect(
        agree(
          optimiser.parameters[0].value.elements, Array(expected.row(step)), within: 1e-6),
        "step \(step)")
    }
  }

  @Test("five steps of LISTA")
  func training() throws {
    let lipschitz = try Self.array("training-lipschitz").elements[0]
    let problem = CodingProblem(
      atoms: try Self.array("decoder").transposed, lambda: 0.1, lipschitz: lipschitz)
    let objective = ComposedObjective.prediction(
      startingAt: EncoderStart.unrolled(problem, form: .parallel, iterations: 3, hasOwnSteps: false)
    )
    let data = try trainingSet(try Self.array("training-records"))
    let targets = try CodeTargets(
      try trainingSet(try Self.array("training-targets")), codeLength: 9, records: data.count)
    var options = Optimiser.Options()
    options.rate = 0.01
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: 5)], data: data, targets: .codes(targets),
      prepare: { $0 }, validation: [], options: options, team: Threads(2))
    let losses = try Self.array("training-losses").elements
    for step in 0..<5 {
      try learner.learn(from: Array(0..<data.count))
      let loss = try learner.endEpoch(isLast: false)[0].value
      #expect(abs(loss - Double(losses[step])) <= 1e-5 * loss, "step \(step)")
    }
    for parameter in objective.parameters {
      let value = learner.values[parameter.name]
      let expected = try Self.array("training-\(parameter.name.fixture)")
      #expect(agree(value.elements, expected.elements, within: 1e-5), "\(parameter.name)")
    }
  }
}
