import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Auto-encoders of windows against the same with weights of whole images, whose gradients are checked by
/// differences.
@Suite struct TiledGradientTests {
  private static func repeated(_ values: [Float], _ sample: TilingSample) -> [Float] {
    sample.allUnits.map { values[$0.weight] }
  }

  @Test(
    "losses and gradients are those of whole images", arguments: TilingSample.all,
    [Nonlinearity.relu, .tanh])
  func wholeImages(_ sample: TilingSample, _ nonlinearity: Nonlinearity) throws {
    let units = sample.units * sample.tiling.period.count
    let (weights, atoms) = (sample.weights(seed: 1), sample.weights(seed: 2))
    let thresholds = (0..<units).map { 0.1 * Float($0 % 5) }
    let gains = (0..<units).map { 0.5 + 0.25 * Float($0 % 4) }
    func objective(
      _ weight: Matrix, _ atoms: Matrix, _ threshold: [Float], _ gain: [Float],
      _ geometry: Geometry
    ) -> ComposedObjective<EncoderMap> {
      .autoencoder(
        startingAt: Encoder(
          weight: weight, threshold: threshold, gain: gain, nonlinearity: nonlinearity,
          iterations: 0),
        atoms: atoms, geometry, weights: AutoencoderWeights(lambda: 0.3), penalty: .l1)
    }
    let tiled = objective(weights, atoms, thresholds, gains, sample.geometry)
    let whole = objective(
      sample.whole(weights), sample.whole(atoms), Self.repeated(thresholds, sample),
      Self.repeated(gains, sample), .dense)
    let x = sample.images(3, seed: 3)
    func evaluate(_ objective: ComposedObjective<EncoderMap>) -> Evaluation {
      objective.evaluate(
        Batch(x, numbers: [0, 1, 2]),
        at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
        wantsGradients: true)
    }
    let (found, expected) = (evaluate(tiled), evaluate(whole))
    for name in ["energy", "reconstruction"] {
      let (a, b) = (try #require(found.figures[name]), try #require(expected.figures[name]))
      #expect(a.count == 3 && b.count == 3 && abs(a.sum - b.sum) <= 1e-5 * abs(b.sum), "\(name)")
    }
    for name in [Parameter.Name.encoderWeight, .decoderWeight] {
      let folded = sample.folded(expected.gradients[name])
      #expect(close(found.gradients[name].elements, folded.elements), "\(name)")
    }
    for name in [Parameter.Name.encoderThreshold, .encoderGain] {
      var folded = [Float](repeating: 0, count: units)
      for (unit, value) in zip(sample.allUnits, expected.gradients[name].elements) {
        folded[unit.weight] += value
      }
      #expect(close(found.gradients[name].elements, folded), "\(name)")
    }
  }

  /// Within 1e-4 of the largest.
  private func close(_ a: [Float], _ b: [Float]) -> Bool {
    let size = b.reduce(0) { max($0, abs($1)) }
    return size > 0 && a.count == b.count
      && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * size }
  }
}
