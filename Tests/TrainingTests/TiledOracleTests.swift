import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Convolutional auto-encoders against PyTorch's autograd: Tests/Reference/tiled_maps.py.
@Suite struct TiledTrainingOracleTests {
  @Test("loss and gradients of a convolutional auto-encoder", arguments: TiledOracle.autoencoders)
  func autoencoder(_ oracle: TiledOracle) throws {
    let units = oracle.sample.units
    let encoder = Encoder(
      weight: try oracle.weights("encoder.weight"),
      threshold: try oracle.weights("encoder.threshold").elements,
      gain: try oracle.weights("encoder.gain").elements, nonlinearity: .relu, iterations: 0)
    let objective = ComposedObjective.autoencoder(
      startingAt: encoder, atoms: try oracle.weights("decoder.weight"), oracle.sample.geometry,
      weights: AutoencoderWeights(lambda: 0.3),
      penalty: try GroupPenalty(.consecutive(2, of: units), unitCount: units))
    let evaluation = objective.evaluate(
      batch(of: try oracle.array("images")),
      at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
      wantsGradients: true)
    let expected = Double(
      try referenceMatrix("tiled_maps/\(oracle.name)-loss.npy").elements[0])
    let loss = try #require(evaluation.figures[objective.loss]).sum
    #expect(abs(loss - expected) <= 1e-5 * expected)
    for parameter in objective.parameters {
      let expected = try oracle.weights("gradient-\(parameter.name.tensor)").elements
      let size = expected.reduce(0) { max($0, abs($1)) }
      let found = evaluation.gradients[parameter.name].elements
      #expect(size > 0 && agree(found, expected, within: 1e-5 * size), "\(parameter.name)")
    }
  }
}
