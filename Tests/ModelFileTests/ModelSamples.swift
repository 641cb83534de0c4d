import ByteIO
import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

extension Tensor {
  /// A tensor of integers.
  init(shape: [Int], integers: [Int32]) { self.init(shape: shape, values: .integers(integers)) }
}

extension Model {
  /// Codes of records: preprocessing, then the encoder.
  /// - Parameter x: records, [N, D].
  /// - Returns: [N, K].
  func encode(_ x: Matrix) -> Matrix {
    let preprocessed = preprocessing(x)
    return encoder.map { $0(preprocessed) } ?? preprocessed
  }
}

/// Models that have every part, by name.
enum ModelSample: String, CaseIterable, Sendable {
  case dictionary, dcUnit, nonnegative, variational, trained, preprocessed, namedPools, storedPools
  case lista, proximal, coordinate, derivedCoordinate, psd, smooth, group, storedGroups
  case drsae, whitening, classifier

  func model() throws -> Model {
    let card = ["seed": "7", "figure.energy": "0.25", "input": "größe"]
    switch self {
    case .dictionary: return Model.sample(card: card)
    case .dcUnit: return Model.sample(hasDCUnit: true, card: card)
    case .nonnegative: return Model.sample(hasDCUnit: true, isNonnegative: true, card: card)
    case .variational:
      var model = Model.sample(hasDCUnit: true, card: card)
      model.problem = model.problem?.variational(beta: 37.5)
      return model
    case .trained:
      var model = Model.sample(card: card)
      model.encoder = .trained
      return model
    case .preprocessed:
      var model = Model.sample(card: card)
      model.preprocessing = .sample([.center, .normalize, .mean, .whitening])
      return model
    case .namedPools:
      var model = Model.sample(hasDCUnit: true)
      model.pools = try PoolLayout.parse("consecutive:2", unitCount: 8)
      return model
    case .storedPools:
      var model = Model.sample(hasDCUnit: true)
      model.pools = try PoolLayout(
        offsets: [0, 3, 5], members: [0, 1, 7, 1, 2], weights: [1, 0.5, 1, 1, 0.25])
      return model
    case .lista:
      var model = Model.sample(card: card)
      model.kind = .lista
      model.encoder = Encoder(
        weight: normalMatrix(8, 6, seed: 1),
        recurrent: (0..<2).map { normalMatrix(8, 8, seed: 2 + $0) },
        threshold: (0..<3).map { normalMatrix(1, 8, seed: 4 + $0).elements }, nonlinearity: .shrink,
        iterations: 2)
      return model
    case .proximal:
      let problem = CodingProblem(
        atoms: normalMatrix(9, 6, seed: 3), lambda: 0.2,
        penalty: try .groups(.parse("tree:2,3", unitCount: 8), kind: .tree, unitCount: 8),
        hasDCUnit: true)
      return Model(
        kind: .lista, recordShape: [2, 3],
        encoder: Encoder(
          weight: normalMatrix(9, 6, seed: 1), recurrent: [normalMatrix(9, 9, seed: 2)],
          threshold: (0..<3).map { normalMatrix(1, 8, seed: 4 + $0).elements },
          function: .pools(try #require(PoolShrinkage(of: problem))), iterations: 2),
        problem: problem)
    case .coordinate:
      var model = Model.sample(hasDCUnit: true, card: card)
      model.kind = .lista
      model.encoder = Encoder(
        weight: normalMatrix(9, 6, seed: 1), recurrent: normalMatrix(9, 9, seed: 2),
        threshold: [Float](repeating: 0.1, count: 9), nonlinearity: .relu, form: .coordinate,
        iterations: 7)
      return model
    case .derivedCoordinate:
      var model = Model.sample(hasDCUnit: true, card: card)
      model.encoder = model.problem.map { .unrollingCoordinates($0, iterations: 12) }
      return model
    case .psd:
      var model = Model.sample(card: card)
      model.kind = .psd
      model.encoder = .trained
      return model
    case .smooth:
      var model = Model.sample(card: card)
      model.kind = .psd
      model.encoder = Encoder(
        weight: normalMatrix(8, 6, seed: 1), threshold: [Float](repeating: 0.5, count: 8),
        nonlinearity: .smoothShrink, sharpness: 4, iterations: 0)
      return model
    case .group:
      return Model(
        kind: .autoencoder, recordShape: [2, 3], encoder: .trained,
        problem: CodingProblem(
          atoms: normalMatrix(6, 8, seed: 3).transposed, lambda: 0.2,
          penalty: try .groups(.parse("consecutive:2", unitCount: 8), unitCount: 8)), card: card)
    case .storedGroups:
      return Model(
        kind: .autoencoder, recordShape: [2, 3], preprocessing: .sample([.whitening]),
        encoder: Encoder(
          weight: normalMatrix(9, 6, seed: 1), threshold: [Float](repeating: 0.1, count: 9),
          nonlinearity: .relu, iterations: 0),
        problem: CodingProblem(
          atoms: normalMatrix(6, 9, seed: 3).transposed, lambda: 0.2,
          penalty: try .groups(
            PoolLayout(
              offsets: [0, 3, 5], members: [0, 1, 7, 1, 2], weights: [1, 0.5, 1, 1, 0.25]),
            unitCount: 8),
          hasDCUnit: true, isNonnegative: true))
    case .drsae:
      let problem = CodingProblem(
        atoms: normalMatrix(8, 6, seed: 2), lambda: 0.02, isNonnegative: true)
      return Model(
        kind: .drsae, recordShape: [2, 3], preprocessing: Preprocessing(steps: [.normalize]),
        encoder: .unrolling(problem, iterations: 3), problem: problem,
        classifier: Classifier(weight: normalMatrix(3, 8, seed: 3), input: .normalized))
    case .whitening:
      return Model(
        kind: .whitening, recordShape: [2, 3], preprocessing: .sample([.mean, .whitening]))
    case .classifier:
      return Model(
        kind: .classifier, recordShape: [6],
        classifier: Classifier(weight: normalMatrix(3, 6, seed: 3), bias: [0.5, -1, 0]))
    }
  }

  /// Whether its encoder follows from its dictionary.
  var followsFromDictionary: Bool {
    ![
      .trained, .lista, .proximal, .coordinate, .psd, .smooth, .group, .storedGroups, .drsae,
    ].contains(self)
  }

  /// The tensors and metadata of the sample.
  func file() throws -> SafetensorsFile { try model().file() }
}

extension Model {
  /// A dictionary of 8 units, and perhaps a DC unit, for records of [2,3].
  static func sample(
    hasDCUnit: Bool = false, isNonnegative: Bool = false, card: [String: String] = [:]
  ) -> Model {
    var atoms = unitAtoms(8, 6, seed: 5)
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.4, count: 6)) }
    let problem = CodingProblem(
      atoms: atoms, lambda: 0.1, hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
    return Model(
      kind: .dictionary, recordShape: [2, 3], encoder: .unrolling(problem, iterations: 3),
      problem: problem, card: card)
  }
}

