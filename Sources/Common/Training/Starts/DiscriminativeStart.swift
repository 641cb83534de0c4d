import LinearAlgebra
import SparseCoding

/// What a discriminative recurrent sparse auto-encoder begins with, and what binds it (Rolfe & LeCun
/// 2013, section 2, and the authors' code).
public struct DiscriminativeStart {
  private let shape: EncoderShape
  private let hasNonnegativeAtoms: Bool
  private let seed: UInt64

  /// - Parameters:
  ///   - shape: of the encoder; its T, passes through S, is one less than the paper's.
  ///   - hasNonnegativeAtoms: whether D does not go below 0.
  ///   - seed: of the noise in the atoms, and of the classifier.
  public init(_ shape: EncoderShape, hasNonnegativeAtoms: Bool = false, seed: UInt64) {
    self.shape = shape
    self.hasNonnegativeAtoms = hasNonnegativeAtoms
    self.seed = seed
  }

  /// How often the encoder's weights are used for one code: the paper's T.
  private var uses: Float { Float(shape.iterations + 1) }

  /// λ and w beside a reconstruction that counts 1, for records of norm 1.
  public static let lambda: Float = 0.018
  public static let classification: Float = 0.1
  /// λ of images whose units see windows, times the norm of a window. Of 10,000 digits and 8 maps of 7×7, T = 2, ten
  /// epochs, it left the fewest errors on others, 4.1 %; 0.018 left 4.3 % of denser codes, and 0.1 as many.
  public static let imageLambda: Float = 0.05
  /// Epochs without the classification, before the others.
  public static let unsupervisedEpochs = 5
  public static let epochs = 40
  public static let batchSize = 100

  /// How weights are moved, but for the rate. Adam's usual ε of 1e-8 lets the rows of E take random walks at
  /// pixels that are nearly always 0.
  public static var optimiser: Optimiser.Options {
    var options = Optimiser.Options()
    options.secondDecay = 0.99
    options.epsilon = 1e-4
    options.schedule = .cosine(after: 0.5)
    options.clip = 1
    options.averaging = 0.999
    return options
  }

  /// A rate of Adam that at most a third of the units die of. A step of every weight by about the rate
  /// moves a code by up to K times as much, K the units that feed one; 0.005 is what the figures of 200 and 400 units are made with,
  /// and with 1,000 units it left half to three quarters of them dead (`make robust`).
  public static func suitableRate(units: Int) -> Float { 0.005 * min(1, 400 / Float(units)) }

  /// Each part's rate is divided by the number of times it is used.
  public var rateFactors: [Parameter.Name: Float] {
    var factors: [Parameter.Name: Float] = [
      .encoderWeight: 1 / uses, .encoderThreshold: 1 / uses, .classifierWeight: Self.classifierRate,
    ]
    if shape.iterations > 0 { factors[.encoderRecurrent] = 1 / uses }
    return factors
  }

  /// The classifier is far from its best where the others begin near theirs.
  private static let classifierRate: Float = 5

  public var bounds: [Parameter.Name: Float] {
    [.encoderWeight: 1.25 / uses, .decoderWeight: 1, .classifierWeight: 5]
  }

  /// Atoms that are noise with a quarter of a record, of norm 1.
  /// - Parameter records: of norm 1, [K, D].
  public func atoms(around records: Matrix) -> Matrix {
    var atoms = directions(
      records.rows, length: records.columns, stream: RandomStream.atomNoise)
    for index in atoms.elements.indices {
      atoms.elements[index] += 0.25 * records.elements[index]
      if hasNonnegativeAtoms { atoms.elements[index] = max(0, atoms.elements[index]) }
    }
    atoms.normalizeRows()
    return atoms
  }

  /// The encoder E = s Dᵀ, S = I − s DᵀD, b ≈ 0, which are steps of gradient descent, and a classifier
  /// of random directions, [Y, K], or of the units of an image, [Y, all of them].
  ///
  /// Windows overlap, so that an image has more atoms than it has pixels, and a step that suits whole records may be
  /// too long: it is at most 1/‖D‖².
  /// - Parameters:
  ///   - atoms: Dᵀ, [K, D].
  ///   - step: s, the norm of a row of E.
  ///   - geometry: what atoms lie over.
  ///   - penalty: whose pools f may be of.
  public func callAsFunction(
    _ atoms: Matrix, step: Float, classCount: Int, _ geometry: Geometry = .dense,
    penalty: any Penalty = .l1
  ) -> (encoder: Encoder, classes: Matrix) {
    let function = shape.function(penalty, units: atoms.rows)
    var step = step
    var weight = atoms
    var recurrent: Matrix
    switch geometry {
    case .dense:
      recurrent = product(atoms, PackedMatrix(atoms))
      recurrent.scale(by: -step)
      for unit in 0..<recurrent.rows { recurrent[unit, unit] += 1 }
    case .tiled(let tiling, _):
      step = min(step, 1 / LinearMap(atoms, geometry, for: .both).squaredNorm)
      recurrent = tiling.descent(on: atoms, step: step)
    }
    weight.scale(by: step)
    let encoder = Encoder(
      weight: weight, recurrent: shape.iterations > 0 ? [recurrent] : [],
      threshold: [
        [Float](repeating: 1e-5, count: function.thresholdCount(units: atoms.rows))
      ],
      gain: shape.startingGain(units: atoms.rows), function: function,
      iterations: shape.iterations)
    let classes = directions(
      classCount, length: atoms.rows * geometry.cellCount,
      stream: RandomStream.initialClassifier)
    return (encoder, classes)
  }

  /// Random rows of norm 1, [count, length].
  private func directions(_ count: Int, length: Int, stream: UInt64) -> Matrix {
    var random = CounterRandom(seed: seed, stream: stream)
    var directions = Matrix(
      rows: count, columns: length,
      elements: (0..<count * length).map { _ in Float(random.normal()) })
    directions.normalizeRows()
    return directions
  }
}
