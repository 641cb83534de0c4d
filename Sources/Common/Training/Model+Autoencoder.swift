import ModelFile
import SparseCoding

extension Model {
  /// A model of parts that were trained together.
  /// - Parameters:
  ///   - lambda: λ of ½‖x − Dz‖² + λR(z).
  ///   - pools: those of the penalty, or of a model whose penalty is L1 those that it names.
  public init(
    _ kind: Kind, _ parts: AutoencoderParts, recordShape: [Int], preprocessing: Preprocessing,
    lambda: Float, penalty: Penalty = .l1, pools: PoolLayout? = nil, card: [String: String]
  ) {
    switch penalty {
    case .l1:
      self.init(
        kind: kind, recordShape: recordShape, preprocessing: preprocessing, encoder: parts.encoder,
        problem: LassoProblem(
          atoms: parts.atoms, lambda: lambda, isNonnegative: parts.encoder.nonlinearity == .relu),
        classifier: parts.classes.map { Classifier(weight: $0, input: .normalized) },
        pools: pools, card: card)
    case .groups(let groups):
      self.init(
        kind: kind, recordShape: recordShape, preprocessing: preprocessing, encoder: parts.encoder,
        decoder: Decoder(weight: parts.atoms.transposed), lambda: lambda, groups: groups,
        card: card)
    }
  }
}
