import ByteIO
import LinearAlgebra
import SparseCoding

/// Weights as records, and what shape these have.
public struct ShapedFilters: Sendable {
  /// One a row, [units, D].
  public let weights: Matrix
  /// D is its product.
  public let shape: [Int]
}

extension Network {
  /// The weights of a layer as records of the first: those of a deeper one drawn through the layers before it, by the
  /// adjoint of mean pooling and the linear decoder of each, whitening and scales of maps
  /// undone. Nil where the layer has none.
  ///
  /// Units of windows are drawn as they are inside an image; what takes whole maps is drawn as whole images.
  /// - Parameter index: of the layer, from 0.
  /// - Throws: ``DrawingProblem`` where a layer before does not lead back.
  public func filters(_ which: Model.Filters, ofLayer index: Int) throws -> ShapedFilters? {
    guard let weights = layers[index].filters(which) else { return nil }
    if which == .inhibition, let units = layers[index].problem?.penalisedCount {
      return ShapedFilters(weights: weights, shape: [units, units])
    }
    var way = WayBack(drawn: index + 1, shape: layers[index].recordShape)
    var isWhole = false
    for number in stride(from: index, to: 0, by: -1) {
      isWhole = isWhole || layers[number].tiling == nil
      let pools = try layers[number - 1].pools(by: poolings(after: number - 1) ?? [])
      try way.spread(over: pools, layer: number + 1)
      try way.decode(by: layers[number - 1], layer: number, wholeImages: isWhole)
    }
    return ShapedFilters(weights: try way(weights), shape: way.shape)
  }
}

extension Model {
  /// Pools of its codes, and of features of them, one after another.
  public struct ChosenPools {
    public let pooling: Pooling
    public let layout: PoolLayout
    /// Of what is pooled, a DC unit among them.
    public let unitCount: Int
  }

  /// The pools that poolings are over, one after another.
  /// - Throws: `PoolProblem` where a notation does not fit the units.
  public func pools(by poolings: [Pooling]) throws -> [ChosenPools] {
    var units = placeUnits
    return try poolings.enumerated().map { number, pooling in
      let dcUnits = number == 0 && hasDCUnit ? 1 : 0
      let layout = try pools(by: pooling.units, unitCount: units - dcUnits)
      defer { units = layout.poolCount }
      return ChosenPools(pooling: pooling, layout: layout, unitCount: units)
    }
  }

  /// Units of a code, or of a place of maps; 0 where it makes no codes.
  public var placeUnits: Int { (codeLength ?? 0) / (tiling?.period.count ?? 1) }
}

/// From features of a deep layer back to records of the first.
private struct WayBack {
  /// The number of the layer whose weights are drawn, from 1.
  let drawn: Int
  /// Of what it has come to.
  private(set) var shape: [Int]
  private var steps: [(Matrix) -> Matrix] = []
  /// The longest record on the way.
  private var widest = 1

  /// The most numbers of a record on the way, and of all that are drawn.
  private static let recordLimit = Double(1 << 26)
  private static let limit = 1 << 28
  /// Numbers that are worked on at once.
  private static let block = 1 << 22

  init(drawn: Int, shape: [Int]) {
    self.drawn = drawn
    self.shape = shape
  }

  private func problem(_ reason: DrawingProblem.Reason) -> DrawingProblem {
    DrawingProblem(layer: drawn, reason: reason)
  }

  private mutating func add(_ shape: [Int], _ step: @escaping (Matrix) -> Matrix) throws {
    guard shape.reduce(1.0, { $0 * Double($1) }) <= Self.recordLimit else {
      throw problem(.tooLarge(shape: shape))
    }
    self.shape = shape
    widest = max(widest, shape.reduce(1, *))
    steps.append(step)
  }

  /// - Parameter layer: that takes the features, from 1.
  mutating func spread(over pools: [Model.ChosenPools], layer: Int) throws {
    for pools in pools.reversed() {
      let layout = pools.layout
      var maps = try maps(of: layout.poolCount, layer: layer)
      let units = pools.unitCount
      try add([maps[0], maps[1], units]) { layout.spread($0, unitCount: units) }
      guard let windows = pools.pooling.windows else { continue }
      guard case .sliding(let windows) = windows else {
        throw problem(.parts(layer: layer, windows.text))
      }
      let (rows, columns) = (maps[0], maps[1])
      maps = [
        windows.reach(rows, alongRows: true), windows.reach(columns, alongRows: false), units,
      ]
      try add(maps) { windows.spread($0, rows: rows, columns: columns, unitCount: units) }
    }
  }

