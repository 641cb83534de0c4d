import CommandLineSupport
import ModelFile
import SparseCoding
import Training
import TrainingSupport

/// Dictionaries of kernels that lie over images.
extension DictionaryCommand {
  /// Refuses what kernels have no place for.
  func checkImages() throws {
    guard structure.isOfImages else { return }
    let geometry = "--geometry \(structure.images.geometry.rawValue)"
    try require(dictionary.pruneBelow == nil, "--prune-below and \(geometry) exclude each other")
    try require(!dictionary.omitsEncoder, "--no-encoder and \(geometry) exclude each other")
  }

  func learnKernels(
    _ run: TrainingRun, _ choice: StructureChoice, _ tiling: Tiling
  ) throws {
    let (geometry, preparation) = (choice.geometry, choice.preparation)
    let (units, isNonnegative) = (choice.unitCount, structure.hasNonnegativeAtoms)
    let atoms =
      try run.startingAtoms(
        units, isNonnegative: isNonnegative, preparation.preprocessing, geometry)
      ?? run.drawnAtoms(
        units, of: structure.atoms, isNonnegative: isNonnegative, seed: epochs.training.seed,
        preparation, geometry)
    let objective = ImageDictionary(
      startingAt: atoms, geometry, lambda: choice.lambda, penalty: choice.penalty,
      whole: choice.pooled.whole, isNonnegative: structure.isNonnegative,
      nonnegativeDictionary: isNonnegative, gap: dictionary.gap)
    var learner = GradientLearner(
      [TrainingPhase(objective, steps: run.stepCount)], data: run.data,
      prepare: { preparation($0) },
      validation: run.partition.validation,
      options: objective.optimiser(energyOfZeros: choice.energyOfZeros), team: run.threads)
    let figures = try run.train(&learner, choice)
    let learned = objective.atoms(learner.values)
    let parts = AutoencoderParts(
      encoder: .unrolling(
        atoms: learned, tiling, lambda: choice.lambda, penalty: choice.penalty,
        over: choice.poolWindows, isNonnegative: structure.isNonnegative,
        lipschitz: tiling.squaredNormBound(of: learned),
        iterations: structure.iterations, hasRecurrent: structure.iterations > 0),
      atoms: learned)
    var model = Model(
      .dictionary, parts, recordShape: run.data.recordShape, tiling,
      preparation: preparation, lambda: choice.lambda, penalty: choice.penalty,
      pools: choice.pools, card: run.card(figures: figures))
    model.poolWindows = choice.poolWindows
    try model.write(to: run.output)
  }
}
