import LinearAlgebra
import SparseCoding

/// A feed-forward encoder and a linear decoder, trained together with a penalty on the code,
/// r·½‖x − Dz‖² + λR(z) with z = F(x); and, with a classifier C on the code, a criterion of
/// classification, + w·(−log softmax_y(C z/‖z‖₂)), which is the discriminative recurrent sparse
/// auto-encoder (Rolfe & LeCun 2013).
public struct SparseAutoencoder: Objective {
  /// How much each criterion counts.
  public struct Weights: Sendable {
    /// r.
    public var reconstruction: Float = 1
    /// λ.
    public var lambda: Float
    /// w.
    public var classification: Float = 0

    public init(lambda: Float) { self.lambda = lambda }

    /// λ beside a reconstruction that counts 1.
    public var relativeLambda: Float { reconstruction > 0 ? lambda / reconstruction : lambda }
  }

  private let autoencoder: AutoencoderParameters
  private let weights: Weights
  private let penalty: Penalty
  private let hasClassifier: Bool

  /// - Parameters:
  ///   - encoder: F at the start.
  ///   - atoms: Dᵀ at the start, [K, D]; no row gets longer than 1, or the code would vanish into D.
  ///   - classes: C at the start, [Y, K], where there is a classifier.
  public init(
    startingAt encoder: Encoder, atoms: Matrix, classes: Matrix? = nil, weights: Weights,
    penalty: Penalty
  ) {
    autoencoder = AutoencoderParameters(
      startingAt: encoder, atoms: atoms, .rowNorms(atMost: 1), classes: classes)
    self.weights = weights
    self.penalty = penalty
    hasClassifier = classes != nil
  }

  public var parameters: [Parameter] { autoencoder.all }
  public var figureNames: [String] {
    ["energy", "reconstruction"] + (hasClassifier ? ["classification", "error"] : [])
  }
  /// The share of wrong labels, where labels count.
  public var criterion: String { weights.classification > 0 ? "error" : loss }
  public var unitCount: Int { autoencoder.unitCount }

  /// What values of ``parameters`` are.
  public func parts(_ values: ParameterMatrices) -> AutoencoderParts {
    AutoencoderParts(autoencoder, values)
  }

  public struct Prepared: Sendable {
    fileprivate let encoder: EncoderGradient
    /// D for Dz, and Dᵀ for the way back.
    fileprivate let decoder: PackedMatrix
    fileprivate let adjoint: PackedMatrix
    fileprivate let discrimination: Discrimination?
  }

  public func prepare(_ values: ParameterMatrices) -> Prepared {
    let atoms = values[.decoderWeight]
    return Prepared(
      encoder: EncoderGradient(autoencoder.encoder, values),
      decoder: PackedMatrix(transposeOf: atoms), adjoint: PackedMatrix(atoms),
      discrimination: values[ifPresent: .classifierWeight].map { Discrimination($0) })
  }

  public func evaluate(
    _ x: Matrix, target: Target, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let tape = prepared.encoder.forward(x)
    var (reconstruction, error) = halfSquaredDistance(product(tape.code, prepared.decoder), x)
    let energy =
      Double(weights.reconstruction) * reconstruction
      + Double(weights.lambda) * penalty.value(of: tape.code)
    var figures = [
      "energy": FigureSum(energy, over: x.rows),
      "reconstruction": FigureSum(reconstruction, over: x.rows),
    ]
    let classification = classify(tape.code, target, prepared.discrimination, &figures)
    guard wantsGradients else { return Evaluation(figures, code: tape.code) }
    if weights.reconstruction != 1 { error.scale(by: weights.reconstruction) }
    var delta = product(error, prepared.adjoint)
    penalty.addGradient(of: tape.code, scaledBy: weights.lambda, to: &delta)
    var gradients: ParameterMatrices = [.decoderWeight: transposedProduct(tape.code, error)]
    if let classification, let discrimination = prepared.discrimination {
      gradients[.classifierWeight] = discrimination.backward(
        classification, scaledBy: weights.classification, addingTo: &delta)
    }
    return Evaluation(
      figures, code: tape.code,
      gradients: gradients + prepared.encoder.backward(delta, from: tape, records: x))
  }

  /// The third criterion, where there is one: its share of the energy, and figures of its own.
  private func classify(
    _ code: Matrix, _ target: Target, _ discrimination: Discrimination?,
    _ figures: inout [String: FigureSum]
  ) -> Discrimination.Result? {
    guard let discrimination else { return nil }
    guard case .labels(let labels) = target else {
      preconditionFailure("a classifier is trained with labels")
    }
    let result = discrimination(code, labels)
    figures["energy"]?.sum += Double(weights.classification) * result.loss
    figures["classification"] = FigureSum(result.loss, over: result.labelled)
    figures["error"] = FigureSum(Double(result.wrong), over: result.labelled)
    return result
  }
}

extension SparseAutoencoder {
  /// A rate of Adam that no unit dies of at the first steps: a step moves a weight by about the rate, so
  /// it is at most the root mean square of the weights that an encoder begins with, and 0.001.
  public static func suitableRate(for encoder: Encoder) -> Float {
    let weights = encoder.weight.elements
    let size = (dotInDouble(weights, weights) / Double(max(1, weights.count))).squareRoot()
    return size > 0 ? min(0.001, Float(size)) : 0.001
  }
}
