import LinearAlgebra
import SparseCoding

/// An objective that an encoder and a decoder are learned by.
public protocol AutoencoderObjective: Objective {
  /// What values of ``Objective/parameters`` are.
  func parts(_ values: ParameterMatrices) -> AutoencoderParts
}

/// What was learned together.
public struct AutoencoderParts: Sendable {
  public let encoder: Encoder
  /// Where codes have noise.
  public let variance: CodeVariance?
  /// Dᵀ, [K, D].
  public let atoms: Matrix
  /// C, [Y, K], where there is a classifier.
  public let classes: Matrix?

  /// Without a classifier.
  public init(encoder: Encoder, atoms: Matrix) {
    self.encoder = encoder
    self.atoms = atoms
    variance = nil
    classes = nil
  }

  init(_ map: some AutoencoderMap, _ values: ParameterMatrices) {
    encoder = map.encoder(values)
    variance = map.variance(values)
    atoms = values[.decoderWeight]
    classes = values[ifPresent: .classifierWeight]
  }
}
