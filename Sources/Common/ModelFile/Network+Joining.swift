import ByteIO
import SparseCoding

extension Network {
  /// Layers one after another, those of networks among them.
  /// - Parameters:
  ///   - poolings: how the codes of each layer but the last become what the next takes, where no card says it.
  ///   - card: what stands beside the layers.
  /// - Throws: ``NetworkProblem`` where they do not follow each other.
  public init(
    joining parts: [Network], poolings: [[Pooling]]? = nil, card: [String: String]
  ) throws {
    let (files, models) = (parts.flatMap(\.files), parts.flatMap(\.layers))
    guard (2...Self.layerLimit).contains(files.count) else {
      throw NetworkProblem.layerCount(files.count)
    }
    try Self.checkParts(models)
    if let poolings, poolings.count != files.count - 1 {
      throw NetworkProblem.poolingCount(poolings.count, layers: files.count)
    }
    try self.init(
      linking: files.indices.map { index in
        guard index > 0 else { return files[0] }
        return try Self.file(
          files[index], of: models[index], number: index + 1, after: models[index - 1],
          poolings?[index - 1])
      }, card: card)
  }

  /// With the digests of the layers before, where they have changed, in the cards of those after.
  init(linking files: [SafetensorsFile], card: [String: String]) throws {
    var linked = [files[0]]
    for file in files.dropFirst() {
      var file = file
      file.metadata[FeatureSource.modelKey] = SafetensorsFile.digest(
        of: linked[linked.count - 1].encoded())
      linked.append(file)
    }
    try self.init(Self.file(of: linked, card: card))
  }

  /// The file of a layer that says whose codes it takes.
  private static func file(
    _ file: SafetensorsFile, of model: Model, number: Int, after earlier: Model,
    _ poolings: [Pooling]?
  ) throws -> SafetensorsFile {
    if let features = model.features {
      guard features.model == earlier.digest else {
        throw NetworkProblem.otherSource(
          layer: number, expected: features.model, found: earlier.digest)
      }
      if let poolings, poolings != features.poolings {
        throw NetworkProblem.otherPooling(
          layer: number, noted: features.poolings, given: poolings)
      }
      return file
    }
    guard let poolings else { throw NetworkProblem.noSource(layer: number) }
    var file = file
    let source = FeatureSource(model: earlier.digest, poolings: poolings)
    file.metadata.merge(source.card) { $1 }
    return file
  }

  /// Some of the layers, from 0; of one alone, its own file.
  public func layers(_ range: Range<Int>, card: [String: String]) throws -> Network {
    let some = Array(files[range])
    return some.count == 1 ? try Network(some[0]) : try Network(linking: some, card: card)
  }

  /// The same with other models in place of some of its layers.
  /// - Parameter models: one for each layer; nil leaves it as it is.
  public func replacing(_ models: [Model?], card: [String: String]) throws -> Network {
    try Network(linking: zip(models, files).map { $0?.file() ?? $1 }, card: card)
  }

  /// Refuses layers that do not follow each other.
  func check() throws {
    try Self.checkParts(layers)
    for (index, layer) in layers.enumerated().dropFirst() {
      let number = index + 1
      guard let features = layer.features else { throw NetworkProblem.noSource(layer: number) }
      guard features.model == layers[index - 1].digest else {
        throw NetworkProblem.otherSource(
          layer: number, expected: features.model, found: layers[index - 1].digest)
      }
      guard !features.poolings.contains(where: { $0.units == .sets }) else {
        throw NetworkProblem.poolsOfFile(layer: number)
      }
      try checkMeeting(index, features.poolings)
    }
  }

  /// Refuses a classifier that is not the last, and a layer that is there twice.
  private static func checkParts(_ layers: [Model]) throws {
    for (index, layer) in layers.enumerated() {
      if layer.encoder == nil, layer.classifier != nil, index + 1 < layers.count {
        throw NetworkProblem.classifierInside(layer: index + 1, of: layers.count)
      }
      if let same = layers[..<index].firstIndex(where: { $0.digest == layer.digest }) {
        throw NetworkProblem.twice(layer: same + 1, and: index + 1)
      }
    }
  }

