import LinearAlgebra
import SparseCoding
import Training
import TrainingSupport

/// What a training gave, and its figures.
typealias LearnedParts = (parts: AutoencoderParts, figures: [(name: String, value: Double)])

/// A training of an encoder and a decoder, all settled but what is minimised.
struct AutoencoderTraining<Command: AutoencoderCommand> {
  let command: Command
  let start: AutoencoderStart
  let classes: ClassLabels?
  let choice: StructureChoice
  var run: TrainingRun
  var options: Optimiser.Options

  /// Minimises one objective after another; where there are two, the first in the epochs of the warm-up.
  mutating func callAsFunction<Goal: AutoencoderObjective>(
    _ objectives: [Goal]
  ) throws -> LearnedParts {
    let steps = [run.warmUpSteps, run.stepCount].suffix(objectives.count)
    let preparation = choice.preparation
    var learner = GradientLearner(
      zip(objectives, steps).map { TrainingPhase($0, steps: $1) }, data: run.data,
      targets: classes.map { .labels($0.values) } ?? .none, prepare: { preparation($0) },
      validation: run.partition.validation, options: options, team: run.threads)
    // With a classifier, codes of zero have no energy to compare with.
    let figures = try classes == nil ? run.train(&learner, choice) : run.train(&learner)
    return (objectives[objectives.count - 1].parts(learner.values), figures)
  }
}
