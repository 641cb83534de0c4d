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
  private let energy: ExactCodes.Energy

  /// - Parameters:
  ///   - encoder: F at the start.
  ///   - atoms: Dᵀ at the start, [K, D], rows of norm 1.
  ///   - geometry: what units see of a record, and atoms lie over.
  ///   - whole: R of the code of an image, where it is not the sum over cells.
  ///   - attraction: α, of ``attractions``.
  ///   - gap: to which latent codes are exact, relative to the energy.
  ///   - nonnegativeDictionary: whether D does not go below 0.
  public init(
    startingAt encoder: Encoder, atoms: Matrix, _ geometry: Geometry = .dense, lambda: Float,
    penalty: any Penalty = .l1, whole: (any Penalty)? = nil, attraction: Float,
    gap: Double = Self.gap,
    nonnegativeDictionary: Bool = false
  ) {
    map = EncoderMap(start: encoder, geometry)
    decoder = Parameter(
      .decoderWeight, atoms, .init(rowNorms: .one, isNonnegative: nonnegativeDictionary))
    energy = ExactCodes.Energy(
      geometry: geometry, lambda: lambda, penalty: penalty, whole: whole,
      isNonnegative: encoder.function.isNonnegative, attraction: attraction,
      rule: SparseSolver.StoppingRule(relativeGap: gap))
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
    fileprivate let latent: ExactCodes
  }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> Prepared {
    Prepared(
      map: map.prepare(values, wantsInput: false, on: threads),
      latent: ExactCodes(values[.decoderWeight], energy, on: threads))
  }

  public func evaluate(
    _ batch: Batch, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let x = batch.records
    let (code, tape) = prepared.map.forward(x, of: batch)
    let solution = prepared.latent(of: x, attractedTo: code)
    let latent = solution.code
    let (reconstruction, decoderGradients) = prepared.latent.reconstruction(
      of: latent, x, wantsGradient: wantsGradients)
    var delta: Matrix?
    let drawn = Batch(x, numbers: batch.numbers, target: .codes(latent), step: batch.step)
    let prediction =
      Double(energy.attraction)
      * Prediction().evaluate(
        code, drawn, scaledBy: energy.attraction, addingTo: &delta, wantsGradients: wantsGradients
      ).sum
    let size = energy.size(of: latent)
    let figures = [
      "energy": reconstruction + size + prediction, "reconstruction": reconstruction,
      "prediction": prediction,
    ]
    let gradients = delta.map {
      prepared.map.backward($0, from: tape, input: x).gradients
        + decoderGradients
    }
    return Evaluation(
      figures.mapValues { FigureSum($0, over: x.rows) }, code: latent,
      exactness: solution.exactness, gradients: gradients ?? [:])
  }
}