extension Encoder {
  /// For records of [6] and 8 units, with all that an encoder may have.
  static var trained: Encoder {
    Encoder(
      weight: normalMatrix(8, 6, seed: 1), recurrent: normalMatrix(8, 8, seed: 2),
      threshold: [Float](repeating: 0.1, count: 8), gain: [Float](repeating: 2, count: 8),
      nonlinearity: .tanh, iterations: 2)
  }
}

extension Preprocessing {
  static func sample(_ steps: [Step]) -> Preprocessing {
    Preprocessing(
      steps: steps, mean: steps.contains(.mean) ? [0.1, 0.2, 0.3, 0.4, 0.5, 0.6] : nil,
      whitening: unitAtoms(6, 6, seed: 6),
      unwhitening: normalMatrix(6, 6, seed: 7))
  }
}

/// The model in these bytes, called w.bin.
func model(_ bytes: [UInt8]) throws -> Model {
  try Model(reading: ByteReader(bytes, name: "w.bin"))
}

/// What is wrong with a model, nil where nothing is.
func modelProblem(in file: SafetensorsFile) -> ModelProblem? {
  do {
    _ = try model(file.encoded())
    return nil
  } catch let problem as FileProblem {
    return problem.file == "w.bin" ? problem.problem as? ModelProblem : nil
  } catch {
    return nil
  }
}

/// Where things do not agree, in the words of the message.
func message(_ file: SafetensorsFile) -> String {
  modelProblem(in: file)?.description ?? "no problem"
}
