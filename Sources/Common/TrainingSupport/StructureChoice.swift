import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training

/// R as it counts in training.
public struct PooledPenalty: Sendable {
  public let penalty: any Penalty
  /// The rows of codes that it is of: one, or all places of an image.
  public let rows: Int

  /// R of the whole code of an image, where it is not the sum over rows.
  public var whole: (any Penalty)? { rows > 1 ? penalty : nil }
}

/// What ``StructureOptions`` are for some records.
public struct StructureChoice: Sendable {
  public let lambda: Float
  /// R.
  public let penalty: any Penalty
  /// Those of the penalty, or others that the model names.
  public let pools: PoolLayout?
  /// The windows of places that these go over as well.
  public let poolWindows: MapWindows?
  public let pooled: PooledPenalty
  public let preparation: Preparation
  /// What units see of a record.
  public let geometry: Geometry
  /// All of them, a DC unit not counted.
  public let unitCount: Int
  /// √(mean ‖x‖²) of what a unit sees of the records so prepared.
  public let norm: Double
  /// ½ mean ‖x‖² of the records so prepared.
  public let energyOfZeros: Double

  /// Mean ‖x‖² of what a unit sees of them, or as good as 0: what the options of records of norm 1 are divided by.
  public var squareNorm: Double {
    let norm = max(norm, Double(Float.leastNormalMagnitude))
    return norm * norm
  }

  /// Mean ‖x‖² of the same.
  public var meanSquareNorm: Double { 2 * energyOfZeros }
}

extension TrainingRun {
  /// Settles what the records decide, and says it.
  public func settle<Command>(
    _ options: StructureOptions<Command>, _ preprocessing: Preprocessing
  ) throws -> StructureChoice {
    let tiling = try naming(data.name) { try options.images.tiling(ofRecords: data.recordShape) }
    let geometry = try self.geometry(of: tiling, preprocessing)
    let units = options.codeLength * (tiling?.period.count ?? 1)
    try require(
      units <= Model.unitLimit, "--code and --period: \(units) units, at most \(Model.unitLimit)")
    let pools = try options.layout(units: units)
    var penalty = try options.penalty(of: pools, units: units)
    // Says which of them overlap.
    if options.isProximal { _ = try pools.map { try PoolTree($0) } }
    let size = try naming(data.name) {
      try RecordSize(of: data, partition.training, preprocessing)
    }
    let mayBeBright =
      options.mayChooseDCUnit && data.recordShape.isPicture
      && !preprocessing.steps.contains { $0 == .center || $0 == .whitening }
      && options.codeLength < Model.unitLimit
    // A unit that cannot go below 0 would make all brightness below 0 the same.
    let isCut = options.isNonnegative && size.hasDark
    let hasDCUnit = options.dc ?? (mayBeBright && size.isBright && !isCut)
    // Of a window as large a part as it has of the image's elements.
    let share = tiling.map { Double($0.windowLength) / Double(data.recordLength) } ?? 1
    let norm = share.squareRoot() * size.norm(withoutMeans: hasDCUnit)
    if let lateral = penalty as? LateralPenalty, options.inhibition.isRelative {
      penalty = try lateral.scaled(by: Float(1 / max(norm, Double(Float.leastNormalMagnitude))))
    }
    let pooled = try options.pooled(pools, penalty, over: geometry, called: data.name)
    let lambda = options.lambda.value(
      for: size, share: share, hasDCUnit: hasDCUnit, pooled.penalty, units: units * pooled.rows)
    var words: [String] = []
    if case .ofNorm = options.lambda { words.append("λ \(lambda) (\(options.lambda.text))") }
    if options.dc == nil, mayBeBright {
      words.append(
        "\(hasDCUnit ? "a" : "no") DC unit (brightness is "
          + "\(fixed(100 * size.brightShare, decimals: 0)) % of the records"
          + (size.isBright && isCut ? ", but below 0 where no code can be)" : ")"))
    }
    if !words.isEmpty { progress.say("chose " + words.joined(separator: ", ")) }
    return StructureChoice(
      lambda: lambda, penalty: penalty, pools: pools, poolWindows: options.images.poolWindows,
      pooled: pooled,
      preparation: Preparation(preprocessing, hasDCUnit: hasDCUnit), geometry: geometry,
      unitCount: units, norm: norm, energyOfZeros: size.energyOfZeros(withoutMeans: hasDCUnit))
  }

  /// What units see of the records of the data.
  private func geometry(of tiling: Tiling?, _ preprocessing: Preprocessing) throws -> Geometry {
    guard let tiling else { return .dense }
    try require(
      preprocessing.steps.allSatisfy(\.isOfImages),
      "--geometry conv and local take images as they are, or prepared by --contrast and --scale")
    let shape = data.recordShape
    guard let geometry = Geometry.tiled(tiling, imageHeight: shape[0], imageWidth: shape[1]) else {
      preconditionFailure("a tiling of other images")
    }
    return geometry
  }
}

extension StructureOptions {
  /// R of pools of units, or over windows of places where they go over these as well, and the rows of codes that it is
  /// of.
  /// - Parameter data: what messages call the images.
  fileprivate func pooled(
    _ layout: PoolLayout?, _ penalty: any Penalty, over geometry: Geometry, called data: String
  ) throws -> PooledPenalty {
    guard let windows = images.poolWindows, let layout, case .tiled(_, let places) = geometry else {
      return PooledPenalty(penalty: penalty, rows: 1)
    }
    let (rows, columns) = (places.vertical.count, places.horizontal.count)
    let whole = try layout.over(windows, rows: rows, columns: columns, unitCount: codeLength)
    guard let whole else {
      throw FileProblem(
        file: data,
        problem: GeometryProblem.poolWindow(
          "\(windows.height)x\(windows.width)", places: "\(rows)x\(columns)"))
    }
    return PooledPenalty(
      penalty: try pools.penalty(penaltyKind, of: whole, units: codeLength * places.count),
      rows: places.count)
  }
}

extension DictionaryLearning.Options {
  /// Those of a structure; the others are as usual.
  public init<Command>(_ structure: StructureOptions<Command>, _ choice: StructureChoice) {
    self.init()
    codeLength = structure.codeLength
    lambda = choice.lambda
    penalty = choice.penalty
    pools = choice.pools
    hasDCUnit = choice.preparation.hasDCUnit
    nonnegativeCode = structure.isNonnegative
    nonnegativeDictionary = structure.hasNonnegativeAtoms
  }
}

extension [Int] {
  /// Whether records of this shape are pictures: [h,w], [h,w,1] or [h,w,3].
  fileprivate var isPicture: Bool { count == 2 || (count == 3 && (self[2] == 1 || self[2] == 3)) }
}
