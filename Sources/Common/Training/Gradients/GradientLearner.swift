import LinearAlgebra
import ModelFile
import SparseCoding

/// A part of a training: an objective and the batches that it is minimised for.
public struct TrainingPhase<Goal: Objective>: Sendable {
  let objective: Goal
  let steps: Int

  public init(_ objective: Goal, steps: Int) {
    self.objective = objective
    self.steps = steps
  }
}

/// Minimises an objective, or one after another of the same parameters, by steps of an optimiser, a step
/// a batch.
public struct GradientLearner<Goal: Objective>: Learner {
  /// Records whose gradient is one task, at most.
  private static var largestTile: Int { 64 }
  /// The loss of an epoch that is so many times that of the start has exploded.
  private static var explosion: Double { 100 }

  private let phases: [TrainingPhase<Goal>]
  private let data: TrainingSet
  private let targets: Targets
  private let prepare: @Sendable (Matrix) -> Matrix
  private let validation: [Int]
  private let team: any Team
  private var optimiser: Optimiser
  private var tally: GradientTally
  /// The mean loss of the first batch that has one: where labels alone count, a batch may have none.
  private var firstLoss: Double?

  /// - Parameters:
  ///   - phases: objectives of the same parameters, which begin where the first one says.
  ///   - targets: what records are to become, where the objective asks for it.
  ///   - prepare: from the records of `data`, [N, D], to what the objective takes.
  public init(
    _ phases: [TrainingPhase<Goal>], data: TrainingSet, targets: Targets = .none,
    prepare: @escaping @Sendable (Matrix) -> Matrix, validation: [Int],
    options: Optimiser.Options, team: any Team
  ) {
    precondition(!phases.isEmpty, "a training without an objective")
    self.phases = phases
    self.data = data
    self.targets = targets
    self.prepare = prepare
    self.validation = validation
    self.team = team
    let objective = phases[0].objective
    optimiser = Optimiser(
      objective.parameters, options: options, phases: phases.map(\.steps))
    tally = GradientTally(objective)
  }

  /// What has been learned.
  public var values: ParameterMatrices { optimiser.result }

  /// What the next step minimises.
  private var objective: Goal { phases[optimiser.place(ofStep: optimiser.steps).phase].objective }

  public mutating func learn(from records: [Int]) throws {
    let prepared = objective.prepare(optimiser.values, on: team.threads)
    let evaluation = try evaluate(objective, records, prepared, wantsGradients: true)
    tally.add(evaluation)
    let loss = (evaluation.figures[objective.loss]?.sum ?? 0) / Double(records.count)
    guard loss.isFinite else { throw TrainingProblem.exploded(step: optimiser.steps) }
    if firstLoss == nil, loss > 0 { firstLoss = loss }
    optimiser.step(evaluation.gradients, recordCount: records.count, threads: team.threads)
  }

  public mutating func endEpoch(
    isLast: Bool, judging: Judging
  ) throws -> [(name: String, value: Double)] {
    let objective = phases[optimiser.place(ofStep: optimiser.steps - 1).phase].objective
    var figures = tally.figures(objective.figureNames)
    let unitsInUse = tally.unitsInUse
    let unitCount = objective.unitCount
    tally = GradientTally(objective)
    guard unitsInUse > 0 else { throw TrainingProblem.collapsedCode }
    guard Double(unitCount - unitsInUse) <= objective.harmlessDeadShare * Double(unitCount) else {
      throw TrainingProblem.deadUnits(dead: unitCount - unitsInUse, of: unitCount)
    }
    if let first = firstLoss, let loss = figures.first(where: { $0.name == objective.loss })?.value,
      loss > Self.explosion * max(first, objective.harmlessLoss)
    {
      throw TrainingProblem.risen(from: first, to: loss)
    }
    // As it is written: 0.005, and not the 0.004999999888 that it is.
    figures.append(("rate", Double("\(optimiser.rate)") ?? 0))
    if let loss = try heldOutLoss(objective, judging) { figures.append(("validation", loss)) }
    guard figures.allSatisfy({ $0.value.isFinite }),
      optimiser.parameters.allSatisfy({ $0.value.nonFiniteRows.isEmpty })
    else { throw TrainingProblem.exploded(step: optimiser.steps) }
    return figures
  }

  /// That of the last phase.
  public func heldOutLoss(judging: Judging) throws -> Double? {
    try heldOutLoss(phases[phases.count - 1].objective, judging)
  }

  /// The criterion on the records held out, where there are any.
  private func heldOutLoss(_ objective: Goal, _ judging: Judging) throws -> Double? {
    guard !validation.isEmpty else { return nil }
    let prepared = objective.prepare(values, on: team.threads)
    var total = FigureSum(0, over: 0)
    for first in stride(from: 0, to: validation.count, by: 4096) {
      let records = Array(validation[first..<min(first + 4096, validation.count)])
      let evaluation = try evaluate(objective, records, prepared, wantsGradients: false)
      if let figure = evaluation.figures[objective.criterion] { total += figure }
      judging(first + records.count, validation.count)
    }
    return total.mean
  }

  private func evaluate(
    _ objective: Goal, _ records: [Int], _ prepared: Goal.Prepared, wantsGradients: Bool
  ) throws -> Evaluation {
    let batch = Batch(
      try data.records(records, on: team.threads), numbers: records,
      target: try targets(records, on: team.threads),
      step: wantsGradients ? optimiser.steps : nil)
    let prepare = prepare
    // As many tiles as needed, at least two, of the same size, so that threads have equal work.
    let count = max(2, (records.count + Self.largestTile - 1) / Self.largestTile)
    let size = max(1, (records.count + count - 1) / count)
    let sum = team.sum(ofTilesOf: records.count, tile: size) { range in
      let tile = batch.rows(range)
      return objective.evaluate(
        tile.with(prepare(tile.records)), at: prepared, wantsGradients: wantsGradients)
    }
    guard let sum else { preconditionFailure("a batch of no records") }
    return sum
  }

  // MARK: State

  public var state: TrainingState {
    var state = TrainingState()
    optimiser.write(to: &state)
    tally.write(to: &state)
    if let firstLoss { state.numbers["first-loss"] = "\(firstLoss)" }
    return state
  }

  public mutating func restore(_ state: TrainingState) throws {
    try optimiser.restore(state)
    try tally.restore(state)
    firstLoss = try state.numbers["first-loss"] == nil ? nil : state.double("first-loss")
  }
}
