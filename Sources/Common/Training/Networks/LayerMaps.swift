import LinearAlgebra
import ModelFile
import SparseCoding

/// The maps of a layer for features of one shape.
struct LayerMaps {
  private let layer: Model
  /// From 1.
  private let number: Int
  private let preparation: ChainedMap
  private let encoder: EncoderMap?
  private let pooling: ChainedMap
  private let geometry: Geometry

  /// - Parameters:
  ///   - index: of the layer, from 0.
  ///   - shape: of what it takes; on return, of what the next one takes.
  init(
    _ network: Network, _ index: Int, shape: inout [Int], _ options: NetworkTraining.Options
  ) throws {
    layer = network.layers[index]
    number = index + 1
    geometry = try Self.geometry(of: layer, number, shape)
    let length = shape.reduce(1, *)
    let prepares = index > 0 && !layer.preprocessing.steps.isEmpty
    let preprocessing =
      layer.tiling == nil ? layer.preprocessing : layer.preprocessing.on(images: shape)
    preparation = ChainedMap(
      prepares ? [PreprocessingMap(preprocessing, length: length)] : [], inputLength: length)
    guard let own = layer.encoder else {
      (encoder, pooling) = (nil, ChainedMap([], inputLength: preparation.outputLength))
      return
    }
    guard layer.hasOwnEncoder || layer.problem?.beta == nil else {
      throw NetworkTrainingProblem.variational(layer: number)
    }
    let encoder = EncoderMap(
      start: options.isRandom && !options.frozen.contains(number)
        ? own.random(seed: options.seed, layer: number) : own, geometry)
    self.encoder = encoder
    pooling = try Self.pooling(
      network, index, geometry, units: own.codeLength, shape: &shape, options)
  }

  /// What the units of a layer see of records of a shape.
  private static func geometry(
    of layer: Model, _ number: Int, _ shape: [Int]
  ) throws -> Geometry {
    func refused() -> NetworkTrainingProblem {
      .records(
        layer: number, expected: layer.recordShape, isImages: layer.tiling != nil, found: shape)
    }
    guard let tiling = layer.tiling else {
      guard shape.reduce(1, *) == layer.recordLength else { throw refused() }
      return .dense
    }
    guard shape.count == 3, shape[2] == tiling.channels,
      let geometry = Geometry.tiled(tiling, imageHeight: shape[0], imageWidth: shape[1])
    else { throw refused() }
    return geometry
  }

  /// From the codes of a layer to the features that the next one takes.
  private static func pooling(
    _ network: Network, _ index: Int, _ geometry: Geometry, units: Int, shape: inout [Int],
    _ options: NetworkTraining.Options
  ) throws -> ChainedMap {
    let layer = network.layers[index]
    var (rows, columns, unitCount) = (1, 1, layer.placeUnits)
    var maps: [any DifferentiableMap] = []
    if case .tiled(_, let windows) = geometry {
      (rows, columns) = (windows.vertical.count, windows.horizontal.count)
      maps.append(PlacesMap(geometry: geometry, unitCount: units))
    }
    for pools in try layer.pools(by: network.poolings(after: index) ?? []) {
      guard let map = PoolingMap(pools, rows: rows, columns: columns) else {
        throw NetworkTrainingProblem.noWindow(layer: index + 1, places: [rows, columns])
      }
      maps.append(map)
      (rows, columns, unitCount) = (map.pooledRows, map.pooledColumns, pools.layout.poolCount)
    }
    shape = geometry == .dense && rows * columns == 1 ? [unitCount] : [rows, columns, unitCount]
    let length = rows * columns * unitCount
    if options.dropout > 0, index + 2 == network.layers.count {
      maps.append(DropoutMap(options.dropout, length: length, seed: options.seed))
    }
    return ChainedMap(maps, inputLength: length)
  }