  /// Refuses a layer that does not take what the one before gives. Records of a dense layer may be places of maps:
  /// only a stream says it.
  /// - Parameter index: of the layer, from 1.
  private func checkMeeting(_ index: Int, _ poolings: [Pooling]) throws {
    let (earlier, layer) = (layers[index - 1], layers[index])
    guard earlier.codeLength != nil else { throw NetworkProblem.noCodes(layer: index) }
    var units = earlier.placeUnits
    do { units = try earlier.pools(by: poolings).last?.layout.poolCount ?? units } catch let problem
      as PoolProblem
    {
      throw NetworkProblem.badPools(layer: index + 1, problem)
    }
    let areMaps = earlier.tiling != nil || poolings.contains { $0.windows != nil }
    let fits =
      layer.tiling.map { $0.channels == units }
      ?? (layer.recordShape.last == units || layer.recordLength == units
        || areMaps && layer.recordShape.count == 1
          && layer.recordLength.isMultiple(of: max(units, 1)))
    guard fits else {
      throw NetworkProblem.doNotMeet(
        layer: index + 1, expected: layer.tiling?.windowShape ?? layer.recordShape,
        isImages: layer.tiling != nil, found: units, areMaps: areMaps)
    }
  }
}

extension Model {
  /// The pools that a pooling of its codes, or of features of them, is over.
  /// - Parameter count: units, without a DC unit.
  /// - Throws: `PoolProblem` where the notation does not fit them.
  public func pools(by units: Pooling.Units, unitCount count: Int) throws -> PoolLayout {
    guard case .notation(let notation) = units else {
      let pools = try poolsOrDefault()
      guard pools.unitCount <= count else {
        throw PoolProblem.otherUnitCount(
          notation: Self.poolsInFile, expected: pools.unitCount, found: count)
      }
      return pools
    }
    return try notation.layout(unitCount: count)
  }
}

extension Tiling {
  /// [h, w, C].
  fileprivate var windowShape: [Int] { [height, width, channels] }
}

/// Layers that make no network. Layers are counted from 1.
public enum NetworkProblem: Problem, Equatable {
  case layerCount(Int)
  case poolingCount(Int, layers: Int)
  case classifierInside(layer: Int, of: Int)
  case twice(layer: Int, and: Int)
  case noCodes(layer: Int)
  /// Nothing says how the codes of the layer before become what it takes.
  case noSource(layer: Int)
  case otherSource(layer: Int, expected: String, found: String)
  case otherPooling(layer: Int, noted: [Pooling], given: [Pooling])
  case poolsOfFile(layer: Int)
  /// Of the codes that a layer takes.
  case badPools(layer: Int, PoolProblem)
  case doNotMeet(layer: Int, expected: [Int], isImages: Bool, found: Int, areMaps: Bool)

  public var description: String {
    switch self {
    case .layerCount(let count):
      "\(count) layers, expected from 2 to \(Network.layerLimit)"
    case .poolingCount(let count, let layers):
      "\(count) poolings for \(layers) layers, expected one between each two, \(layers - 1)"
    case .classifierInside(let layer, let count):
      "layer \(layer) of \(count) is a classifier, expected it last"
    case .twice(let layer, let other): "layers \(layer) and \(other) are the same model"
    case .noCodes(let layer): "layer \(layer) makes no codes for layer \(layer + 1)"
    case .noSource(let layer):
      "layer \(layer) does not say how the codes of layer \(layer - 1) become what it takes"
    case .otherSource(let layer, let expected, let found):
      "layer \(layer) was learned from codes of model \(expected), but layer \(layer - 1) is model \(found)"
    case .otherPooling(let layer, let noted, let given):
      "layer \(layer) was learned from codes pooled by \(FeatureSource.text(of: noted)), not by "
        + FeatureSource.text(of: given)
    case .poolsOfFile(let layer):
      "layer \(layer) was learned from pools of a file of sets, which no model holds"
    case .badPools(let layer, let problem): "layer \(layer): \(problem)"
    case .doNotMeet(let layer, let expected, let isImages, let found, let areMaps):
      "layer \(layer) takes \(isImages ? "windows" : "records") of \(shapeText(expected)), layer \(layer - 1) gives "
        + (areMaps ? "maps of \(found) units" : "\(found) units")
    }
  }

  /// The numbers of the layers that it is about.
  public var layers: [Int] {
    switch self {
    case .layerCount, .poolingCount: []
    case .classifierInside(let layer, _), .poolsOfFile(let layer): [layer]
    case .twice(let layer, let other): [layer, other]
    case .noCodes(let layer): [layer, layer + 1]
    case .noSource(let layer), .otherSource(let layer, _, _), .otherPooling(let layer, _, _),
      .badPools(let layer, _), .doNotMeet(let layer, _, _, _, _):
      [layer - 1, layer]
    }
  }
}
