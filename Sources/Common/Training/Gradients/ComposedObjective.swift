import LinearAlgebra
import SparseCoding

/// A loss that is a sum of criteria of the codes that a map gives: Σ w·criterion(F(x)).
public struct ComposedObjective<Map: DifferentiableMap>: Objective {
  public typealias Term = WeightedCriterion

  public let map: Map
  private let criteria: SummedCriteria
  public let loss: String
  public let criterion: String
  public let harmlessDeadShare: Double
  private let unit: Double

  /// - Parameters:
  ///   - loss: what the figure of the sum is called.
  ///   - criterion: the figure that says how good a training is; nil is the loss.
  ///   - harmlessDeadShare: the share of the units that may be out of use for good.
  ///   - unit: what the figure of the loss is in, as a multiple of the loss.
  public init(
    _ map: Map, _ terms: [Term], loss: String = "energy", judgedBy criterion: String? = nil,
    harmlessDeadShare: Double = 0.8, unit: Double = 1
  ) {
    self.map = map
    criteria = SummedCriteria(terms)
    self.loss = loss
    self.criterion = criterion ?? loss
    self.harmlessDeadShare = harmlessDeadShare
    self.unit = unit
  }

  public var parameters: [Parameter] { map.parameters + criteria.parameters }
  public var figureNames: [String] { [loss] + criteria.figureNames }
  public var unitCount: Int { map.codeLength }

  /// The map and the criteria with their weights packed.
  public struct Prepared: Sendable {
    fileprivate let map: Map.Prepared
    fileprivate let criteria: any PreparedCriterion
  }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> Prepared {
    Prepared(
      map: map.prepare(values, wantsInput: false, on: threads),
      criteria: criteria.prepare(values, on: threads))
  }

  public func evaluate(
    _ batch: Batch, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    let (output, tape) = prepared.map.forward(batch.records, of: batch)
    var delta: Matrix?
    let value = prepared.criteria.evaluate(
      output, batch, scaledBy: 1, addingTo: &delta, wantsGradients: wantsGradients)
    var figures = value.figures
    figures[loss] = FigureSum(unit * value.sum, over: batch.records.rows)
    let code = map.code(of: output)
    guard wantsGradients else { return Evaluation(figures, code: code) }
    let back = prepared.map.backward(
      (consume delta) ?? Matrix(zeros: output.rows, columns: output.columns), from: tape,
      input: batch.records)
    return Evaluation(figures, code: code, gradients: value.gradients + back.gradients)
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
    return Self(
      EncoderMap(start: encoder, geometry), terms + weights.classification(of: classes, geometry),
      judgedBy: weights.figure)
  }
}

extension ComposedObjective where Map == NoisyEncoderMap {
  /// The same with codes that have noise, z = μ + σ⊙ε with μ = F(x) and log σ² = Vx − θ: r·½‖x − Dz‖² + λR(μ) + v·Σ ½(μ² +
  /// σ² − log σ² − 1) and, with a classifier, + w·(−log softmax_y(C z/‖z‖₂)); the variational auto-encoder of a linear
  /// decoder (Kingma & Welling 2014; Kingma et al. 2014 with a classifier). The size of codes is that of the noise, so
  /// that columns of D may be of any norm.
  /// - Parameters:
  ///   - start: F, Dᵀ, [K, D], V, [K, D], and θ, [K], at the start.
  ///   - classes: C at the start, [Y, K], where there is a classifier.
  ///   - divergence: v.
  ///   - rising: steps within which v rises from 0.
  ///   - unit: what the energy is told in, as a multiple of the loss.
  ///   - seed: of ε.
  public static func noisyAutoencoder(
    startingAt start: NoisyStart, _ geometry: Geometry = .dense, classes: Matrix? = nil,
    weights: AutoencoderWeights, divergence: Float, rising: Int = 0, unit: Double = 1,
    penalty: any Penalty,
    ofRows rows: Int = 1, nonnegativeDictionary: Bool = false, seed: UInt64
  ) -> Self {
    let bounds = Parameter.Constraint(isNonnegative: nonnegativeDictionary)
    let ofSamples = [
      Term(Reconstruction(start.atoms, geometry, bounds), weight: weights.reconstruction)
    ]
    let terms = [
      Term(
        OfSamples(
          criterion: SummedCriteria(ofSamples + weights.classification(of: classes, geometry)),
          seed: seed)),
      Term(OfMeans(criterion: Sparsity(penalty, ofRows: rows)), weight: weights.lambda),
      Term(Divergence(rising: rising), weight: divergence),
    ]
    return Self(
      NoisyEncoderMap(start: start.encoder, variance: start.variance, geometry), terms,
      // Units that would tell less than it costs fall silent.
      judgedBy: weights.figure, harmlessDeadShare: 1, unit: unit)
  }
}

extension ComposedObjective: AutoencoderObjective where Map: AutoencoderMap {
  /// The encoder of values of ``parameters``.
  public func encoder(_ values: ParameterMatrices) -> Encoder { map.encoder(values) }

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

  /// The figure that says how good a training is; nil is the loss.
  fileprivate var figure: String? { classification > 0 ? "error" : nil }

  /// The criterion of a classifier, where there is one.
  fileprivate func classification(
    of classes: Matrix?, _ geometry: Geometry
  ) -> [WeightedCriterion] {
    classes.map { [WeightedCriterion(Classification($0, geometry), weight: classification)] } ?? []
  }

  /// Those of records that are so many times as large, for the same loss.
  /// - Parameter meanSquare: mean ‖x‖².
  public func dividingByNorm(_ meanSquare: Double) -> Self {
    let share = Float(1 / max(meanSquare, Double(Float.leastNormalMagnitude)))
    return Self(
      reconstruction: reconstruction * share, lambda: lambda * share,
      classification: classification)
  }

  /// λ beside a reconstruction that counts 1.
  public var relativeLambda: Float { relative(lambda) }

  /// How much something counts beside a reconstruction that counts 1.
  public func relative(_ weight: Float) -> Float {
    reconstruction > 0 ? min(weight / reconstruction, .greatestFiniteMagnitude) : weight
  }
}
