import LinearAlgebra
import SparseCoding
import Training
import TrainingSupport

/// A `fit` whose codes may have noise.
protocol NoisyCommand: AutoencoderCommand {
  /// The structure as it is asked for.
  var chosenStructure: StructureOptions<Self> { get set }
  var noise: NoiseOptions { get }
  /// f of codes with noise, where nobody says it; nil is that of codes without.
  static var noisyNonlinearity: EncoderFunction.Name? { get }
}

extension NoisyCommand {
  var structure: StructureOptions<Self> {
    get { noise.structure(chosenStructure, nonlinearity: Self.noisyNonlinearity) }
    set { chosenStructure = newValue }
  }

  var noiseParameters: Set<Parameter.Name> { noise.parameters }

  func validate() throws {
    try checkCommon()
    try noise.check(beside: chosenStructure)
  }
}

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
