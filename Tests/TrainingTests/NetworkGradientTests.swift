import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Gradients of whole networks against central differences of the same in Double.
@Suite struct NetworkGradientTests {
  /// A network, and the shape of its records.
  struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shape: [Int]
    let models: [Model]
    let poolings: [String]

    func network() throws -> Network {
      let poolings = try poolings.map { text in
        text == "none" ? [] : try FeatureSource.poolings(in: text)
      }
      return try Network(
        joining: try models.map { try Network($0.file()) }, poolings: poolings, card: [:])
    }

    var records: Matrix { normalMatrix(5, shape.reduce(1, *), seed: 77) }
    static let labels: [Int32] = [0, 2, -1, 1, 2]
  }

  private static func thresholds(_ count: Int) -> [Float] {
    (0..<count).map { 0.02 + 0.05 * Float($0 % 4) }
  }

  private static func encoder(_ units: Int, _ length: Int, seed: UInt64) -> Encoder {
    Encoder(
      weight: normalMatrix(units, length, seed: seed), threshold: thresholds(units),
      gain: (0..<units).map { 0.6 + 0.2 * Float($0 % 4) }, nonlinearity: .relu, iterations: 0)
  }

  private static func tiled(
    _ units: Int, _ tiling: Tiling, _ preprocessing: Preprocessing = .none, seed: UInt64
  ) -> Model {
    let all = units * tiling.period.count
    let atoms = unitAtoms(all, tiling.windowLength, seed: seed + 1)
    return Model(
      kind: .autoencoder, recordShape: [tiling.height, tiling.width, tiling.channels], tiling,
      preprocessing: preprocessing,
      encoder: encoder(all, tiling.windowLength, seed: seed),
      problem: CodingProblem(
        atoms: atoms, lambda: 0.2, isNonnegative: true,
        lipschitz: tiling.squaredNormBound(of: atoms)))
  }

  private static func dense(
    _ units: Int, _ length: Int, _ preprocessing: Preprocessing = .none, seed: UInt64,
    kind: Model.Kind = .autoencoder
  ) -> Model {
    let inputs = preprocessing.whitening?.rows ?? length
    return Model(
      kind: kind, recordShape: [length], preprocessing: preprocessing,
      encoder: encoder(units, inputs, seed: seed),
      problem: CodingProblem(
        atoms: unitAtoms(units, inputs, seed: seed + 1), lambda: 0.2, isNonnegative: true),
      classifier: kind == .drsae
        ? Classifier(weight: normalMatrix(3, units, seed: seed + 2), input: .normalized) : nil)
  }

  private static func classifier(_ shape: [Int], seed: UInt64) -> Model {
    Model(
      kind: .classifier, recordShape: shape,
      classifier: Classifier(
        weight: normalMatrix(3, shape.reduce(1, *), seed: seed), bias: [0.1, -0.2, 0.3]))
  }

  static let samples = [
    Sample(
      testDescription: "convolutions, l2 of windows, max of parts", shape: [6, 7, 2],
      models: [
        tiled(3, Tiling(height: 3, width: 2, channels: 2, padding: 1), seed: 1),
        tiled(4, Tiling(height: 2, width: 2, channels: 3), seed: 4),
        classifier([2, 1, 2], seed: 7),
      ], poolings: ["l2,consecutive:1,2x3:2x2", "max,consecutive:2,2x1"]),
    Sample(
      testDescription: "local units, mean of overlapping pools, steps before a dense layer",
      shape: [5, 5, 1],
      models: [
        tiled(
          2, Tiling(height: 2, width: 2, channels: 1, period: .init(rows: 2, columns: 2)), seed: 11),
        dense(
          5, 18,
          Preprocessing(
            steps: [.center, .normalize, .mean, .whitening],
            mean: normalMatrix(1, 18, seed: 14).elements.map { 0.1 * $0 },
            whitening: normalMatrix(7, 18, seed: 15), unwhitening: normalMatrix(18, 7, seed: 16)),
          seed: 17),
        classifier([5], seed: 20),
      ], poolings: ["mean,consecutive:1,2x2:1x1", "none"]),
    Sample(
      testDescription: "dense layers, a torus, two poolings, codes classified by their direction",
      shape: [6],
      models: [dense(9, 6, seed: 21), dense(4, 9, seed: 24), dense(4, 2, seed: 27, kind: .drsae)],
      poolings: [
        "l2,torus:3x3:2:1;max,consecutive:1;l2,consecutive:1",
        "l2,consecutive:2",
      ]),
    Sample(
      testDescription: "convolutions of maps, contrast and scale before each", shape: [8, 7, 2],
      models: [
        tiled(
          3, Tiling(height: 2, width: 2, channels: 2),
          Preprocessing(steps: [.contrast, .scale], contrastWindow: 3, scale: [0.7, 1.3]), seed: 31),
        tiled(
          4, Tiling(height: 2, width: 2, channels: 3, padding: 1),
          Preprocessing(steps: [.contrast, .scale], contrastWindow: 5, scale: [0.5, 2, 0.8]),
          seed: 34),
        tiled(
          3, Tiling(height: 2, width: 2, channels: 2),
          Preprocessing(steps: [.scale], scale: [0.6, 1.7]), seed: 37),
        classifier([2, 2, 3], seed: 40),
      ], poolings: ["mean,consecutive:1,2x2:1x1", "l2,consecutive:2,2x2:2x2", "none"]),
  ]

  private static func options(
    energy: Float = 0, frozen: Set<Int> = []
  ) -> NetworkTraining.Options {
    var options = NetworkTraining.Options()
    options.energy = energy
    options.frozen = frozen
    return options
  }

  /// What a layer's energy is divided by: ½ mean ‖x‖² of what its encoder takes.
  private static func energies(_ training: NetworkTraining) -> [Double?] {
    training.objective.stages.map { stage in
      stage.criteria.first { $0.criterion is Reconstruction }.map { Double($0.weight) }
    }
  }

  /// How much energies count, and which layers stay as they are.
  struct Choice: Sendable {
    var energy: Float = 0
    var frozen: Set<Int> = []

    static let all = [
      Choice(), Choice(energy: 0.7), Choice(frozen: [1]), Choice(energy: 0.7, frozen: [2]),
      Choice(energy: 0.3, frozen: [1, 3]), Choice(frozen: [3]),
    ]
  }

  @Test("the whole chain", arguments: samples.indices, Choice.all)
  func chain(_ index: Int, _ choice: Choice) throws {
    let sample = Self.samples[index]
    let network = try sample.network()
    let training = try NetworkTraining(
      network, recordShape: sample.shape, sample: { $0(sample.records) },
      options: Self.options(energy: choice.energy, frozen: choice.frozen))
    let plain = PlainNetwork(network: network, energies: Self.energies(training))
    #expect((choice.energy > 0) == plain.energies.contains { $0 != nil })
    GradientTests.check(
      training.objective, records: training.preparation(sample.records),
      target: .labels(Sample.labels),
      { plain.loss(doubles(sample.records), Sample.labels, sample.shape, $0) },
      "\(sample.testDescription) \(choice)")
  }

  @Test("what drops out passes nothing, and what does depends on seed, record and step alone")
  func dropout() throws {
    let map = DropoutMap(0.4, length: 1001, seed: 5)
    let ones = Matrix(rows: 3, columns: 1001, elements: [Float](repeating: 1, count: 3003))
    func factors(_ numbers: [Int], step: Int?) -> Matrix {
      map.forward(ones, of: Batch(ones, numbers: numbers, step: step)).output
    }
    #expect(factors([0, 1, 2], step: nil) == ones)
    let (first, other) = (factors([3, 9, 4], step: 7), factors([9, 4, 3], step: 7))
    #expect(first.row(0) == other.row(2) && first.row(1) == other.row(0))
    #expect(first.row(0) != first.row(1) && first.row(0) != factors([3, 9, 4], step: 8).row(0))
    #expect(Set(first.elements) == [0, 1 / (1 - 0.4 as Float)])
    let share = Double(first.elements.count { $0 == 0 }) / 3003
    #expect(abs(share - 0.4) < 0.04, "\(share)")
    let batch = Batch(ones, numbers: [3, 9, 4], step: 7)
    let tape = map.forward(ones, of: batch).tape
    #expect(map.inputDelta(ones, from: tape, input: ones) == first)
  }

  @Test("dropout in a network is that of its features")
  func droppedFeatures() throws {
    let sample = Self.samples[0]
    let network = try sample.network()
    var options = Self.options()
    options.dropout = 0.5
    let training = try NetworkTraining(
      network, recordShape: sample.shape, sample: { $0(sample.records) }, options: options)
    let objective = training.objective
    let batch = Batch(
      sample.records, numbers: [0, 1, 2, 3, 4], target: .labels(Sample.labels), step: 3)
    let prepared = objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1))
    let found = objective.evaluate(batch, at: prepared, wantsGradients: true)
    let ones = Matrix(rows: 5, columns: 4, elements: [Float](repeating: 1, count: 20))
    let kept = DropoutMap(0.5, length: 4, seed: 0).forward(ones, of: batch).output
    let plain = PlainNetwork(network: network, kept: doubles(kept))
    let expected = plain.loss(doubles(sample.records), Sample.labels, sample.shape, [:])
    let loss = try #require(found.figures["loss"])
    #expect(abs(loss.sum - expected) < 1e-4 * expected)
    let judged = objective.evaluate(
      Batch(sample.records, numbers: batch.numbers, target: batch.target), at: prepared,
      wantsGradients: false)
    #expect(judged.figures["loss"] != found.figures["loss"])
  }

  @Test("steps of all parameters are relative to their size")
  func rateFactors() throws {
    let sample = Self.samples[0]
    let network = try sample.network()
    func factors(_ network: Network) throws -> [Parameter.Name: Float] {
      try NetworkTraining(
        network, recordShape: sample.shape, sample: { $0(sample.records) },
        options: Self.options()
      ).rateFactors(for: sample.records)
    }
    let found = try factors(network)
    let weight = try #require(network.layers[1].encoder?.weight)
    let size = try #require(found[.encoderWeight.prefixed("layers.2.")])
    #expect(abs(size - rootMeanSquare(weight)) < 1e-6)
    // Codes of layer 1 ten times as large, which layer 2 takes with weights a tenth as large.
    var (first, second) = (sample.models[0], sample.models[1])
    func scaled(_ encoder: Encoder, by factor: Float) -> Encoder {
      var weight = encoder.weight
      weight.scale(by: factor)
      return Encoder(
        weight: weight, threshold: encoder.threshold[0].map { $0 * max(1, factor) },
        gain: encoder.gain, nonlinearity: .relu, iterations: 0)
    }
    first.encoder = first.encoder.map { scaled($0, by: 10) }
    second.encoder = second.encoder.map { scaled($0, by: 0.1) }
    let other = Sample(
      testDescription: "", shape: sample.shape, models: [first, second, sample.models[2]],
      poolings: sample.poolings)
    let rescaled = try factors(try other.network())
    for (name, factor) in [
      ("layers.1.encoder.weight", 10), ("layers.1.encoder.threshold", 10),
      ("layers.2.encoder.weight", 0.1), ("layers.3.classifier.weight", 1),
    ] as [(String, Float)] {
      let (before, after) = (found[Parameter.Name(name)], rescaled[Parameter.Name(name)])
      let ratio = (after ?? .nan) / (before ?? .nan)
      #expect(abs(ratio - factor) < 1e-4 * factor, "\(name) \(ratio)")
    }
  }
}
