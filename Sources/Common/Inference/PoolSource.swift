import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// Where the pools of codes come from: `--pools`, a model, the stream's notes, or the default.
public struct PoolSource {
  private let chosen: PoolChoice?
  private let network: Network?
  private let modelName: String

  public init(pools chosen: PoolChoice?, modelPath: String?) throws {
    self.chosen = chosen
    network = try modelPath.map { try Network(path: $0) }
    modelName = modelPath.map(inputName) ?? ""
  }

  /// The layer whose codes those of a header are: that which the notes name, else the last that makes codes.
  private func model(for header: ArrayHeader) -> (Model, called: String)? {
    guard let network else { return nil }
    let index =
      network.layer(of: header.notes.featureModel) ?? network.lastCoding
      ?? network.layers.count - 1
    return (network.layers[index], network.name(ofLayer: index, called: modelName))
  }

  /// The pools of codes of this header.
  /// - Throws: `PoolProblem` where the notation does not fit the units, ``StreamMismatch`` where the
  ///   codes are another model's, ``PoolSourceProblem`` where nothing says which pools.
  private func layout(for header: ArrayHeader) throws -> PoolLayout {
    guard let length = header.shape.last else { throw PoolSourceProblem.noUnits }
    if let (model, name) = model(for: header) {
      try header.checkModel(model, called: name)
      guard let codeLength = model.codeLength else {
        throw StreamMismatch.noCode(model.kind.rawValue, in: name)
      }
      guard codeLength == length else {
        throw StreamMismatch.recordShape(model: name, expected: [codeLength], found: header.shape)
      }
      return try model.poolsOrDefault()
    }
    let units = length - (header.notes.dcUnit ? 1 : 0)
    guard units >= 0 else { throw PoolSourceProblem.noUnits }
    if let chosen { return try chosen.layout(unitCount: units) }
    if header.notes.hasOtherPools { throw PoolSourceProblem.poolsInModel }
    do {
      return try PoolLayout.parse(header.notes.pools ?? Model.defaultPools, unitCount: units)
    } catch let problem as PoolProblem {
      throw PoolSourceProblem.doNotFit(problem)
    }
  }
}

extension PoolSource {
  /// Such pools in words: those without a notation are in a file of sets, or in the model.
  private func units(of layout: PoolLayout) -> Pooling.Units {
    layout.notation.map { .notation($0) } ?? (chosen == nil ? .ofModel : .sets)
  }

  /// What is made of an array of codes, or of features.
  /// - Parameters:
  ///   - reduction: nil is l2.
  ///   - windows: of places; nil where model or notes say them.
  public func map(
    _ header: ArrayHeader, by reduction: PoolLayout.Reduction?,
    over windows: SpatialPooling.Windows?
  ) throws -> RecordMap {
    if reduction == nil, windows == nil, let network, network.layers.count > 1,
      let map = try network.pooling(header, called: modelName)
    {
      return map
    }
    let layout = try layout(for: header)
    let windows = try windows ?? self.windows(for: header).map { .sliding($0) }
    var header = header
    if header.notes.featureModel == nil { header.notes.model = model(for: header)?.0.digest }
    return try RecordMap(
      pooling: header, layout, Pooling(reduction ?? .l2, units(of: layout), over: windows))
  }

  /// The windows of places that these pools go over as well, where the model or the notes say so.
  /// - Throws: ``PoolSourceProblem/badWindows(_:)``.
  private func windows(for header: ArrayHeader) throws -> MapWindows? {
    if let (model, _) = model(for: header) { return model.poolWindows }
    guard chosen == nil, let text = header.notes.poolWindow else { return nil }
    guard let windows = MapWindows(text) else { throw PoolSourceProblem.badWindows(text) }
    return windows
  }
}

extension Notes {
  /// Whether the model has pools that no notation describes: they are in its file alone.
  var hasOtherPools: Bool { pools == Model.poolsInFile }
}

/// What can be wrong with pools asked for.
public enum PoolSourceProblem: Problem, Equatable {
  case noUnits
  case poolsInModel
  case doNotFit(PoolProblem)
  case noWindow(shape: [Int])
  /// A note of windows that is none.
  case badWindows(String)
  case notMaps(shape: [Int])
  /// The axes before the units are not those of a map.
  case trace(shape: [Int])

  public var description: String {
    switch self {
    case .noUnits: "an array without units, expected codes […,K]"
    case .poolsInModel:
      "the model that made these codes keeps its pools in its file"
    case .doNotFit(let problem): "\(problem)"
    case .noWindow(let shape): "no spatial window fits maps of \(shapeText(shape))"
    case .badWindows(let text):
      "its note says pool-window=\(text), expected windows of places such as 2x2:2x2"
    case .notMaps(let shape):
      "expected maps […,y,x,K] to pool over space, stream has \(shapeText(shape))"
    case .trace(let shape):
      "expected maps […,y,x,K] to pool over space, stream has the codes of every step, "
        + shapeText(shape)
    }
  }
}

extension RecordMap {
  /// Pooling over units, and over space before it where asked.
  /// - Parameter layout: of the units that `pooling` says.
  public init(
    pooling header: ArrayHeader, _ layout: PoolLayout, _ pooling: Pooling
  ) throws {
    guard !header.elementType.isInteger else {
      throw StreamMismatch.integers(found: header.elementType.rawValue)
    }
    let units = header.shape.last ?? 0
    let mode = pooling.reduction
    guard let windows = pooling.windows else {
      var notes = Notes(recordRank: 1, onBatchOf: header.notes)
      try notes.addPooling(pooling, of: header.notes)
      self.init(
        batchAxes: header.shape.dropLast(), inputLength: units, outputShape: [layout.poolCount],
        notes: notes, apply: { layout.pool($0, by: mode) })
      return
    }
    let spatial = SpatialPooling(windows: windows, reduction: mode)
    if header.notes.hasSteps(inLast: 3) { throw PoolSourceProblem.trace(shape: header.shape) }
    guard header.shape.count >= 3 else { throw PoolSourceProblem.notMaps(shape: header.shape) }
    let height = header.shape[header.shape.count - 3]
    let width = header.shape[header.shape.count - 2]
    guard let (rows, columns) = spatial.pooledShape(height: height, width: width) else {
      throw PoolSourceProblem.noWindow(shape: header.shape)
    }
    var notes = Notes(recordRank: 3, imageName: header.notes.imageName)
    try notes.addPooling(pooling, of: header.notes)
    self.init(
      batchAxes: header.shape.dropLast(3), inputLength: height * width * units,
      outputShape: [rows, columns, layout.poolCount], notes: notes,
      apply: { maps in
        let places = Matrix(
          rows: maps.rows * height * width, columns: units, elements: maps.elements)
        let pooled = spatial.pool(
          spatial.units(of: places, in: layout), height: height, width: width)
        return Matrix(
          rows: maps.rows, columns: rows * columns * layout.poolCount, elements: pooled.elements)
      })
    self.rows = .pooling(layout, mode, over: spatial, height: height, width: width, units: units)
  }
}

extension Notes {
  /// Notes where features come from: from where those before the pooling do.
  /// - Throws: `FeatureSourceProblem` where the notes before the pooling say how it was in words that do not.
  fileprivate mutating func addPooling(_ pooling: Pooling, of earlier: Notes) throws {
    guard
      let features = try FeatureSource(model: earlier.featureModel, pooling: earlier.pooling)
    else { return }
    source = features.model
    self.pooling = FeatureSource.text(of: features.poolings + [pooling])
  }
}
