import LinearAlgebra
import SparseCoding

/// What was learned together.
public struct AutoencoderParts: Sendable {
  public let encoder: Encoder
  /// Dᵀ, [K, D].
  public let atoms: Matrix
  /// C, [Y, K], where there is a classifier.
  public let classes: Matrix?

  init(_ map: EncoderMap, _ values: ParameterMatrices) {
    encoder = map.encoder(values)
    atoms = values[.decoderWeight]
    classes = values[ifPresent: .classifierWeight]
  }
}
