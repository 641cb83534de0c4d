import LinearAlgebra
import SparseCoding

/// What an auto-encoder whose codes have noise begins with: one without, its codes as large as standard normal ones, and
/// the variances that would be best for its atoms if these were apart.
public struct NoisyStart: Sendable {
  public let encoder: Encoder
  /// Dᵀ, [K, D].
  public let atoms: Matrix
  public let variance: CodeVariance
  /// What codes were divided by.
  public let codeSize: Float

  /// How much the divergence may count.
  public static let divergences = Interval.above(0)

  /// A rate of Adam that suits it: codes are as large as the noise, whatever the records, so that it may be larger than
  /// that of an auto-encoder without noise. Ten times that one came within 1 % of the least energy of linear units in ten
  /// epochs of 20,000 windows, that one itself stayed 20 % above; of relu it left 186 of 196 units dead on digits of one seed
  /// of three, three times that one 9 to 24.
  public static func rate(for encoder: Encoder) -> Float {
    let isCutOff = encoder.function.isShrinkage || encoder.function.isNonnegative
    return (isCutOff ? 3 : 10) * EncoderStart.autoencoderRate(for: encoder)
  }

  /// - Parameters:
  ///   - encoder: that matches atoms of norm 1.
  ///   - atoms: Dᵀ, [K, D].
  ///   - norm: √(mean ‖x‖²) of what a unit sees of the records.
  ///   - unitCount: units that see it.
  ///   - divergence: how much the divergence counts beside a reconstruction that counts 1.
  public init(
    _ encoder: Encoder, atoms: Matrix, norm: Double, unitCount: Int, divergence: Float
  ) {
    let least = Double(Float.leastNormalMagnitude).squareRoot()
    let size = Float(max(norm, least) / Double(unitCount).squareRoot())
    codeSize = size
    var scaled = atoms
    scaled.scale(by: size)
    self.atoms = scaled
    self.encoder = encoder.givingCodes(dividedBy: size)
    // The minimum of ½σ²‖d‖² + ½v(σ² − log σ²).
    let square = Double(size) * Double(size)
    let thresholds = atoms.rowNorms.map { norm in
      let share = 1 + square * norm * norm / Double(max(divergence, .leastNormalMagnitude))
      return Float(naturalLogarithm(share)).clamped(to: CodeVariance.logarithms)
    }
    variance = CodeVariance(
      Encoder(
        weight: Matrix(zeros: atoms.rows, atoms.columns), threshold: thresholds,
        nonlinearity: .linear, iterations: 0))
  }

  /// That of a training that goes on where another ended.
  public init(_ encoder: Encoder, atoms: Matrix, variance: CodeVariance, codeSize: Float) {
    self.encoder = encoder
    self.atoms = atoms
    self.variance = variance
    self.codeSize = codeSize
  }
}

extension Encoder {
  /// The encoder whose codes are these divided by a number, where f is as linear as `relu` and `shrink` are.
  fileprivate func givingCodes(dividedBy size: Float) -> Encoder {
    var weight = weight
    weight.scale(by: 1 / size)
    return Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold.map { $0.map { $0 / size } },
      gain: gain, function: function, form: form, iterations: iterations)
  }
}

extension Optimiser.Options {
  /// The same for codes divided by a number, and records of a norm: weights of the encoder are as many times smaller, atoms
  /// larger, and gradients by the loss as well, so that the size of records does not matter.
  /// - Parameter loss: how many times as large it is as of records of norm 1.
  public func scaled(
    forCodesDividedBy size: Float, recordsOfNorm norm: Float, loss: Float
  ) -> Self {
    var options = self
    let factors: [Parameter.Name: Float] = [
      .encoderWeight: 1 / size, .decoderWeight: size, .varianceWeight: 1 / norm,
    ]
    for (name, factor) in factors {
      // A step of Adam is as long as the rate; one of SGD goes with the gradient, which scales the other way.
      options.rateFactors[name, default: 1] *= method == .adam ? factor : factor * factor
    }
    let ofSize: [Parameter.Name: Float] = [
      .encoderWeight: norm, .decoderWeight: 1 / norm, .varianceWeight: norm,
    ]
    let names: [Parameter.Name] = [
      .encoderWeight, .encoderRecurrent, .encoderThreshold, .encoderGain, .decoderWeight,
      .classifierWeight, .varianceWeight, .varianceThreshold,
    ]
    for name in names { options.epsilonFactors[name] = loss * (ofSize[name] ?? 1) }
    options.bounds[.encoderWeight] = bounds[.encoderWeight].map { $0 / size }
    options.bounds[.decoderWeight] = nil
    return options
  }
}
