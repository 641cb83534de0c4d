import SparseCoding

/// Models whose units see windows of images.
extension Contents {
  private enum Kind: String, CaseIterable {
    case conv
    case local
  }

  private func badGeometry(_ expected: String) throws -> ModelProblem {
    .badValue(key: MetadataKey.geometry, expected: expected, found: try text(MetadataKey.geometry))
  }

  /// How windows lie, where a model says that its records are windows.
  /// - Parameters:
  ///   - shape: of a record.
  ///   - units: K.
  func tiling(recordShape shape: [Int], units: Int) throws -> Tiling? {
    guard has(key: MetadataKey.geometry) else { return nil }
    let kind = try choice(MetadataKey.geometry, of: Kind.self)
    guard shape.count == 3 else { throw try badGeometry("none, as a record is no window [h,w,C]") }
    let period = kind == .conv ? .one : try period()
    guard units.isMultiple(of: period.count) else {
      throw ModelProblem.badValue(
        key: MetadataKey.period, expected: "one that divides \(units) units",
        found: try text(MetadataKey.period))
    }
    return Tiling(
      height: shape[0], width: shape[1], channels: shape[2],
      stride: try integer(MetadataKey.stride, in: 1...32_768),
      padding: try integer(MetadataKey.padding, in: 0...min(shape[0], shape[1]) - 1),
      period: period)
  }

  /// The windows of places that pools go over as well.
  /// - Parameter model: with its tiling and its pools.
  func poolWindows(of model: Model) throws -> MapWindows? {
    guard has(key: MetadataKey.poolWindows) else { return nil }
    let value = try text(MetadataKey.poolWindows)
    func bad(_ expected: String) -> ModelProblem {
      .badValue(key: MetadataKey.poolWindows, expected: expected, found: value)
    }
    guard model.tiling?.period == .one, model.penalty == .group else {
      throw bad("none, as the penalty is not one of pools of maps")
    }
    guard let windows = MapWindows(value) else { throw bad("windows of places such as 2x2:2x2") }
    return windows
  }

  /// H and W of the images that a classifier is of, and how many units see windows of them.
  /// - Parameter units: K.
  func classifiedImage(_ tiling: Tiling, units: Int) throws -> (shape: [Int], unitCount: Int) {
    let sides = try sides(MetadataKey.image, such: "height and width such as 28,28")
    guard let geometry = Geometry.tiled(tiling, imageHeight: sides[0], imageWidth: sides[1]) else {
      throw ModelProblem.badValue(
        key: MetadataKey.image, expected: "an image whose windows make up whole periods",
        found: try text(MetadataKey.image))
    }
    return (sides, geometry.cellCount * units)
  }

  /// Refuses parts that no model has whose units see windows of images.
  func checkServesImages(_ model: Model) throws {
    guard model.preprocessing.steps.allSatisfy(\.isOfImages), !model.hasDCUnit else {
      throw try badGeometry("none, as the model prepares records or has a DC unit")
    }
    guard let encoder = model.encoder, encoder.form == .parallel else {
      throw try badGeometry("none, as the encoder is of coordinates")
    }
    guard model.tiling?.period == .one || encoder.nonlinearity != nil else {
      throw try badGeometry("none, as f of the encoder is of pools")
    }
  }

  private func period() throws -> Tiling.Period {
    let sides = try sides(MetadataKey.period, such: "rows and columns such as 20,20")
    return Tiling.Period(rows: sides[0], columns: sides[1])
  }

  /// Two numbers from 1 to 32768.
  private func sides(_ key: String, such expected: String) throws -> [Int] {
    let value = try text(key)
    let sides = value.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sides.count == 2, sides.allSatisfy({ (1...32_768).contains($0) }) else {
      throw ModelProblem.badValue(key: key, expected: expected, found: value)
    }
    return sides
  }
}