  /// The layer in training.
  /// - Parameters:
  ///   - count: of all layers.
  ///   - x: some of what it takes, [N, D]; on return, of what the next one takes.
  func stage(
    of count: Int, x: inout Matrix, _ options: NetworkTraining.Options
  ) throws -> NetworkObjective.Stage {
    let isFrozen = options.frozen.contains(number)
    let batch = Batch(x, numbers: Array(0..<x.rows))
    let prepared = Self.output(of: preparation, x, batch)
    var criteria: [WeightedCriterion] = []
    if options.energy > 0, !isFrozen, encoder != nil {
      criteria += try energy(of: prepared, options.energy)
    }
    if number == count, let classifier = layer.classifier {
      let classes =
        options.isRandom
        ? Matrix(zeros: classifier.classCount, classifier.weight.columns) : classifier.weight
      criteria.append(
        WeightedCriterion(
          Classification(
            classes,
            bias: options.isRandom ? classifier.bias.map { $0.map { _ in 0 } } : classifier.bias,
            of: classifier.input, geometry)))
    }
    x = Self.output(
      of: pooling, encoder.map { Self.output(of: $0, prepared, batch) } ?? prepared, batch)
    return NetworkObjective.Stage(
      prefix: Network.prefix(ofLayer: number), preparation: preparation, encoder: encoder,
      pooling: pooling, criteria: criteria, isFrozen: isFrozen, isLast: number == count)
  }

  private static func output(
    of map: some DifferentiableMap, _ x: Matrix, _ batch: Batch
  ) -> Matrix {
    let values = ParameterMatrices(map.parameters)
    return map.prepare(values, wantsInput: false, on: Threads(1)).forward(x, of: batch).output
  }

  /// ½‖x − Dz‖² + λR(z), as a share of that of codes of zero.
  private func energy(of x: Matrix, _ weight: Float) throws -> [WeightedCriterion] {
    guard let problem = layer.problem, !layer.hasDCUnit, problem.beta == nil,
      layer.variance == nil
    else {
      throw NetworkTrainingProblem.noEnergy(layer: number)
    }
    let zeros = 0.5 * dotInDouble(x.elements, x.elements) / Double(max(1, x.rows))
    let share = Float(Double(weight) / max(zeros, Double(Float.leastNormalMagnitude)))
    let (penalty, rows) = try penalty(of: problem)
    return [
      WeightedCriterion(
        Reconstruction(problem.atoms, geometry, .init(rowNorms: .atMost(1))), weight: share),
      WeightedCriterion(Sparsity(penalty, ofRows: rows), weight: share * problem.lambda),
    ]
  }

  /// R, and the rows of codes that it is of.
  private func penalty(of problem: CodingProblem) throws -> (any Penalty, rows: Int) {
    guard let windows = layer.poolWindows, let pools = layer.pools,
      case .tiled(_, let places) = geometry,
      let whole = try pools.over(
        windows, rows: places.vertical.count, columns: places.horizontal.count,
        unitCount: problem.codeLength)
    else { return (problem.penalty, 1) }
    return (
      try .groups(whole, kind: problem.penalty.kind, unitCount: problem.codeLength * places.count),
      places.count
    )
  }
}

extension Encoder {
  /// The same with random weights, rows of norm 1, thresholds of 0 and gains of 1, for a layer of this number.
  fileprivate func random(seed: UInt64, layer: Int) -> Encoder {
    var random = CounterRandom(
      seed: seed, stream: RandomStream.randomNetwork &+ UInt64(layer) << 16)
    func draw(_ like: Matrix, norm: Float) -> Matrix {
      var matrix = Matrix(
        rows: like.rows, columns: like.columns,
        elements: like.elements.map { _ in Float(random.normal()) })
      matrix.normalizeRows()
      matrix.scale(by: norm)
      return matrix
    }
    return Encoder(
      weight: draw(weight, norm: 1), recurrent: recurrent.map { draw($0, norm: 0.5) },
      threshold: threshold.map { $0.map { _ in 0 } }, gain: gain.map { $0.map { _ in 1 } },
      function: function, form: form, iterations: iterations)
  }
}
