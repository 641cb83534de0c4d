import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding

/// How a network is trained end to end: its layers as ``NetworkObjective``, and models of them afterwards.
public struct NetworkTraining: Sendable {
  /// What is asked for.
  public struct Options: Sendable {
    /// Layers of which nothing is learned, from 1.
    public var frozen: Set<Int> = []
    /// The share of the features that the last layer takes which are left out at random, of ``DropoutMap/shares``.
    public var dropout: Float = 0
    /// How much the energies of the layers, each as a share of that of codes of zero, count beside the classification.
    public var energy: Float = 0
    /// Whether layers begin with random weights and not with their own.
    public var isRandom = false
    public var seed: UInt64 = 0

    public init() {}

    /// What ``energy`` may be.
    public static let energies = Interval.atLeast(0)
  }

  public let network: Network
  public let objective: NetworkObjective
  /// What records of the first layer lose before anything is learned from them.
  public let preparation: Preprocessing

  /// What is learned of a network, by name.
  /// - Throws: ``NetworkTrainingProblem`` where these options do not go with it.
  public static func parameters(
    of network: Network, _ options: Options
  ) throws -> [Parameter.Name] {
    let count = network.layers.count
    if let number = options.frozen.sorted().first(where: { !(1...count).contains($0) }) {
      throw NetworkTrainingProblem.noLayer(number, of: count)
    }
    if options.frozen.count == count { throw NetworkTrainingProblem.allFrozen }
    guard let classifier = network.layers.last?.classifier else {
      throw NetworkTrainingProblem.noClassifier
    }
    return network.layers.enumerated().flatMap { index, layer -> [Parameter.Name] in
      let number = index + 1
      guard !options.frozen.contains(number) else { return [] }
      var names = layer.encoder.map { EncoderMap(start: $0).parameters.map(\.name) } ?? []
      if options.energy > 0, layer.encoder != nil { names.append(.decoderWeight) }
      if number == count {
        names += [.classifierWeight] + (classifier.bias == nil ? [] : [.classifierBias])
      }
      return names.map { $0.prefixed(Network.prefix(ofLayer: number)) }
    }
  }

  /// - Parameters:
  ///   - recordShape: of the records that are learned from.
  ///   - sample: some of these, prepared by the first layer, [N, D], which say how large features are.
  /// - Throws: ``NetworkTrainingProblem``; `PoolProblem`.
  public init(
    _ network: Network, recordShape: [Int], sample: (Preprocessing) throws -> Matrix,
    options: Options
  ) throws {
    self.network = network
    let names = try Self.parameters(of: network, options)
    let count = network.layers.count
    var shape = recordShape
    let maps = try network.layers.indices.map { index in
      try LayerMaps(network, index, shape: &shape, options)
    }
    let first = network.layers[0]
    preparation =
      first.tiling == nil ? first.preprocessing : first.preprocessing.on(images: recordShape)
    var x = try sample(preparation)
    objective = NetworkObjective(
      stages: try maps.map { maps in try maps.stage(of: count, x: &x, options) })
    precondition(Set(objective.parameters.map(\.name)) == Set(names), "\(names)")
  }

  /// A rate of Adam, of steps relative to the size of weights.
  public static let suitableRate: Float = 0.01

  /// Refuses labels of classes that the classifier does not have.
  public func check(_ labels: ClassLabels) throws {
    let expected = network.layers.last?.classifier?.classCount ?? 0
    guard labels.classCount <= expected else {
      throw NetworkTrainingProblem.tooManyClasses(expected: expected, found: labels.classCount)
    }
  }

  /// The network of values of the objective's parameters.
  /// - Parameter card: of the network.
  public func network(_ values: ParameterMatrices, card: [String: String]) throws -> Network {
    let models = zip(network.layers, objective.stages).map { layer, stage in
      stage.isFrozen ? nil : layer.with(values.layer(stage.prefix), stage)
    }
    return try network.replacing(models, card: card)
  }
}

extension Model {
  /// The same model with what was learned of it.
  fileprivate func with(_ values: ParameterMatrices, _ stage: NetworkObjective.Stage) -> Model {
    var model = self
    if let map = stage.encoder {
      model.encoder = map.encoder(values)
      // They were those of codes before.
      model.variance = nil
      // It does not follow from the dictionary any more.
      if kind == .dictionary { model.kind = .autoencoder }
    }
    if let atoms = values[ifPresent: .decoderWeight], let problem {
      let learned = CodingProblem(
        atoms: atoms, lambda: problem.lambda, penalty: problem.penalty,
        isNonnegative: problem.isNonnegative,
        lipschitz: tiling.map { $0.squaredNormBound(of: atoms) })
      model.problem = learned
      model.decoder = Decoder(weight: atoms.transposed)
    }
    if let weight = values[ifPresent: .classifierWeight], let classifier {
      model.classifier = Classifier(
        weight: weight, bias: values[ifPresent: .classifierBias]?.elements, input: classifier.input)
    }
    model.card["tuned"] = digest
    return model
  }
}

/// What a network cannot be trained with. Layers are counted from 1.
public enum NetworkTrainingProblem: Problem, Equatable {
  case noLayer(Int, of: Int)
  case allFrozen
  case noClassifier
  /// Records of this shape are none of those that the layer takes.
  case records(layer: Int, expected: [Int], isImages: Bool, found: [Int])
  case noWindow(layer: Int, places: [Int])
  /// The classifier reads fewer classes than labels have.
  case tooManyClasses(expected: Int, found: Int)
  /// A layer whose energy cannot count.
  case noEnergy(layer: Int)
  /// A layer whose codes no encoder follows from.
  case variational(layer: Int)

  public var description: String {
    switch self {
    case .noLayer(let number, let count): "has \(count) layers, and none of the number \(number)"
    case .allFrozen: "all layers are frozen, and nothing is left to learn"
    case .noClassifier: "ends in no classifier, expected one to learn from labels with"
    case .records(let layer, let expected, let isImages, let found):
      "layer \(layer) takes \(isImages ? "images with windows" : "records") of \(expected), found \(found)"
    case .noWindow(let layer, let places):
      "no window of the pooling after layer \(layer) fits its \(places[0])x\(places[1]) places"
    case .tooManyClasses(let expected, let found):
      "labels of \(found) classes, the classifier has \(expected)"
    case .variational(let layer):
      "codes of layer \(layer) are variational, which no encoder follows from; try fit lista"
    case .noEnergy(let layer):
      "layer \(layer) has a DC unit, codes with noise, or no dictionary, and no energy that could count"
    }
  }
}
