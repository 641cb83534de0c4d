import ByteIO
import LinearAlgebra
import Training

/// One training of a `fit` with epochs: its data, its files, and what it tells; see ``EpochOptions``.
public struct TrainingRun {
  /// Where the model goes.
  public let output: ByteWriter
  public let data: TrainingSet
  public let partition: Partition
  public let threads: Threads
  let progress: TrainingProgress
  let loop: EpochLoop
  /// All that the result depends on.
  let conditions: [String: String]
  let card: [String: String]
  let start: Start?
  let checkpointPath: String?

  /// What to go on from.
  struct Start {
    let path: String
    let checkpoint: Checkpoint

    func requireSame(_ conditions: [String: String]) throws {
      try naming(path) { try checkpoint.requireSame(conditions) }
    }
  }

  /// Trains to the end. An interruption ends the program here, its checkpoint written.
  /// - Returns: the figures of what was learned, for ``card(figures:)``.
  public func train(_ learner: inout some Learner) throws -> [(name: String, value: Double)] {
    if let start { try progress.resume(after: start.checkpoint.position.stage.epoch) }
    var hooks = EpochLoop.Hooks()
    hooks.report = progress.report
    let result: EpochReport
    if let checkpointPath {
      let signals = HeldSignals()
      hooks.pause = { signals.haveArrived }
      hooks.save = {
        try Checkpoint(run: conditions, position: $0).write(to: checkpointPath)
      }
      do {
        result = try run(&learner, hooks)
      } catch let interruption as EpochLoop.Interruption {
        try progress.finish()
        Process.say("\(interruption); go on with --resume \(checkpointPath)")
        signals.release()
        throw interruption
      }
      signals.release()
    } else {
      result = try run(&learner, hooks)
    }
    try progress.finish()
    if loop.options.patience != nil { progress.say("epoch \(result.epoch) was the best") }
    return result.figures
  }

  /// The entries of a model's card that every training writes.
  public func card(figures: [(name: String, value: Double)]) -> [String: String] {
    figures.reduce(into: card) { $0["figure.\($1.name)"] = "\($1.value)" }
  }

  private func run(
    _ learner: inout some Learner, _ hooks: EpochLoop.Hooks
  ) throws -> EpochReport {
    do {
      return try loop.run(&learner, from: start?.checkpoint.position, hooks: hooks)
    } catch let problem as CheckpointProblem {
      throw FileProblem(file: start?.path ?? "", problem: problem)
    } catch let problem as TrainingProblem {
      throw FileProblem(file: "<stdin>", problem: problem)
    }
  }
}
