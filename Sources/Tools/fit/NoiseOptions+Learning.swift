import LinearAlgebra
import SparseCoding
import Training
import TrainingSupport

extension NoiseOptions {
  /// Learns codes with noise.
  /// - Parameters:
  ///   - phases: how much the other criteria count, one objective after another.
  ///   - meanSquare: mean ‖x‖² of records that a reconstruction of 1 is for.
  ///   - unit: what the energy is told in, as a multiple of the loss.
  func learn<Command: AutoencoderCommand>(
    _ training: inout AutoencoderTraining<Command>, _ phases: [AutoencoderWeights],
    ofRecords meanSquare: Float, unit: Double = 1
  ) throws -> LearnedParts {
    let (start, run) = (training.start, training.run)
    let noisy = try run.startingNoise(
      start.encoder, atoms: start.atoms, norm: start.norm, start.geometry,
      divergence: phases[0].relative((noise ?? 0) * meanSquare))
    training.options = training.options.scaled(
      forCodesDividedBy: noisy.codeSize, recordsOfNorm: Float(start.norm), loss: meanSquare)
    return try training(
      phases.map {
        ComposedObjective.noisyAutoencoder(
          startingAt: noisy, start.geometry, classes: start.classes, weights: $0,
          divergence: (noise ?? 0) * meanSquare, rising: run.steps(ofEpochs: anneal ?? 0),
          unit: unit,
          penalty: start.pooled.penalty, ofRows: start.pooled.rows,
          nonnegativeDictionary: training.command.structure.hasNonnegativeAtoms,
          seed: training.command.epochs.training.seed)
      })
  }
}
