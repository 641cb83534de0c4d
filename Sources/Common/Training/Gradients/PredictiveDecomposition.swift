import LinearAlgebra
import SparseCoding

/// Predictive sparse decomposition: encoder and decoder learned together around a latent code,
/// ½‖x − Dz‖² + λ‖z‖₁ + α/2 ‖z − F(x)‖², minimised over z for every record, then one step on the
/// weights of F and D (Kavukcuoglu, Ranzato & LeCun 2008).
public struct PredictiveDecomposition: Objective {
  private let autoencoder: AutoencoderParameters
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
    autoencoder = AutoencoderParameters(startingAt: encoder, atoms: atoms, .unitRowNorms)
    self.lambda = lambda
    self.attraction = attraction
    self.isNonnegative = isNonnegative
    rule = SparseSolver.StoppingRule(relativeGap: gap)
  }

  public var parameters: [Parameter] { autoencoder.all }
  public var figureNames: [String] { ["energy", "reconstruction", "prediction"] }
  public var unitCount: Int { autoencoder.unitCount }
  public var seeksCodes: Bool { true }

  /// What values of ``parameters`` are.
  public func parts(_ values: ParameterMatrices) -> AutoencoderParts {
    AutoencoderParts(autoencoder, values)
  }

  public struct Prepared: Sendable {
    fileprivate let encoder: EncoderGradient
    fileprivate let problem: LassoProblem
    fileprivate let decoder: PackedMatrix
  }

  public func prepare(_ values: ParameterMatrices) -> Prepared {
    let atoms = values[.decoderWeight]
    return Prepared(
      encoder: EncoderGradient(autoencoder.encoder, values),
      problem: LassoProblem(
        atoms: atoms, lambda: lambda, isNonnegative: isNonnegative, lipschitz: 1
      ).attracted(by: attraction),
      decoder: PackedMatrix(transposeOf: atoms))
  }

  public func evaluate(
    _ x: Matrix, target: Target, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let tape = prepared.encoder.forward(x)
    let solution = SparseSolver.homotopy.solve(
      prepared.problem, records: x, attractedTo: tape.code, until: rule)
    let latent = solution.code
    let (reconstruction, error) = halfSquaredDistance(product(latent, prepared.decoder), x)
    var (prediction, delta) = halfSquaredDistance(tape.code, latent)
    delta.scale(by: attraction)
    prediction *= Double(attraction)
    let penalty = Double(lambda) * Penalty.l1.value(of: latent)
    let figures = [
      "energy": reconstruction + penalty + prediction, "reconstruction": reconstruction,
      "prediction": prediction,
    ]
    return Evaluation(
      figures.mapValues { FigureSum($0, over: x.rows) }, code: latent,
      exactness: solution.exactness,
      gradients: wantsGradients
        ? prepared.encoder.backward(delta, from: tape, records: x)
          + [.decoderWeight: transposedProduct(latent, error)] : [:])
  }
}
