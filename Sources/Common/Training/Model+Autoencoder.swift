import ModelFile
import SparseCoding

extension Model {
  /// A model of parts that were trained together.
  /// - Parameters:
  ///   - recordShape: of the records that were learned from.
  ///   - tiling: where units see windows of them.
  ///   - preparation: with a DC unit, which the parts do not hold, where the model is to have one.
  ///   - lambda: λ of ½‖x − Dz‖² + λR(z).
  ///   - pools: those of the penalty, or of a model whose penalty is L1 those that it names.
  public init(
    _ kind: Kind, _ parts: AutoencoderParts, recordShape: [Int], _ tiling: Tiling? = nil,
    preparation: Preparation,
    lambda: Float, penalty: any Penalty = .l1, pools: PoolLayout? = nil, card: [String: String]
  ) {
    let preprocessing = preparation.preprocessing
    let problem = CodingProblem(
      atoms: preparation.completed(preparation.withoutMeans(parts.atoms)), lambda: lambda,
      penalty: penalty,
      hasDCUnit: preparation.hasDCUnit, isNonnegative: parts.encoder.function.isNonnegative,
      lipschitz: tiling.map { $0.squaredNormBound(of: parts.atoms) })
    let encoder = parts.encoder.appendingDCUnit(of: problem)
    self.init(
      kind: kind, recordShape: tiling.map { [$0.height, $0.width, $0.channels] } ?? recordShape,
      tiling, preprocessing: preprocessing, encoder: encoder, problem: problem,
      classifier: parts.classes.map { Classifier(weight: $0, input: .normalized) },
      pools: pools, card: card)
    variance = parts.variance.map { variance in
      let all = variance.encoder.appendingDCUnit(of: problem)
      return CodeVariance(problem.hasDCUnit ? all.droppingLastUnit : all)
    }
    if tiling != nil, parts.classes != nil { classifiedImage = Array(recordShape.prefix(2)) }
  }
}
