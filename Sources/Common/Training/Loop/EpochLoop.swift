import ByteIO
import LinearAlgebra

/// Runs a learner over the records to train on, epoch after epoch, each in an order of its own.
///
/// The training can be left between any two batches and gone on with from a ``Position``; it ends as if
/// it had never stopped.
public struct EpochLoop: Sendable {
  /// How long to train, and on how many records at a time.
  public struct Options: Sendable, Equatable {
    /// Records in a batch.
    public var batchSize = 512
    /// Of the order of the records.
    public var seed: UInt64 = 0
    /// Epochs before the others whose "validation" is not to be compared with theirs, as they minimise
    /// something else.
    public var warmUpEpochs = 0
    /// Epochs after those, at most.
    public var epochs = 10
    /// The training ends after so many epochs without a smaller "validation", and the result is that of
    /// the best epoch; nil trains to the end and takes what is there.
    public var patience: Int?

    public init() {}

    /// Images in a batch whose units see windows, where nobody says how many: each holds windows enough for a step.
    /// After two epochs of 800 images `fit autoencoder` held an energy of 53.9 of photographs with 16, 59.3 with 64 and
    /// 62.1 with 128, `fit dictionary` 26.6, 27.1 and, with 512, 28.4; psd and lista, and digits, go the same way. 8
    /// gain less than that again (51.4 and 26.5) at twice the steps.
    public static let imageBatchSize = 16
    /// How many epochs there may be, before the others and of the others; none of both leaves what training begins
    /// with.
    public static let counts = Interval.from(0, to: 1_000_000)
    /// How many records of a batch.
    public static let batchSizes = Interval.from(1, to: 1_000_000)
    /// How many epochs without gain.
    public static let patiences = Interval.atLeast(1)
  }

  /// What a training has after some whole epochs, and a part of the next.
  public struct Stage: Sendable {
    /// Whole epochs.
    public var epoch = 0
    /// What the last of them reached.
    public var figures: [(name: String, value: Double)] = []
    public var learner = TrainingState()

    public init() {}
  }

  /// Where a training stands between two batches.
  public struct Position: Sendable {
    public var stage = Stage()
    /// Batches of the next epoch that have been learned from.
    public var batch = 0
    /// After the epoch of the smallest "validation", where there is patience.
    public var best: Stage?

    public init() {}
  }

  /// What the surroundings of a loop take part in.
  public struct Hooks {
    /// Called after every batch.
    public var advance: (EpochMoment) -> Void = { _ in }
    /// Called as records held out are judged, after the last batch of an epoch.
    public var judge: Judging = { _, _ in }
    /// Called after every epoch.
    public var report: (EpochReport) throws -> Void = { _ in }
    /// Takes the position to go on from: after every epoch but the last, before that one ends, and
    /// before a pause.
    public var save: ((Position) throws -> Void)?
    /// Asked after every batch and every epoch whether to stop here.
    public var pause: () -> Bool = { false }

    public init() {}
  }

  /// The pause that a hook asked for.
  public struct Interruption: Problem, Equatable {
    public var description: String { "interrupted" }
  }

  public let options: Options
  private let partition: Partition

  /// - Precondition: at least one record a batch; records held out where there is patience.
  public init(_ partition: Partition, options: Options) {
    precondition(options.epochs >= 0 && options.batchSize >= 1, "\(options)")
    precondition(options.patience == nil || !partition.validation.isEmpty, "\(options)")
    self.partition = partition
    self.options = options
  }

  /// All epochs.
  public var epochCount: Int { options.warmUpEpochs + options.epochs }

  /// Batches of an epoch.
  public var batchesPerEpoch: Int {
    (partition.training.count + options.batchSize - 1) / options.batchSize
  }

  /// Trains to the end.
  /// - Parameter start: where a training of the same learner, options and records was left.
  /// - Returns: what was reached, and after which epoch: the learner is as it was then.
  /// - Throws: ``Interruption`` after the position has been saved, ``CheckpointProblem`` where `start` is
  ///   no position of this training.
  public func run(
    _ learner: inout some Learner, from start: Position? = nil, hooks: Hooks = Hooks()
  ) throws -> EpochReport {
    var position = Position()
    if let start {
      try restore(&learner, to: start)
      position = start
    } else if epochCount == 0 {
      try save(learner, position, hooks)
    }
    while !isDone(position) {
      try learnFromBatches(&learner, &position, hooks)
      try endEpoch(&learner, &position, hooks)
    }
    guard let best = position.best else { return report(of: position.stage) }
    try learner.restore(best.learner)
    return report(of: best)
  }

  private func isDone(_ position: Position) -> Bool {
    if position.stage.epoch == epochCount { return true }
    guard let patience = options.patience, let best = position.best else { return false }
    return position.stage.epoch - best.epoch >= patience
  }

