import LinearAlgebra
import SparseCoding

/// A criterion and how much it counts.
public struct WeightedCriterion: Sendable {
  public let criterion: any Criterion
  public let weight: Float

  public init(_ criterion: any Criterion, weight: Float = 1) {
    self.criterion = criterion
    self.weight = weight
  }
}

/// A loss that is a sum of criteria of the codes that a map gives: Σ w·criterion(F(x)).
public struct ComposedObjective<Map: DifferentiableMap>: Objective {
  public typealias Term = WeightedCriterion

  public let map: Map
  private let terms: [Term]
  public let loss: String
  public let criterion: String

  /// - Parameters:
  ///   - loss: what the figure of the sum is called.
  ///   - criterion: the figure that says how good a training is; nil is the loss.
  public init(
    _ map: Map, _ terms: [Term], loss: String = "energy", judgedBy criterion: String? = nil
  ) {
    self.map = map
    self.terms = terms
    self.loss = loss
    self.criterion = criterion ?? loss
  }

  public var parameters: [Parameter] { map.parameters + terms.flatMap(\.criterion.parameters) }
  public var figureNames: [String] { [loss] + terms.flatMap(\.criterion.figureNames) }
  public var unitCount: Int { map.outputLength }

  /// The map and the criteria with their weights packed.
  public struct Prepared: Sendable {
    fileprivate let map: Map.Prepared
    fileprivate let terms: [(criterion: any PreparedCriterion, weight: Float)]
  }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> Prepared {
    Prepared(
      map: map.prepare(values, wantsInput: false, on: threads),
      terms: terms.map { ($0.criterion.prepare(values, on: threads), $0.weight) })
  }

  public func evaluate(
    _ batch: Batch, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let (code, tape) = prepared.map.forward(batch.records, of: batch)
    var (energy, delta): (Double, Matrix?) = (0, nil)
    var figures: [String: FigureSum] = [:]
    var gradients: ParameterMatrices = [:]
    for (criterion, weight) in prepared.terms {
      let value = criterion.evaluate(
        code, batch, scaledBy: weight, addingTo: &delta, wantsGradients: wantsGradients)
      energy += Double(weight) * value.sum
      figures.merge(value.figures) { _, new in new }
      gradients = gradients + value.gradients
    }
    figures[loss] = FigureSum(energy, over: batch.records.rows)
    guard wantsGradients else { return Evaluation(figures, code: code) }
    let back = prepared.map.backward(
      (consume delta) ?? Matrix(zeros: code.rows, columns: code.columns), from: tape,
      input: batch.records)
    return Evaluation(figures, code: code, gradients: gradients + back.gradients)
  }
}

/// Objectives of an encoder by the names of their models.
extension ComposedObjective where Map == EncoderMap {
  /// LISTA and LCoD: an encoder whose codes come near the optimal ones, ½‖z* − F(x)‖² (Gregor & LeCun
  /// 2010). The encoder it begins with is ISTA, or coordinate descent, unrolled.
  public static func prediction(
    startingAt encoder: Encoder, _ geometry: Geometry = .dense
  ) -> Self {
    Self(EncoderMap(start: encoder, geometry), [Term(Prediction())], loss: "loss")
  }

  /// A feed-forward encoder and a linear decoder, r·½‖x − Dz‖² + λR(z) with z = F(x); and, with a
  /// classifier C on the code, + w·(−log softmax_y(C z/‖z‖₂)), which is the discriminative recurrent
  /// sparse auto-encoder (Rolfe & LeCun 2013).
  /// - Parameters:
  ///   - encoder: F at the start.
  ///   - atoms: Dᵀ at the start, [K, D]; no row gets longer than 1, or the code would vanish into D.
  ///   - geometry: what units see of a record, and atoms lie over.
  ///   - classes: C at the start, [Y, K], where there is a classifier; of images [Y, all their units].
  ///   - penalty: R of `rows` rows of codes: of one, or of all places of an image.
  ///   - nonnegativeDictionary: whether D does not go below 0.
  public static func autoencoder(
    startingAt encoder: Encoder, atoms: Matrix, _ geometry: Geometry = .dense,
    classes: Matrix? = nil, weights: AutoencoderWeights, penalty: any Penalty, ofRows rows: Int = 1,
    nonnegativeDictionary: Bool = false
  ) -> Self {
    let bounds = Parameter.Constraint(
      rowNorms: .atMost(1), isNonnegative: nonnegativeDictionary)
    let terms = [
      Term(Reconstruction(atoms, geometry, bounds), weight: weights.reconstruction),
      Term(Sparsity(penalty, ofRows: rows), weight: weights.lambda),
    ]
    let classification = classes.map {
      Term(Classification($0, geometry), weight: weights.classification)
    }
    return Self(
      EncoderMap(start: encoder, geometry), terms + (classification.map { [$0] } ?? []),
      judgedBy: weights.classification > 0 ? "error" : nil)
  }

  /// The encoder of values of ``parameters``.
  public func encoder(_ values: ParameterMatrices) -> Encoder { map.encoder(values) }
}

extension ComposedObjective: AutoencoderObjective where Map == EncoderMap {
  /// - Precondition: there is a decoder.
  public func parts(_ values: ParameterMatrices) -> AutoencoderParts {
    AutoencoderParts(map, values)
  }
}

/// How much the criteria of an auto-encoder count.
public struct AutoencoderWeights: Sendable {
  /// r.
  public var reconstruction: Float
  /// λ.
  public var lambda: Float
  /// w.
  public var classification: Float

  public init(reconstruction: Float = 1, lambda: Float, classification: Float = 0) {
    self.reconstruction = reconstruction
    self.lambda = lambda
    self.classification = classification
  }

  /// What r may be, and w where there is a classifier.
  public static let reconstructions = Interval.atLeast(0)
  public static let classifications = Interval.above(0)

  /// Without the classification.
  public var unsupervised: Self { Self(reconstruction: reconstruction, lambda: lambda) }

  /// Those of records that are so many times as large, for the same loss.
  /// - Parameter meanSquare: mean ‖x‖².
  public func dividingByNorm(_ meanSquare: Double) -> Self {
    let share = Float(1 / max(meanSquare, Double(Float.leastNormalMagnitude)))
    return Self(
      reconstruction: reconstruction * share, lambda: lambda * share,
      classification: classification)
  }

  /// λ beside a reconstruction that counts 1.
  public var relativeLambda: Float {
    reconstruction > 0 ? min(lambda / reconstruction, .greatestFiniteMagnitude) : lambda
  }
}
