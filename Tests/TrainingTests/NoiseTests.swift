import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite("codes with noise") struct NoiseTests {
  typealias Gradients = GradientTests

  private static let kinds = [
    Gradients.Kind(nonlinearity: .linear, iterations: 0, hasGain: true),
    Gradients.Kind(nonlinearity: .relu, iterations: 2, hasGain: true),
  ]

  private static func variance(logarithm: Float? = nil) -> CodeVariance {
    var weight = normalMatrix(Gradients.units, Gradients.length, seed: 51)
    weight.scale(by: logarithm == nil ? 0.3 : 0)
    return CodeVariance(
      Encoder(
        weight: weight,
        threshold: (0..<Gradients.units).map { logarithm.map { -$0 } ?? 0.2 * Float($0) },
        nonlinearity: .linear, iterations: 0))
  }

  private static func objective(
    _ kind: Gradients.Kind, _ variance: CodeVariance, divergence: Float = 0.7, rising: Int = 0
  ) -> ComposedObjective<NoisyEncoderMap> {
    var weights = AutoencoderWeights(lambda: 0.3)
    weights.reconstruction = 0.6
    weights.classification = 1.7
    return .noisyAutoencoder(
      startingAt: NoisyStart(
        Gradients.encoder(kind), atoms: Gradients.atoms, variance: variance, codeSize: 1),
      classes: Gradients.classes, weights: weights, divergence: divergence, rising: rising,
      penalty: .l1, seed: 77)
  }

  private static func evaluation(
    _ objective: some Objective, _ batch: Batch
  ) -> Evaluation {
    objective.evaluate(
      batch, at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
      wantsGradients: true)
  }

  /// Of reconstruction, penalty, divergence and classification together, ε as it is drawn.
  @Test("gradients are those of differences", arguments: kinds)
  func gradients(_ kind: Gradients.Kind) {
    let encoder = Gradients.encoder(kind)
    let variance = Self.variance()
    let noise = CodeNoise(seed: 77, stream: RandomStream.judgedNoise)
    Gradients.check(
      Self.objective(kind, variance), target: .labels(Gradients.labels),
      { values in
        let plain = PlainEncoder(values, like: encoder)
        let decoder = transposed(values[.decoderWeight]!)
        return doubles(Gradients.x).enumerated().reduce(0) { sum, record in
          let (number, x) = record
          let mean = plain.code(x)
          let logarithm = zip(
            apply(values[.varianceWeight]!, x), values[.varianceThreshold]![0]
          ).map(-)
          let epsilon = noise(ofRecord: number, count: mean.count).map(Double.init)
          let z = mean.indices.map { mean[$0] + exp(logarithm[$0] / 2) * epsilon[$0] }
          let divergence = mean.indices.reduce(0) {
            $0 + 0.5 * (mean[$1] * mean[$1] + exp(logarithm[$1]) - logarithm[$1] - 1)
          }
          return sum + 0.6 * halfSquare(x, apply(decoder, z))
            + 0.3 * mean.reduce(0) { $0 + abs($1) } + 0.7 * divergence
            + 1.7
            * crossEntropy(
              values[.classifierWeight]!, z, label: Gradients.labels[number])
        }
      }, kind.testDescription)
  }

  @Test(
    "with variances near 0, and a divergence that does not count, it is the auto-encoder",
    arguments: kinds)
  func withoutNoise(_ kind: Gradients.Kind) throws {
    let noisy = Self.objective(kind, Self.variance(logarithm: -30), divergence: 0)
    var weights = AutoencoderWeights(lambda: 0.3)
    weights.reconstruction = 0.6
    weights.classification = 1.7
    let plain = ComposedObjective.autoencoder(
      startingAt: Gradients.encoder(kind), atoms: Gradients.atoms, classes: Gradients.classes,
      weights: weights, penalty: .l1)
    let records = batch(of: Gradients.x, .labels(Gradients.labels))
    let (found, expected) = (
      Self.evaluation(noisy, records), Self.evaluation(plain, records)
    )
    for name in ["energy", "reconstruction", "classification"] {
      let (a, b) = (try #require(found.figures[name]), try #require(expected.figures[name]))
      #expect(abs(a.sum - b.sum) <= 1e-5 * abs(b.sum), "\(name)")
    }
    for name in plain.parameters.map(\.name) {
      let expected = expected.gradients[name].elements
      let size = expected.reduce(0) { max($0, abs($1)) }
      #expect(agree(found.gradients[name].elements, expected, within: 1e-5 * size), "\(name)")
    }
  }

  /// ∫ q log(q/p) of q = N(μ, σ²) and p = N(0, 1), by the trapezoidal rule.
  @Test("the divergence is that of numerical integration")
  func integration() {
    for mean in [0, 0.3, -2, 5.0] {
      for variance in [1e-4, 0.2, 1, 7.0] {
        let (deviation, step) = (variance.squareRoot(), variance.squareRoot() / 200)
        let integral = stride(from: -12 * deviation, through: 12 * deviation, by: step)
          .reduce(0) { sum, offset in
            let logarithm = -offset * offset / (2 * variance) - log(2 * .pi * variance) / 2
            let z = mean + offset
            let prior = -z * z / 2 - log(2 * .pi) / 2
            return sum + step * exp(logarithm) * (logarithm - prior)
          }
        let found = divergence(mean: mean, variance: variance)
        #expect(abs(found - integral) <= 1e-6 * max(1, integral), "\(mean) \(variance)")
      }
    }
    #expect(divergence(mean: 0, variance: 1) == 0)
  }

  @Test("noise is a record's own, and a step's")
  func ofRecords() throws {
    let objective = Self.objective(Self.kinds[0], Self.variance())
    func energy(_ rows: Range<Int>, step: Int?) throws -> Double {
      let all = Batch(
        Gradients.x, numbers: Array(100..<100 + Gradients.records),
        target: .labels(Gradients.labels), step: step)
      return try #require(
        Self.evaluation(objective, all.rows(rows)).figures["energy"]
      ).sum
    }
    let count = Gradients.records
    for step in [nil, 0, 5] {
      let parts = try energy(0..<3, step: step) + energy(3..<count, step: step)
      #expect(try abs(energy(0..<count, step: step) - parts) < 1e-9 * parts)
    }
    let all = try [nil, 0, 1, 5].map { try energy(0..<count, step: $0) }
    #expect(Set(all).count == 4)
  }

  @Test("the divergence rises to its weight")
  func annealed() throws {
    let records = Gradients.x
    func evaluated(_ rising: Int, step: Int?) throws -> (energy: Double, divergence: Double) {
      let found = Self.evaluation(
        Self.objective(Self.kinds[0], Self.variance(), rising: rising),
        Batch(
          records, numbers: Array(0..<records.rows), target: .labels(Gradients.labels), step: step))
      return (
        try #require(found.figures["energy"]).sum, try #require(found.figures["divergence"]).sum
      )
    }
    for (step, share) in [(0, 0.0), (5, 0.5), (10, 1), (1000, 1)] as [(Int, Double)] {
      let (whole, risen) = (try evaluated(0, step: step), try evaluated(10, step: step))
      #expect(whole.divergence == risen.divergence)
      let missing = Double(Float(0.7)) * (1 - share) * whole.divergence
      #expect(abs(whole.energy - risen.energy - missing) < 1e-6 * whole.energy, "step \(step)")
    }
    #expect(try evaluated(0, step: nil).energy == evaluated(10, step: nil).energy)
  }

  @Test("variances beyond Float32 are cut off, and have no gradient")
  func limits() throws {
    let logs = Matrix(rows: 1, columns: 5, elements: [-1000, -30, 0, 30, .nan])
    let found = CodeVariance.variances(ofLogarithms: logs).elements
    #expect(found[0] == found[1] && found[0] > 0 && found[2] == 1)
    #expect(found[3].isFinite && found[4].isNaN)
    let evaluation = Self.evaluation(
      Self.objective(Self.kinds[0], Self.variance(logarithm: 500)),
      batch(of: Gradients.x, .labels(Gradients.labels)))
    #expect(evaluation.gradients[.varianceThreshold].elements.allSatisfy { $0 == 0 })
    #expect(try #require(evaluation.figures["energy"]).sum.isFinite)
  }

  /// The start's variances are the best where atoms are apart.
  @Test("training begins at the best variances of atoms that are apart")
  func start() {
    let atoms = Matrix(rows: 2, columns: 3, elements: [1, 0, 0, 0, 1, 0])
    let encoder = Encoder(weight: atoms, threshold: [0, 0], nonlinearity: .linear, iterations: 0)
    let start = NoisyStart(encoder, atoms: atoms, norm: 10, unitCount: 2, divergence: 3)
    let square = Double(start.codeSize * start.codeSize)
    #expect(abs(square - 50) < 1e-4)
    func energy(_ variance: Double) -> Double {
      0.5 * square * variance + 3 * divergence(mean: 0, variance: variance)
    }
    let found = Double(
      CodeVariance.variances(ofLogarithms: start.variance.encoder(Matrix(zeros: 1, 3))).elements[0])
    #expect(energy(found) < energy(1.01 * found) && energy(found) < energy(0.99 * found))
    // What it gives back is what the start without noise gives.
    let x = normalMatrix(4, 3, seed: 5)
    let back = product(start.encoder(x), PackedMatrix(transposeOf: start.atoms))
    let expected = product(encoder(x), PackedMatrix(transposeOf: atoms))
    #expect(agree(back.elements, expected.elements, within: 1e-6))
  }
}
