import LinearAlgebra

/// ε of codes with noise, z = μ + σ⊙ε, standard normal: of a record's number alone, so that neither tiles nor threads
/// matter.
public struct CodeNoise: Sendable {
  private let seed: UInt64
  private let stream: UInt64

  /// The stream of records whose codes are drawn around their means, and that of codes of no record: no two draws are
  /// related.
  public static let samples: UInt64 = 0
  public static let randomCodes: UInt64 = 1 << 62

  /// - Parameters:
  ///   - seed: what all streams share.
  ///   - stream: that of record 0; the others follow it.
  public init(seed: UInt64, stream: UInt64) {
    self.seed = seed
    self.stream = stream
  }

  /// ε of one record, [K].
  /// - Parameters:
  ///   - record: its number.
  ///   - draw: which one of the record's.
  ///   - count: K, the same for all draws.
  public func callAsFunction(ofRecord record: Int, draw: Int = 0, count: Int) -> [Float] {
    var random = CounterRandom(seed: seed, stream: stream &+ UInt64(record))
    random.position = UInt64(draw) &* UInt64(count)
    return (0..<count).map { _ in Float(random.normal()) }
  }
}

/// σ² of codes with noise, of each unit, as an encoder tells it: log σ² = Vx − θ (Kingma & Welling 2014, of one layer).
public struct CodeVariance: Sendable {
  /// Gives log σ².
  public let encoder: Encoder

  /// What log σ² is kept to: a variance of 0, or beyond Float32, is none.
  public static let logarithms: ClosedRange<Float> = -30...30

  /// - Precondition: the encoder is linear, of one step.
  public init(_ encoder: Encoder) {
    precondition(
      encoder.nonlinearity == .linear && encoder.iterations == 0 && encoder.gain == nil,
      "log σ² is Vx − θ")
    self.encoder = encoder
  }

  /// σ² for what the encoder gives, both [N, K].
  public static func variances(ofLogarithms logs: Matrix) -> Matrix {
    var variances = logs
    for index in variances.elements.indices {
      let log = variances.elements[index]
      // NaN stays NaN.
      if log.isNaN { continue }
      variances.elements[index] = Float(exponential(Double(log.clamped(to: logarithms))))
    }
    return variances
  }
}

/// ½(μ² + σ² − log σ² − 1): how far a unit's noisy code is from a standard normal one, in nats (Kullback & Leibler).
public func divergence(mean: Double, variance: Double) -> Double {
  divergence(mean: mean, variance: variance, logarithm: naturalLogarithm(variance))
}

/// The same where log σ² is known.
public func divergence(mean: Double, variance: Double, logarithm: Double) -> Double {
  0.5 * (mean * mean + variance - logarithm - 1)
}

extension Float {
  /// The nearest number of a range; not of NaN.
  public func clamped(to range: ClosedRange<Float>) -> Float {
    Swift.min(range.upperBound, Swift.max(range.lowerBound, self))
  }
}
