import LinearAlgebra
import SparseCoding

/// An encoder and a decoder that are learned together, perhaps with a classifier on the code.
struct AutoencoderParameters: Sendable {
  let encoder: EncoderParameters
  /// Dᵀ, with what binds its rows.
  private let decoder: Parameter
  private let classifier: Parameter?

  /// - Parameters:
  ///   - encoder: at the start.
  ///   - atoms: Dᵀ at the start, [K, D].
  ///   - classes: C at the start, [Y, K].
  init(
    startingAt encoder: Encoder, atoms: Matrix, _ constraint: Parameter.Constraint,
    classes: Matrix? = nil
  ) {
    self.encoder = EncoderParameters(start: encoder)
    decoder = Parameter(.decoderWeight, atoms, constraint)
    classifier = classes.map { Parameter(.classifierWeight, $0) }
  }

  var all: [Parameter] { encoder.parameters + [decoder] + (classifier.map { [$0] } ?? []) }

  /// K.
  var unitCount: Int { encoder.start.codeLength }
}

/// What was learned.
public struct AutoencoderParts: Sendable {
  public let encoder: Encoder
  /// Dᵀ, [K, D].
  public let atoms: Matrix
  /// C, [Y, K], where there is a classifier.
  public let classes: Matrix?

  init(_ parameters: AutoencoderParameters, _ values: ParameterMatrices) {
    encoder = parameters.encoder.encoder(values)
    atoms = values[.decoderWeight]
    classes = values[ifPresent: .classifierWeight]
  }
}
