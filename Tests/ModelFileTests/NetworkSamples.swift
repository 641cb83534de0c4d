import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

extension Model {
  /// A layer of windows over maps.
  static func convolution(
    channels: Int, kernel: Int, units: Int, stride: Int = 1, padding: Int = 0,
    period: Tiling.Period = .one, seed: UInt64
  ) -> Model {
    let tiling = Tiling(
      height: kernel, width: kernel, channels: channels, stride: stride, padding: padding,
      period: period)
    let length = tiling.windowLength
    return Model(
      kind: .autoencoder, recordShape: [kernel, kernel, channels], tiling,
      encoder: Encoder(
        weight: normalMatrix(units, length, seed: seed),
        threshold: [Float](repeating: 0.1, count: units), nonlinearity: .relu, iterations: 0),
      problem: CodingProblem(
        atoms: normalMatrix(units, length, seed: seed + 1), lambda: 0.1, isNonnegative: true))
  }

  /// A layer of whole records.
  static func dense(_ shape: [Int], units: Int, hasDCUnit: Bool = false, seed: UInt64) -> Model {
    let length = shape.reduce(1, *)
    var atoms = unitAtoms(units, length, seed: seed)
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.5, count: length)) }
    let problem = CodingProblem(atoms: atoms, lambda: 0.1, hasDCUnit: hasDCUnit)
    return Model(
      kind: .dictionary, recordShape: shape, encoder: .unrolling(problem, iterations: 1),
      problem: problem)
  }

  static func classifier(_ shape: [Int], seed: UInt64) -> Model {
    let weight = normalMatrix(3, shape.reduce(1, *), seed: seed)
    return Model(
      kind: .classifier, recordShape: shape,
      classifier: Classifier(weight: weight, bias: [0, 1, 2])
    )
  }

  func network() throws -> Network { try Network(file()) }
}

extension Network {
  /// Layers with the poolings between them, in text; several have semicolons between them, `none` is none.
  init(_ models: [Model], _ poolings: [String], card: [String: String] = [:]) throws {
    let all = try poolings.map { text in
      text == "none" ? [] : try FeatureSource.poolings(in: text)
    }
    try self.init(joining: models.map { try $0.network() }, poolings: all, card: card)
  }
}

/// Networks by name.
enum NetworkSample: String, CaseIterable, Sendable {
  case convolutions, classified, whole, dense, twoPoolings, ofModel, parts, whitened

  func network() throws -> Network {
    let first = Model.convolution(channels: 1, kernel: 3, units: 4, seed: 1)
    let second = Model.convolution(channels: 2, kernel: 2, units: 6, seed: 3)
    let pooling = "l2,consecutive:2,2x2:2x2"
    switch self {
    case .convolutions: return try Network([first, second], [pooling])
    case .classified:
      return try Network(
        [first, second, .classifier([2, 2, 3], seed: 5)], [pooling, "max,consecutive:2,2x2"],
        card: ["note": "grün", "layers": "many"])
    case .whole:
      let padded = Model.convolution(channels: 1, kernel: 3, units: 4, padding: 1, seed: 1)
      return try Network([padded, .dense([3, 3, 2], units: 5, seed: 7)], [pooling])
    case .dense:
      return try Network(
        [
          .dense([3, 3, 1], units: 8, hasDCUnit: true, seed: 8), .dense([4], units: 5, seed: 9),
          .classifier([5], seed: 5),
        ], ["l2,consecutive:2", "none"])
    case .twoPoolings:
      return try Network([first, second], ["l2,consecutive:2;mean,consecutive:1,2x2:1x1"])
    case .ofModel:
      var first = first
      first.pools = try PoolLayout(
        offsets: [0, 3, 4], members: [0, 1, 2, 3], weights: [1, 1, 2, 1])
      return try Network([first, second], ["l2,model,2x2:2x2"])
    case .parts:
      return try Network([first, .dense([4, 4, 2], units: 5, seed: 7)], ["l2,consecutive:2,4x4"])
    case .whitened:
      let whitening = Model(
        kind: .whitening, recordShape: [2, 3], preprocessing: .sample([.mean, .whitening]))
      return try Network([whitening, .dense([6], units: 5, seed: 7)], ["none"])
    }
  }
}
