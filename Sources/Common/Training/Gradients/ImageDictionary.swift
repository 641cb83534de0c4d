import LinearAlgebra
import SparseCoding

/// Sparse coding of images: ½‖x − Dz‖² + λR(z) over the kernels of D, with codes that minimise it for every batch
/// (convolutional dictionary learning; Zeiler et al. 2010).
public struct ImageDictionary: Objective {
  private let decoder: Parameter
  private let energy: ExactCodes.Energy

  /// - Parameters:
  ///   - atoms: Dᵀ at the start, [K, h·w·C], rows of norm 1.
  ///   - geometry: of windows over images.
  ///   - penalty: R of a cell.
  ///   - whole: R of the code of an image, where it is not the sum over cells.
  ///   - gap: to which codes are exact, relative to the energy.
  ///   - nonnegativeDictionary: whether D does not go below 0.
  public init(
    startingAt atoms: Matrix, _ geometry: Geometry, lambda: Float, penalty: any Penalty,
    whole: (any Penalty)? = nil, isNonnegative: Bool, nonnegativeDictionary: Bool, gap: Double
  ) {
    decoder = Parameter(
      .decoderWeight, atoms, .init(rowNorms: .one, isNonnegative: nonnegativeDictionary))
    energy = ExactCodes.Energy(
      geometry: geometry, lambda: lambda, penalty: penalty, whole: whole,
      isNonnegative: isNonnegative,
      rule: SparseSolver.StoppingRule(relativeGap: gap))
  }

  public var parameters: [Parameter] { [decoder] }
  public var figureNames: [String] { ["energy", "reconstruction"] }
  public var unitCount: Int { decoder.value.rows }
  public var seeksCodes: Bool { true }

  /// How atoms are moved: by gradient descent with momentum. What an atom's gradient grows with is the energy of the
  /// codes, a K-th of that of an image for each.
  /// - Parameter energyOfZeros: ½ mean ‖x‖² of the images.
  public func optimiser(energyOfZeros: Double) -> Optimiser.Options {
    var options = Optimiser.Options()
    options.method = .sgd
    options.schedule = .cosine(after: 0)
    options.rate = Float(Double(unitCount) / max(2 * energyOfZeros, .leastNormalMagnitude))
    return options
  }

  /// Dᵀ of values of ``parameters``, [K, h·w·C].
  public func atoms(_ values: ParameterMatrices) -> Matrix { values[.decoderWeight] }

  /// The dictionary packed.
  public struct Prepared: Sendable {
    fileprivate let codes: ExactCodes
  }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> Prepared {
    Prepared(codes: ExactCodes(values[.decoderWeight], energy, on: threads))
  }

  public func evaluate(
    _ batch: Batch, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let x = batch.records
    let solution = prepared.codes(of: x)
    let code = solution.code
    let (reconstruction, gradients) = prepared.codes.reconstruction(
      of: code, x, wantsGradient: wantsGradients)
    let size = energy.size(of: code)
    let figures = ["energy": reconstruction + size, "reconstruction": reconstruction]
    return Evaluation(
      figures.mapValues { FigureSum($0, over: x.rows) }, code: code,
      exactness: solution.exactness, gradients: gradients)
  }
}
