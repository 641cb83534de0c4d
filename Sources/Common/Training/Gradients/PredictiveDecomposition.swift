import LinearAlgebra
import SparseCoding

/// Predictive sparse decomposition: encoder and decoder learned together around a latent code,
/// ½‖x − Dz‖² + λ‖z‖₁ + α/2 ‖z − F(x)‖², minimised over z for every record, then one step on the
/// weights of F and D (Kavukcuoglu, Ranzato & LeCun 2008).
public struct PredictiveDecomposition: Objective {
  private let encoder: EncoderParameters
  private let atoms: Matrix
  private let lambda: Float
  /// α.
  private let attraction: Float
  private let isNonnegative: Bool
  private let rule: SparseSolver.StoppingRule

  /// - Parameters:
  ///   - encoder: F at the start.
  ///   - atoms: Dᵀ at the start, [K, D], rows of norm 1.
  ///   - attraction: α > 0.
  ///   - gap: to which latent codes are exact, relative to the energy.
  public init(
    startingAt encoder: Encoder, atoms: Matrix, lambda: Float, attraction: Float,
    isNonnegative: Bool, gap: Double
  ) {
    self.encoder = EncoderParameters(start: encoder)
    self.atoms = atoms
    self.lambda = lambda
    self.attraction = attraction
    self.isNonnegative = isNonnegative
    rule = SparseSolver.StoppingRule(relativeGap: gap)
  }

  public var parameters: [Parameter] {
    encoder.parameters + [Parameter(.decoder, atoms, .unitRowNorms)]
  }
  public var figureNames: [String] { ["energy", "reconstruction", "prediction"] }
  public var unitCount: Int { encoder.start.codeLength }

  /// The encoder and Dᵀ of values of ``parameters``.
  public func parts(_ values: [Matrix]) -> (encoder: Encoder, atoms: Matrix) {
    (encoder.encoder(values), values[values.count - 1])
  }

  public struct Prepared: Sendable {
    fileprivate let encoder: EncoderGradient
    fileprivate let problem: LassoProblem
    fileprivate let decoder: PackedMatrix
  }

  public func prepare(_ values: [Matrix]) -> Prepared {
    let atoms = values[values.count - 1]
    return Prepared(
      encoder: EncoderGradient(encoder, values),
      problem: LassoProblem(
        atoms: atoms, lambda: lambda, isNonnegative: isNonnegative, lipschitz: 1
      ).attracted(by: attraction),
      decoder: PackedMatrix(transposeOf: atoms))
  }

  public func evaluate(
    _ x: Matrix, target: Matrix?, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let tape = prepared.encoder.forward(x)
    let latent = SparseSolver.homotopy.solve(
      prepared.problem, records: x, attractedTo: tape.code, until: rule
    ).code
    let (reconstruction, error) = halfSquaredDistance(product(latent, prepared.decoder), x)
    var (prediction, delta) = halfSquaredDistance(tape.code, latent)
    delta.scale(by: attraction)
    prediction *= Double(attraction)
    let penalty = Double(lambda) * Penalty.l1.value(of: latent)
    return Evaluation(
      sums: [reconstruction + penalty + prediction, reconstruction, prediction], code: latent,
      gradients: wantsGradients
        ? prepared.encoder.backward(delta, from: tape, records: x)
          + [transposedProduct(latent, error)] : [])
  }
}
