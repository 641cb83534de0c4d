import LinearAlgebra
import SparseCoding

extension Contents {
  /// - Parameter shape: of a record.
  func preprocessing(recordShape shape: [Int]) throws -> Preprocessing {
    guard has(key: MetadataKey.preprocessing) else { return .none }
    let value = try text(MetadataKey.preprocessing)
    func bad(_ expected: String) -> ModelProblem {
      .badValue(key: MetadataKey.preprocessing, expected: expected, found: value)
    }
    let names = value.split(separator: ",", omittingEmptySubsequences: false)
    let steps = names.compactMap { Preprocessing.Step(rawValue: String($0)) }
    guard steps.count == names.count else {
      let all = Preprocessing.Step.allCases.map(\.rawValue).joined(separator: ", ")
      throw bad("some of \(all), separated by commas")
    }
    if let problem = Preprocessing.problem(in: steps) { throw bad(problem) }
    let recordLength = shape.reduce(1, *)
    let mean = try steps.contains(.mean) ? vector(TensorName.inputMean, count: recordLength) : nil
    var whitening: Matrix?
    var unwhitening: Matrix?
    if steps.contains(.whitening) {
      let forward = try matrix(TensorName.whitening, rows: nil, columns: recordLength)
      whitening = forward
      unwhitening = try matrix(
        TensorName.unwhitening, rows: recordLength, columns: forward.rows)
    }
    return Preprocessing(
      steps: steps, mean: mean, whitening: whitening, unwhitening: unwhitening,
      contrastWindow: try steps.contains(.contrast) ? contrastWindow() : nil,
      scale: try steps.contains(.scale) ? scale(channels: shape[shape.count - 1]) : nil)
  }

  private func contrastWindow() throws -> Int {
    let window = try integer(MetadataKey.contrast, in: GaussianBlur.windows)
    guard LocalContrast.serves(window: window) else {
      throw ModelProblem.badValue(
        key: MetadataKey.contrast, expected: "an odd side of windows", found: "\(window)")
    }
    return window
  }

  private func scale(channels: Int) throws -> [Float] {
    let scale = try vector(TensorName.scale, count: channels)
    if let map = scale.firstIndex(where: { !($0 > 0) }) {
      throw ModelProblem.badScale(tensor: TensorName.scale, map: map, found: scale[map])
    }
    return scale
  }

  /// Refuses steps that are of images where units see whole records.
  func checkServesRecords(_ model: Model) throws {
    guard let step = model.preprocessing.steps.first(where: \.isOfImages) else { return }
    throw ModelProblem.badValue(
      key: MetadataKey.preprocessing,
      expected: "no \(step.rawValue), as no units see windows of images",
      found: try text(MetadataKey.preprocessing))
  }

  func checkUnits(_ count: Int, of tensor: String) throws {
    guard count <= Model.unitLimit else {
      throw ModelProblem.tooManyUnits(tensor: tensor, found: count, limit: Model.unitLimit)
    }
  }

  func classifier(inputLength: Int, hasBias: Bool) throws -> Classifier {
    let weight = try matrix(TensorName.classifierWeight, rows: nil, columns: inputLength)
    try checkUnits(weight.rows, of: TensorName.classifierWeight)
    return Classifier(
      weight: weight,
      bias: try hasBias ? vector(TensorName.classifierBias, count: weight.rows) : nil,
      input: try choice(MetadataKey.classifier, of: Classifier.Input.self, default: .plain))
  }

  func pools(unitCount: Int) throws -> PoolLayout? {
    if has(TensorName.poolOffsets) {
      let members = try integers(TensorName.poolMembers, count: nil)
      guard members.allSatisfy({ $0 < unitCount }) else {
        throw ModelProblem.badPools(
          "tensor pools.members: expected units below \(unitCount), found \(members.max() ?? 0)")
      }
      let offsets = try integers(TensorName.poolOffsets, count: nil)
      let weights = try vector(TensorName.poolWeights, count: members.count)
      return try ofPools {
        try PoolLayout(offsets: offsets, members: members, weights: weights)
      }
    }
    guard has(key: MetadataKey.pools) else { return nil }
    let notation = try text(MetadataKey.pools)
    return try ofPools { try PoolLayout.parse(notation, unitCount: unitCount) }
  }

  /// A problem of pools as one of the model.
  func ofPools<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let problem as PoolProblem {
      throw ModelProblem.badPools(problem.description)
    }
  }
}
