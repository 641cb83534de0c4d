import LinearAlgebra
import SparseCoding

/// A feed-forward encoder and a linear decoder, trained together with a penalty on the code,
/// ½‖x − Dz‖² + λR(z) with z = F(x).
public struct SparseAutoencoder: Objective {
  private let encoder: EncoderParameters
  private let atoms: Matrix
  private let lambda: Float
  private let penalty: Penalty

  /// - Parameters:
  ///   - encoder: F at the start.
  ///   - atoms: Dᵀ at the start, [K, D]; no row gets longer than 1, or the code would vanish into D.
  public init(startingAt encoder: Encoder, atoms: Matrix, lambda: Float, penalty: Penalty) {
    self.encoder = EncoderParameters(start: encoder)
    self.atoms = atoms
    self.lambda = lambda
    self.penalty = penalty
  }

  public var parameters: [Parameter] {
    encoder.parameters + [Parameter(.decoder, atoms, .rowNorms(atMost: 1))]
  }
  public var figureNames: [String] { ["energy", "reconstruction"] }
  public var unitCount: Int { encoder.start.codeLength }

  /// The encoder and Dᵀ of values of ``parameters``.
  public func parts(_ values: [Matrix]) -> (encoder: Encoder, atoms: Matrix) {
    (encoder.encoder(values), values[values.count - 1])
  }

  public struct Prepared: Sendable {
    fileprivate let encoder: EncoderGradient
    /// D for Dz, and Dᵀ for the way back.
    fileprivate let decoder: PackedMatrix
    fileprivate let adjoint: PackedMatrix
  }

  public func prepare(_ values: [Matrix]) -> Prepared {
    let atoms = values[values.count - 1]
    return Prepared(
      encoder: EncoderGradient(encoder, values), decoder: PackedMatrix(transposeOf: atoms),
      adjoint: PackedMatrix(atoms))
  }

  public func evaluate(
    _ x: Matrix, target: Matrix?, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let tape = prepared.encoder.forward(x)
    let (reconstruction, error) = halfSquaredDistance(product(tape.code, prepared.decoder), x)
    let sums = [
      reconstruction + Double(lambda) * penalty.value(of: tape.code), reconstruction,
    ]
    guard wantsGradients else { return Evaluation(sums: sums, code: tape.code, gradients: []) }
    var delta = product(error, prepared.adjoint)
    penalty.addGradient(of: tape.code, scaledBy: lambda, to: &delta)
    return Evaluation(
      sums: sums, code: tape.code,
      gradients: prepared.encoder.backward(delta, from: tape, records: x)
        + [transposedProduct(tape.code, error)])
  }
}