  /// [rows, columns, units] of what it has come to, by one place where it is units alone.
  private func maps(of units: Int, layer: Int) throws -> [Int] {
    if shape.count == 3, shape[2] == units { return shape }
    guard shape.reduce(1, *) == units else {
      throw problem(.noMaps(layer: layer, shape: shape, units: units))
    }
    return [1, 1, units]
  }

  /// - Parameter layer: that makes the codes, from 1.
  mutating func decode(by model: Model, layer: Int, wholeImages: Bool) throws {
    let maps = try maps(of: model.placeUnits, layer: layer + 1)
    guard let tiling = model.tiling else {
      guard maps[0] == 1, maps[1] == 1 else { throw problem(.unknownPlaces(layer: layer)) }
      return try add(model.recordShape, model.decodedFilters)
    }
    guard tiling.period == .one else { throw problem(.unshared(layer: layer)) }
    guard let atoms = model.problem?.atoms else { throw problem(.noDecoder(layer: layer)) }
    let fits = wholeImages && tiling.windows(rows: maps[0], columns: maps[1]) != nil
    let seen = fits ? tiling : tiling.unpadded
    guard let windows = seen.windows(rows: maps[0], columns: maps[1]) else {
      throw problem(.tooLarge(shape: maps))
    }
    let image = [windows.vertical.length, windows.horizontal.length, tiling.channels]
    let scaling = model.preprocessing.scaling
    try add(image) { scaling.undo(TiledDecoder(atoms: atoms, seen, windows)($0)) }
  }

  /// - Parameter weights: of the layer, [units, features].
  /// - Returns: [units, D].
  func callAsFunction(_ weights: Matrix) throws -> Matrix {
    if steps.isEmpty { return weights }
    let length = shape.reduce(1, *)
    guard weights.rows <= Self.limit / max(length, 1) else {
      throw problem(.tooMany(units: weights.rows, shape: shape))
    }
    let count = max(1, Self.block / widest)
    var filters: [Float] = []
    for first in stride(from: 0, to: weights.rows, by: count) {
      let some = weights.rows(first..<min(first + count, weights.rows))
      filters += steps.reduce(some) { $1($0) }.elements
    }
    return Matrix(rows: weights.rows, columns: length, elements: filters)
  }
}

/// Why weights of a layer are no records of the first.
public struct DrawingProblem: Problem, Equatable {
  /// Layers are counted from 1.
  public let layer: Int
  public let reason: Reason

  /// What is in the way; its layers are counted from 1 too.
  public enum Reason: Equatable, Sendable {
    /// Windows that are parts of maps of any size.
    case parts(layer: Int, String)
    case noMaps(layer: Int, shape: [Int], units: Int)
    /// A layer of records that lie somewhere in images.
    case unknownPlaces(layer: Int)
    /// A local layer.
    case unshared(layer: Int)
    case noDecoder(layer: Int)
    case tooLarge(shape: [Int])
    case tooMany(units: Int, shape: [Int])
  }

  public var description: String { "layer \(layer) cannot be drawn in pixels: \(reasonText)" }

  private var reasonText: String {
    switch reason {
    case .parts(let layer, let parts):
      "layer \(layer) takes \(parts) parts of maps, whose size it does not hold"
    case .noMaps(let layer, let shape, let units):
      "layer \(layer) takes records of \(shapeText(shape)), expected maps of \(units) units"
    case .unknownPlaces(let layer):
      "layer \(layer) takes records, and how far apart in an image they were is not in the file"
    case .unshared(let layer): "layer \(layer) has other weights at other places"
    case .noDecoder(let layer): "layer \(layer) has no decoder"
    case .tooLarge(let shape): "its filters would be of \(shapeText(shape))"
    case .tooMany(let units, let shape): "\(units) filters would be of \(shapeText(shape))"
    }
  }
}
