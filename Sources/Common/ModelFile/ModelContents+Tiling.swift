import SparseCoding

/// Models whose units see windows of images.
extension Contents {
  private enum Kind: String, CaseIterable {
    case conv
    case local
  }

  /// How windows lie, where a model says that its records are windows.
  /// - Parameter model: without it.
  func tiling(of model: Model) throws -> Tiling? {
    guard has(key: MetadataKey.geometry) else { return nil }
    let kind = try choice(MetadataKey.geometry, of: Kind.self)
    func bad(_ expected: String) throws -> ModelProblem {
      .badValue(
        key: MetadataKey.geometry, expected: expected, found: try text(MetadataKey.geometry))
    }
    let shape = model.recordShape
    guard shape.count == 3 else { throw try bad("none, as a record is no window [h,w,C]") }
    guard model.preprocessing.steps.isEmpty, !model.hasDCUnit, model.classifier == nil else {
      throw try bad("none, as the model prepares records, has a DC unit or a classifier")
    }
    guard let encoder = model.encoder, encoder.form == .parallel, encoder.iterations == 0 else {
      throw try bad("none, as the encoder has passes")
    }
    let period = kind == .conv ? .one : try period()
    guard encoder.codeLength.isMultiple(of: period.count) else {
      throw ModelProblem.badValue(
        key: MetadataKey.period, expected: "one that divides \(encoder.codeLength) units",
        found: try text(MetadataKey.period))
    }
    guard kind == .conv || encoder.nonlinearity != nil else {
      throw try bad("none, as f of the encoder is of pools")
    }
    return Tiling(
      height: shape[0], width: shape[1], channels: shape[2],
      stride: try integer(MetadataKey.stride, in: 1...32_768),
      padding: try integer(MetadataKey.padding, in: 0...min(shape[0], shape[1]) - 1),
      period: period)
  }

  private func period() throws -> Tiling.Period {
    let value = try text(MetadataKey.period)
    let sides = value.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sides.count == 2, sides.allSatisfy({ (1...32_768).contains($0) }) else {
      throw ModelProblem.badValue(
        key: MetadataKey.period, expected: "rows and columns such as 20,20", found: value)
    }
    return Tiling.Period(rows: sides[0], columns: sides[1])
  }
}
