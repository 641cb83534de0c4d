import LinearAlgebra
import SparseCoding

/// Predictive sparse decomposition: encoder and decoder learned together around a latent code,
/// ½‖x − Dz‖² + λR(z) + α/2 ‖z − F(x)‖², minimised over z for every record, then one step on the
/// weights of F and D (Kavukcuoglu, Ranzato & LeCun 2008).
public struct PredictiveDecomposition: AutoencoderObjective {
  /// α where nobody says, and what it may be.
  public static let attraction: Float = 1
  public static let attractions = Interval.above(0, atMost: 1e6)
  /// How exact latent codes are where nobody says.
  public static let gap = 1e-3
  /// A rate of Adam that suits it.
  public static let suitableRate: Float = 0.001

  private let map: EncoderMap
  private let decoder: Parameter
  private let lambda: Float
  private let penalty: any Penalty
  /// α.
  private let attraction: Float
  private let isNonnegative: Bool
  private let rule: SparseSolver.StoppingRule

  /// - Parameters:
  ///   - encoder: F at the start.
  ///   - atoms: Dᵀ at the start, [K, D], rows of norm 1.
  ///   - attraction: α, of ``attractions``.
  ///   - gap: to which latent codes are exact, relative to the energy.
  ///   - nonnegativeDictionary: whether D does not go below 0.
  public init(
    startingAt encoder: Encoder, atoms: Matrix, lambda: Float, penalty: any Penalty = .l1,
    attraction: Float, gap: Double = Self.gap, nonnegativeDictionary: Bool = false
  ) {
    map = EncoderMap(start: encoder)
    decoder = Parameter(
      .decoderWeight, atoms, .init(rowNorms: .one, isNonnegative: nonnegativeDictionary))
    self.lambda = lambda
    self.penalty = penalty
    self.attraction = attraction
    isNonnegative = encoder.function.isNonnegative
    rule = SparseSolver.StoppingRule(relativeGap: gap)
  }

  public var parameters: [Parameter] { map.parameters + [decoder] }
  public var figureNames: [String] { ["energy", "reconstruction", "prediction"] }
  public var unitCount: Int { map.outputLength }
  public var seeksCodes: Bool { true }

  public func parts(_ values: ParameterMatrices) -> AutoencoderParts {
    AutoencoderParts(map, values)
  }

  /// The encoder and the decoder packed, and what latent codes minimise.
  public struct Prepared: Sendable {
    fileprivate let map: EncoderGradient
    fileprivate let problem: CodingProblem
    fileprivate let decoder: PackedMatrix
  }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> Prepared {
    let atoms = values[.decoderWeight]
    return Prepared(
      map: map.prepare(values, wantsInput: false, on: threads),
      problem: .forPreferredSolver(
        atoms: atoms, lambda: lambda, penalty: penalty, isNonnegative: isNonnegative
      ).attracted(by: attraction),
      decoder: PackedMatrix(transposeOf: atoms, on: threads))
  }

  public func evaluate(
    _ batch: Batch, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let x = batch.records
    let (code, tape) = prepared.map.forward(x)
    let solution = prepared.problem.preferredSolver.solve(
      prepared.problem, records: x, attractedTo: code, until: rule)
    let latent = solution.code
    let (reconstruction, error) = halfSquaredDistance(product(latent, prepared.decoder), x)
    var delta: Matrix?
    let drawn = Batch(x, numbers: batch.numbers, target: .codes(latent), step: batch.step)
    let prediction =
      Double(attraction)
      * Prediction().evaluate(
        code, drawn, scaledBy: attraction, addingTo: &delta, wantsGradients: wantsGradients
      ).sum
    let size = Double(lambda) * penalty.value(of: latent)
    let figures = [
      "energy": reconstruction + size + prediction, "reconstruction": reconstruction,
      "prediction": prediction,
    ]
    let gradients = delta.map {
      prepared.map.backward($0, from: tape, input: x).gradients
        + [.decoderWeight: transposedProduct(latent, error)]
    }
    return Evaluation(
      figures.mapValues { FigureSum($0, over: x.rows) }, code: latent,
      exactness: solution.exactness, gradients: gradients ?? [:])
  }
}
