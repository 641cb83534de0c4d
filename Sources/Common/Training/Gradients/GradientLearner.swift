import LinearAlgebra
import ModelFile

/// Minimises an objective by steps of an optimiser, a step a batch.
public struct GradientLearner<Goal: Objective>: Learner {
  /// Records whose gradient is one task. Tiles are added in their order, whatever the threads.
  private static var tile: Int { 64 }
  /// The loss of an epoch that is so many times that of the start has exploded.
  private static var explosion: Double { 100 }
  /// More units than this share never in use: the code is dead.
  private static var deadShare: Double { 0.95 }

  private let objective: Goal
  private let data: TrainingSet
  private let targets: CodeTargets?
  private let prepare: @Sendable (Matrix) -> Matrix
  private let validation: [Int]
  private let threads: Threads
  private var optimiser: Optimiser
  private var tally: GradientTally
  /// The mean loss of the first batch, before any step.
  private var firstLoss: Double?

  /// - Parameters:
  ///   - targets: what codes are to be, where the objective has such.
  ///   - prepare: from the records of `data`, [N, D], to what the objective takes.
  ///   - stepLimit: batches of the whole training.
  public init(
    _ objective: Goal, data: TrainingSet, targets: CodeTargets? = nil,
    prepare: @escaping @Sendable (Matrix) -> Matrix, validation: [Int],
    options: Optimiser.Options, stepLimit: Int, threads: Threads
  ) {
    self.objective = objective
    self.data = data
    self.targets = targets
    self.prepare = prepare
    self.validation = validation
    self.threads = threads
    optimiser = Optimiser(objective.parameters, options: options, stepLimit: stepLimit)
    tally = GradientTally(figures: objective.figureNames.count, units: objective.unitCount)
  }

  /// What has been learned, in the order of ``Objective/parameters``.
  public var values: [Matrix] { optimiser.parameters.map(\.value) }

  public mutating func learn(from records: [Int]) throws {
    let prepared = objective.prepare(values)
    var tiles = try evaluate(records, prepared, wantsGradients: true)
    // Taken out, so that the sum is not a copy.
    var gradients: [Matrix] = []
    swap(&gradients, &tiles[0].gradients)
    for tile in tiles.dropFirst() {
      for index in gradients.indices { add(tile.gradients[index], to: &gradients[index]) }
    }
    var loss = 0.0
    for tile in tiles {
      loss += tile.sums[0]
      tally.add(tile)
    }
    loss /= Double(records.count)
    guard loss.isFinite else { throw TrainingProblem.exploded(step: optimiser.steps) }
    if firstLoss == nil { firstLoss = loss }
    for index in gradients.indices { gradients[index].scale(by: 1 / Float(records.count)) }
    optimiser.step(gradients, recordCount: records.count)
  }

  public mutating func endEpoch(isLast: Bool) throws -> [(name: String, value: Double)] {
    var figures = tally.figures(objective.figureNames)
    let unitsInUse = tally.unitsInUse
    let unitCount = objective.unitCount
    tally = GradientTally(figures: objective.figureNames.count, units: unitCount)
    guard unitsInUse > 0 else { throw TrainingProblem.collapsedCode }
    guard Double(unitCount - unitsInUse) <= Self.deadShare * Double(unitCount) else {
      throw TrainingProblem.deadUnits(dead: unitCount - unitsInUse, of: unitCount)
    }
    if let first = firstLoss, figures[0].value > Self.explosion * max(first, 1e-6) {
      throw TrainingProblem.risen(from: first, to: figures[0].value)
    }
    if !validation.isEmpty { figures.append(("validation", try validationLoss())) }
    guard figures.allSatisfy({ $0.value.isFinite }) else {
      throw TrainingProblem.exploded(step: optimiser.steps)
    }
    return figures
  }

  /// The mean loss of the records held out.
  private func validationLoss() throws -> Double {
    let prepared = objective.prepare(values)
    var sum = 0.0
    for first in stride(from: 0, to: validation.count, by: 4096) {
      let records = Array(validation[first..<min(first + 4096, validation.count)])
      for tile in try evaluate(records, prepared, wantsGradients: false) { sum += tile.sums[0] }
    }
    return sum / Double(validation.count)
  }

  private func evaluate(
    _ records: [Int], _ prepared: Goal.Prepared, wantsGradients: Bool
  ) throws -> [Evaluation] {
    let x = try data.records(records)
    let target = try targets?.codes(records)
    let (objective, prepare) = (objective, prepare)
    return threads.mapTiles(of: x.rows, tile: Self.tile) { range in
      objective.evaluate(
        prepare(x.rows(range)), target: target?.rows(range), at: prepared,
        wantsGradients: wantsGradients)
    }
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

/// What an epoch of a gradient learner adds up to.
struct GradientTally {
  private var sums: [Double]
  private var nonzeros = 0
  private var values = 0
  private var records = 0
  /// Units that any record used, 0 or 1 each, [1, K].
  private var inUse: Matrix

  init(figures: Int, units: Int) {
    sums = [Double](repeating: 0, count: figures)
    inUse = Matrix(zeros: 1, columns: units)
  }

  var unitsInUse: Int { inUse.elements.count { $0 != 0 } }

  mutating func add(_ evaluation: Evaluation) {
    let use = evaluation.use
    for index in sums.indices { sums[index] += evaluation.sums[index] }
    for unit in 0..<inUse.columns where use.units.elements[unit] != 0 { inUse.elements[unit] = 1 }
    nonzeros += use.nonzeros
    values += use.values
    records += use.records
  }

  func figures(_ names: [String]) -> [(name: String, value: Double)] {
    zip(names, sums).map { ($0, $1 / Double(records)) } + [
      ("density", Double(nonzeros) / Double(values)), ("dead", Double(inUse.columns - unitsInUse)),
    ]
  }

  func write(to state: inout TrainingState) {
    for (index, sum) in sums.enumerated() { state.numbers["sum.\(index)"] = "\(sum)" }
    state.numbers["nonzeros"] = "\(nonzeros)"
    state.numbers["values"] = "\(values)"
    state.numbers["tally"] = "\(records)"
    state.tensors["in-use"] = Tensor(inUse)
  }

  mutating func restore(_ state: TrainingState) throws {
    for index in sums.indices { sums[index] = try state.double("sum.\(index)") }
    nonzeros = try state.count("nonzeros")
    values = try state.count("values")
    records = try state.count("tally")
    inUse = try state.matrix("in-use", rows: 1, columns: inUse.columns)
  }
}