  private func learnFromBatches(
    _ learner: inout some Learner, _ position: inout Position, _ hooks: Hooks
  ) throws {
    for batch in batches(ofEpoch: position.stage.epoch + 1).dropFirst(position.batch) {
      try learner.learn(from: batch.map { partition.training[$0] })
      position.batch += 1
      hooks.advance(moment(of: position))
      if hooks.pause() {
        try save(learner, position, hooks)
        throw Interruption()
      }
    }
  }

  private func endEpoch(
    _ learner: inout some Learner, _ position: inout Position, _ hooks: Hooks
  ) throws {
    let epoch = position.stage.epoch + 1
    let isLast = epoch == epochCount
    // The last epoch may end in a way of its own: a training that is made longer ends it again.
    if isLast { try save(learner, position, hooks) }
    let figures = try learner.endEpoch(isLast: isLast, judging: hooks.judge)
    if let bad = figures.first(where: { !$0.value.isFinite }) {
      throw TrainingProblem.diverged(what: "the \(bad.name)")
    }
    position.stage.epoch = epoch
    position.stage.figures = figures
    position.batch = 0
    if options.patience != nil, epoch > options.warmUpEpochs, isBest(position) {
      position.best = position.stage
      position.best?.learner = learner.state
    }
    try hooks.report(report(of: position.stage))
    if !isLast { try save(learner, position, hooks) }
    if hooks.pause() { throw Interruption() }
  }

  private func isBest(_ position: Position) -> Bool {
    guard let value = position.stage.validation else {
      preconditionFailure("a learner without validation: \(position.stage.figures)")
    }
    return position.best?.validation.map { value < $0 } ?? true
  }

  private func save(_ learner: some Learner, _ position: Position, _ hooks: Hooks) throws {
    guard let save = hooks.save else { return }
    var position = position
    position.stage.learner = learner.state
    try save(position)
  }

  private func report(of stage: Stage) -> EpochReport {
    EpochReport(
      epoch: stage.epoch, epochs: epochCount, isUnsupervised: isWarmUp(stage.epoch),
      figures: stage.figures)
  }

  private func moment(of position: Position) -> EpochMoment {
    let epoch = position.stage.epoch + 1
    return EpochMoment(
      epoch: epoch, epochs: epochCount, isUnsupervised: isWarmUp(epoch),
      share: Double(position.batch) / Double(batchesPerEpoch))
  }

  private func isWarmUp(_ epoch: Int) -> Bool? {
    options.warmUpEpochs == 0 ? nil : epoch <= options.warmUpEpochs
  }

  /// The places, among the records to train on, of the records of each batch.
  private func batches(ofEpoch epoch: Int) -> [ArraySlice<Int>] {
    var random = CounterRandom(seed: options.seed, stream: RandomStream.epochs + UInt64(epoch))
    let order = random.permutation(of: partition.training.count)
    return stride(from: 0, to: order.count, by: options.batchSize).map {
      order[$0..<min($0 + options.batchSize, order.count)]
    }
  }

  // MARK: Going on

  private func restore(_ learner: inout some Learner, to position: Position) throws {
    let (stage, best) = (position.stage, position.best)
    try check(stage.epoch, "epoch", in: 0...epochCount)
    try check(
      position.batch, "batch", in: 0...(stage.epoch < epochCount ? batchesPerEpoch : 0))
    guard (best != nil) == (options.patience != nil && stage.epoch > options.warmUpEpochs) else {
      throw CheckpointProblem.badValue(
        key: "best.epoch", expected: best == nil ? "an epoch" : "none",
        found: best.map { "\($0.epoch)" } ?? "none")
    }
    if let best {
      try check(best.epoch, "best.epoch", in: options.warmUpEpochs + 1...stage.epoch)
      guard best.validation != nil else { throw CheckpointProblem.noValidation }
      // Now, and not when hours have been spent.
      try restore(&learner, to: best.learner)
    }
    try restore(&learner, to: stage.learner)
  }

  private func check(_ value: Int, _ key: String, in range: ClosedRange<Int>) throws {
    guard range.contains(value) else {
      throw CheckpointProblem.badValue(
        key: key, expected: "from \(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
  }

  /// A state that gives a learner which has another one is not the state of such a learner.
  private func restore(_ learner: inout some Learner, to state: TrainingState) throws {
    try learner.restore(state)
    guard learner.state == state else { throw CheckpointProblem.otherState }
  }
}

extension EpochLoop.Stage {
  /// The figure that is the smaller the better, of held-out records.
  fileprivate var validation: Double? { figures.first { $0.name == "validation" }?.value }
}
