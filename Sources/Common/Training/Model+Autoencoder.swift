import ModelFile
import SparseCoding

extension Model {
  /// A model of parts that were trained together.
  /// - Parameters:
  ///   - preparation: with a DC unit, which the parts do not hold, where the model is to have one.
  ///   - lambda: λ of ½‖x − Dz‖² + λR(z).
  ///   - pools: those of the penalty, or of a model whose penalty is L1 those that it names.
  public init(
    _ kind: Kind, _ parts: AutoencoderParts, recordShape: [Int], preparation: Preparation,
    lambda: Float, penalty: Penalty = .l1, pools: PoolLayout? = nil, card: [String: String]
  ) {
    let preprocessing = preparation.preprocessing
    let problem = LassoProblem(
      atoms: preparation.completed(preparation.withoutMeans(parts.atoms)), lambda: lambda,
      hasDCUnit: preparation.hasDCUnit, isNonnegative: parts.encoder.nonlinearity == .relu)
    let encoder = parts.encoder.appendingDCUnit(of: problem)
    switch penalty {
    case .l1:
      self.init(
        kind: kind, recordShape: recordShape, preprocessing: preprocessing, encoder: encoder,
        problem: problem,
        classifier: parts.classes.map { Classifier(weight: $0, input: .normalized) },
        pools: pools, card: card)
    case .groups(let groups):
      self.init(
        kind: kind, recordShape: recordShape, preprocessing: preprocessing, encoder: encoder,
        decoder: Decoder(weight: problem.atoms.transposed), hasDCUnit: preparation.hasDCUnit,
        lambda: lambda, groups: groups, card: card)
    }
  }
}
