import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import Training

/// How much the code's size counts, and whether a unit free of the penalty takes the brightness: both
/// follow from the records where nobody says them.
public struct PenaltyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "λ, the weight of the penalty; norm:S: S times the norm of the records.", valueName: "l"))
  public var lambda = PenaltyWeight.ofNorm(0.1)

  @OptionGroup public var pools: PoolOptions

  @Flag(
    inversion: .prefixedNo,
    help: """
      A DC unit: constant, unpenalised, outside the pools (default: where records are pictures \
      that are mostly brightness, and neither --center nor --whitening is given).
      """)
  public var dc: Bool?

  public init() {}

  public func validate() throws { try lambda.check() }

  /// Most units beside a DC unit, where one was asked for.
  public var unitLimit: Int { Model.unitLimit - (dc == true ? 1 : 0) }

  public var canonicalLambda: (name: String, value: String) { ("lambda", lambda.text) }
  public var canonicalDC: (name: String, value: String) {
    ("dc", dc.map { $0 ? "1" : "0" } ?? "auto")
  }
}

/// What ``PenaltyOptions`` are for some records.
public struct PenaltyChoice: Sendable {
  public let lambda: Float
  public let preparation: Preparation
  /// ½ mean ‖x‖² of the records so prepared.
  let energyOfZeros: Double
}

extension TrainingRun {
  /// Settles what the records decide, and says it.
  /// - Parameters:
  ///   - units: K, a DC unit not counted.
  ///   - isNonnegative: whether codes are, a DC unit's among them.
  public func settle(
    _ options: PenaltyOptions, units: Int, isNonnegative: Bool, _ preprocessing: Preprocessing
  ) throws -> PenaltyChoice {
    let size = try naming(data.name) {
      try RecordSize(of: data, partition.training, preprocessing)
    }
    let mayBeBright =
      data.recordShape.isPicture
      && !preprocessing.steps.contains { $0 == .center || $0 == .whitening }
      && units < Model.unitLimit
    // A unit that cannot go below 0 would make all brightness below 0 the same.
    let isCut = isNonnegative && size.hasDark
    let hasDCUnit = options.dc ?? (mayBeBright && size.isBright && !isCut)
    let lambda = options.lambda.value(for: size, hasDCUnit: hasDCUnit)
    var words: [String] = []
    if case .ofNorm = options.lambda { words.append("λ \(lambda) (\(options.lambda.text))") }
    if options.dc == nil, mayBeBright {
      words.append(
        "\(hasDCUnit ? "a" : "no") DC unit (brightness is "
          + "\(fixed(100 * size.brightShare, decimals: 0)) % of the records"
          + (size.isBright && isCut ? ", but below 0 where no code can be)" : ")"))
    }
    if !words.isEmpty { progress.say("chose " + words.joined(separator: ", ")) }
    return PenaltyChoice(
      lambda: lambda, preparation: Preparation(preprocessing, hasDCUnit: hasDCUnit),
      energyOfZeros: size.energyOfZeros(withoutMeans: hasDCUnit))
  }
}

extension [Int] {
  /// Whether records of this shape are pictures: [h,w], [h,w,1] or [h,w,3].
  fileprivate var isPicture: Bool { count == 2 || (count == 3 && (self[2] == 1 || self[2] == 3)) }
}
