import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Training by gradients as a whole: what it reaches, how it fails, that nothing but seed, options and
/// data decides what comes out.
struct GradientLearnerTests {
  static let planted = Planted(units: 24, length: 16, records: 600, active: 3, seed: 5)

  static func problem(hasDCUnit: Bool = false, isNonnegative: Bool = false) -> CodingProblem {
    let atoms = planted.atoms
    let constant = [Float](repeating: 0.25, count: 16)
    return CodingProblem(
      atoms: hasDCUnit ? atoms.appending(row: constant) : atoms, lambda: 0.1, hasDCUnit: hasDCUnit,
      isNonnegative: isNonnegative)
  }

  /// A learner of LISTA or LCoD on the planted records, its loop's options, and the start.
  static func learner(
    _ problem: CodingProblem, iterations: Int, form: Encoder.Form = .parallel,
    hasOwnSteps: Bool = false, epochs: Int = 10, threads: Int = 2, rate: Float = 0.005,
    optimiser: (inout Optimiser.Options) -> Void = { _ in }
  ) throws -> (
    GradientLearner<ComposedObjective<EncoderMap>>, ComposedObjective<EncoderMap>, Partition,
    EpochLoop.Options
  ) {
    let data = try trainingSet(planted.records)
    let prepare: @Sendable (Matrix) -> Matrix = { problem.projected($0) }
    let penalised = problem.withoutDCUnit
    let objective = ComposedObjective.prediction(
      startingAt: EncoderStart.unrolled(
        penalised, form: form, iterations: iterations, hasOwnSteps: hasOwnSteps))
    let partition = try Partition(count: data.count, validation: 100, seed: 1)
    var options = Optimiser.Options()
    options.rate = rate
    options.schedule = .cosine(after: 0)
    optimiser(&options)
    var loop = EpochLoop.Options()
    loop.epochs = epochs
    loop.batchSize = 80
    let learner = GradientLearner(
      [TrainingPhase(objective, steps: epochs * ((partition.training.count + 79) / 80))],
      data: data,
      targets: .codes(
        try CodeTargets(
          of: data, prepare: prepare, problem: penalised, gap: 1e-6, threads: Threads(threads))),
      prepare: prepare, validation: partition.validation, options: options,
      team: Threads(threads))
    return (learner, objective, partition, loop)
  }

  /// Records of the same dictionary that nobody trained on.
  static let fresh = Planted(
    units: 24, length: 16, records: 200, active: 3, seed: 5, draw: 6
  ).records

  @Test("records that nobody trained on are none of those trained on, nor nearly one")
  func freshRecords() {
    for record in 0..<Self.fresh.rows {
      for other in 0..<Self.planted.records.rows {
        let distance = zip(Self.fresh.row(record), Self.planted.records.row(other)).reduce(Float(0))
        {
          $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
        }
        #expect(distance > 0.01, "\(record) and \(other)")
      }
    }
  }

  /// Mean ‖z − z*‖² of the fresh records.
  static func error(of encoder: Encoder, _ problem: CodingProblem) -> Double {
    let best = SparseSolver.homotopy.solve(problem, records: fresh).code
    let distance = difference(encoder(fresh), best)
    return dotInDouble(distance.elements, distance.elements) / Double(fresh.rows)
  }

  @Test("a trained encoder is far nearer to the optimal codes", arguments: [false, true])
  func improves(_ hasDCUnit: Bool) throws {
    let problem = Self.problem(hasDCUnit: hasDCUnit)
    let kinds: [(Encoder.Form, Bool)] = [
      (.parallel, false), (.parallel, true), (.coordinate, false),
    ]
    for (form, hasOwnSteps) in kinds {
      var (learner, objective, partition, loop) = try Self.learner(
        problem, iterations: 3, form: form, hasOwnSteps: hasOwnSteps, epochs: 20)
      let untrained = objective.encoder(learner.values).appendingDCUnit(of: problem)
      let before = Self.error(of: untrained, problem)
      let result = try EpochLoop(partition, options: loop).run(&learner)
      let trained = objective.encoder(learner.values).appendingDCUnit(of: problem)
      let after = Self.error(of: trained, problem)
      // 500 records teach less of others than of themselves: LCoD comes to 0.53 at most.
      #expect(after < 0.6 * before, "\(form) \(hasOwnSteps): \(before) to \(after)")
      #expect(figures(result)["dead"] == 0)
    }
  }

  @Test("before training the encoder is the unrolled one, with its DC unit")
  func start() throws {
    let problem = Self.problem(hasDCUnit: true)
    let (learner, objective, _, _) = try Self.learner(problem, iterations: 2)
    let encoder = objective.encoder(learner.values).appendingDCUnit(of: problem)
    let unrolled = Encoder.unrolling(problem, iterations: 2)
    let x = normalMatrix(20, 16, seed: 8)
    #expect(agree(encoder(x).elements, unrolled(x).elements, within: 1e-5))
  }

  @Test("no result depends on the threads")
  func threads() throws {
    let values = try [1, 2, 3].map { count in
      var (learner, _, partition, loop) = try Self.learner(
        Self.problem(), iterations: 2, epochs: 2, threads: count)
      _ = try EpochLoop(partition, options: loop).run(&learner)
      return learner.values
    }
    #expect(values[0] == values[1] && values[1] == values[2])
  }

  @Test("the rate of the last step is told")
  func rate() throws {
    var (constant, _, _, _) = try Self.learner(
      Self.problem(), iterations: 1, rate: 0.005, optimiser: { $0.schedule = .constant })
    try constant.learn(from: Array(0..<80))
    let told = try constant.endEpoch(isLast: false)
    #expect(told.first { $0.name == "rate" }?.value == 0.005)
    // Seven batches an epoch; the last step of both is the 14th.
    var other = try Self.learner(Self.problem(), iterations: 1, epochs: 2, rate: 0.005).0
    for _ in 0..<14 { try other.learn(from: Array(0..<80)) }
    let factor = RateSchedule.cosine(after: 0).factor(step: 13, of: 14, records: 0)
    let last = try other.endEpoch(isLast: true).first { $0.name == "rate" }?.value
    #expect(abs(try #require(last) - 0.005 * factor) < 1e-9)
  }

  @Test("the rate of an autoencoder is the root mean square of its weights, and 0.001 at most")
  func suitableRate() {
    func rate(_ weights: [Float]) -> Float {
      EncoderStart.autoencoderRate(
        for: Encoder(
          weight: Matrix(rows: 2, columns: 2, elements: weights), recurrent: [],
          threshold: [[0, 0]], nonlinearity: .relu, iterations: 0))
    }
    #expect(rate([3e-4, -5e-4, 0, 4e-4]) == Float((50e-8 / 4).squareRoot()))
    #expect(rate([3, -5, 0, 4]) == 0.001)
    #expect(rate([0, 0, 0, 0]) == 0.001)
  }

  @Test("a state restored goes on to the same values", arguments: Optimiser.Method.allCases)
  func resumes(_ method: Optimiser.Method) throws {
    func make() throws -> (GradientLearner<ComposedObjective<EncoderMap>>, Partition) {
      let (learner, _, partition, _) = try Self.learner(
        Self.problem(), iterations: 1, rate: method == .adam ? 0.005 : 0.05
      ) { $0.method = method }
      return (learner, partition)
    }
    var (whole, partition) = try make()
    let batches = stride(from: 0, to: 480, by: 80).map { Array(partition.training[$0..<$0 + 80]) }
    for batch in batches.prefix(3) { try whole.learn(from: batch) }
    let state = whole.state
    for batch in batches.dropFirst(3) { try whole.learn(from: batch) }
    var (other, _) = try make()
    try other.restore(state)
    #expect(other.state == state)
    for batch in batches.dropFirst(3) { try other.learn(from: batch) }
    #expect(other.state == whole.state)
    #expect(
      try other.endEpoch(isLast: true).map(\.value) == whole.endEpoch(isLast: true).map(\.value))
  }

  @Test("a rate much too large ends with a word, not with a dead model")
  func explodes() throws {
    for (rate, method) in [(Float(1000), Optimiser.Method.sgd), (100, .adam)] {
      var (learner, _, partition, loop) = try Self.learner(
        Self.problem(), iterations: 5, rate: rate
      ) {
        $0.method = method
        $0.schedule = .constant
      }
      let problem = trainingProblem {
        _ = try EpochLoop(partition, options: loop).run(&learner)
      }
      #expect(problem != nil, "\(method)")
    }
  }

  @Test("bounds hold after every step")
  func bounds() throws {
    var (learner, _, partition, loop) = try Self.learner(
      Self.problem(), iterations: 1, epochs: 1
    ) { $0.bounds = [.encoderWeight: 0.1] }
    _ = try EpochLoop(partition, options: loop).run(&learner)
    let weight = learner.values[.encoderWeight]
    for row in 0..<weight.rows {
      let filter = Array(weight.row(row))
      #expect(dotInDouble(filter, filter).squareRoot() <= 0.1 * (1 + 1e-6))
    }
    #expect(learner.values[.encoderThreshold].elements.allSatisfy { $0 >= 0 }, "thresholds")
  }

  @Test("rates of parts: 0 leaves a part as it was")
  func rates() throws {
    var (learner, _, partition, loop) = try Self.learner(
      Self.problem(), iterations: 1, epochs: 1
    ) { $0.rateFactors = [.encoderRecurrent: 0] }
    let before = learner.values
    _ = try EpochLoop(partition, options: loop).run(&learner)
    #expect(learner.values[.encoderRecurrent] == before[.encoderRecurrent])
    #expect(learner.values[.encoderWeight] != before[.encoderWeight])
  }

  @Test("phases: each its objective, and the schedule anew")
  func phases() throws {
    let (learner, _) = try Self.twoPhases { $0.schedule = .cosine(after: 0) }
    var (first, second) = (learner, learner)
    let (classes, atoms) = (Parameter.Name.classifierWeight, Parameter.Name.decoderWeight)
    for _ in 0..<4 { try first.learn(from: Array(0..<80)) }
    #expect(first.values[classes] == learner.values[classes], "no labels yet")
    #expect(try first.endEpoch(isLast: false)[0].value < 2)
    let moved = difference(first.values[atoms], learner.values[atoms]).elements.map(abs).max() ?? 0
    let before = first.values[atoms]
    try first.learn(from: Array(0..<80))
    let again = difference(first.values[atoms], before).elements.map(abs).max() ?? 0
    #expect(first.values[classes] != learner.values[classes])
    // The fourth step of a cosine of four is tiny; the fifth has the full rate.
    #expect(again > 0.2 * moved, "\(again) after \(moved)")
    try second.restore(first.state)
    #expect(second.state == first.state)
  }

  @Test("the average of the weights is what a training gives, and goes on after a pause")
  func average() throws {
    func learner() throws -> (
      GradientLearner<ComposedObjective<EncoderMap>>, ComposedObjective<EncoderMap>
    ) {
      try Self.twoPhases { $0.averaging = 0.9 }
    }
    var (averaged, _) = try learner()
    var (plain, _) = try Self.twoPhases()
    let names = plain.values.names
    var expected = PlainValues(
      uniqueKeysWithValues: names.map { ($0, doubles(plain.values[$0])) })
    for step in 1...8 {
      try averaged.learn(from: Array(0..<80))
      try plain.learn(from: Array(0..<80))
      let kept = min(0.9, Double(1 + step) / Double(10 + step))
      for name in names {
        expected[name] = zip(expected[name]!, doubles(plain.values[name])).map {
          zip($0, $1).map { kept * $0 + (1 - kept) * $1 }
        }
      }
    }
    for (name, expected) in expected {
      let value = averaged.values[name].elements
      #expect(agree(value, expected.joined().map { Float($0) }, within: 1e-5), "\(name)")
    }
    var (other, _) = try learner()
    try other.restore(averaged.state)
    #expect(other.values == averaged.values && other.state == averaged.state)
  }

  /// Four steps without and four with labels.
  private static func twoPhases(
    _ adjust: (inout Optimiser.Options) -> Void = { _ in }
  ) throws -> (GradientLearner<ComposedObjective<EncoderMap>>, ComposedObjective<EncoderMap>) {
    let start = DiscriminativeStart(
      EncoderShape(.relu, hasGain: false, iterations: 2), seed: 3)
    let atoms = start.atoms(around: unitAtoms(24, 16, seed: 3))
    let (encoder, classes) = start(atoms, step: 0.4, classCount: 3)
    let objectives = [Float(0), 0.5].map { classification -> ComposedObjective<EncoderMap> in
      var weights = AutoencoderWeights(lambda: 0.01)
      weights.classification = classification
      return .autoencoder(
        startingAt: encoder, atoms: atoms, classes: classes, weights: weights, penalty: .l1)
    }
    var options = Optimiser.Options()
    options.rate = 0.005
    adjust(&options)
    let learner = GradientLearner(
      objectives.map { TrainingPhase($0, steps: 4) }, data: try trainingSet(planted.records),
      targets: .labels((0..<planted.records.rows).map { Int32($0 % 4) - 1 }),
      prepare: Preprocessing(steps: [.normalize]).callAsFunction, validation: [],
      options: options, team: Threads(2))
    return (learner, objectives[1])
  }

  @Test("codes given and codes computed, in memory and on disk, train the same")
  func targets() throws {
    let data = try trainingSet(Self.planted.records)
    let problem = Self.problem()
    let inMemory = try CodeTargets(
      of: data, prepare: { $0 }, problem: problem, gap: 1e-6, threads: Threads(2))
    let onDisk = try CodeTargets(
      of: data, prepare: { $0 }, problem: problem, gap: 1e-6, threads: Threads(1), memoryLimit: 100)
    let codes = SparseSolver.homotopy.solve(
      problem, records: Self.planted.records, until: .init(relativeGap: 1e-6)
    ).code
    let given = try CodeTargets(
      try trainingSet(codes), codeLength: problem.codeLength, records: data.count)
    let some = [599, 0, 17, 300]
    #expect(try inMemory.codes(some) == onDisk.codes(some))
    #expect(try inMemory.codes(some) == given.codes(some))
    #expect(try inMemory.codes(some) == rows(some, of: codes))
  }

  /// Records and atoms all of them bright, as raw windows are.
  @Test("codes that Float cannot reach are counted, and the counts outlive a pause")
  func exactness() throws {
    var random = CounterRandom(seed: 35)
    func bright(_ rows: Int, _ mean: Float, _ deviation: Float) -> Matrix {
      let elements = (0..<rows * 64).map { _ in mean + deviation * Float(random.normal()) }
      return Matrix(rows: rows, columns: 64, elements: elements)
    }
    let problem = CodingProblem(atoms: bright(150, 0.125, 0.004), lambda: 0.002)
    let targets = try CodeTargets(
      of: trainingSet(bright(20, 0.5, 0.05)), prepare: { $0 }, problem: problem, gap: 1e-4,
      threads: Threads(2))
    #expect(targets.exactness.finishedInDouble > 0)
    #expect(targets.exactness.unconverged == 0)

    var state = TrainingState()
    for (finished, missed) in [(0, 0), (7, 0), (0, 2), (7, 2)] {
      var counts = SparseSolver.Exactness()
      (counts.finishedInDouble, counts.unconverged) = (finished, missed)
      state = TrainingState()
      counts.write(to: &state)
      #expect(try SparseSolver.Exactness(state) == counts)
    }
    #expect(state.numbers == ["tally.finished": "7", "tally.missed": "2"])
  }

  @Test("as many codes as records")
  func targetCount() throws {
    let codes = try trainingSet(Matrix(zeros: 3, columns: 24))
    #expect(
      trainingProblem { _ = try CodeTargets(codes, codeLength: 24, records: 4) }
        == .codeCount(codes: 3, records: 4))
  }

  @Test("schedules", arguments: ["constant", "cosine", "cosine:0.5", "inverse:0.001"])
  func schedules(_ notation: String) throws {
    let schedule = try #require(RateSchedule(notation: notation))
    #expect(RateSchedule(notation: schedule.notation) == schedule)
    let factors = (0..<100).map { schedule.factor(step: $0, of: 100, records: 10 * $0) }
    #expect(factors[0] == 1)
    #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 >= $1 })
    switch schedule {
    case .constant: #expect(factors.allSatisfy { $0 == 1 })
    case .cosine(let start):
      #expect(factors[Int(100 * start)] == 1)
      #expect(factors[99] < 0.012 && factors[99] >= RateSchedule.floor)
    case .inverse: #expect(abs(factors[50] - 1 / 1.5) < 1e-12)
    }
  }

  @Test(
    "what is no schedule", arguments: ["", "cosine:1", "cosine:-1", "inverse", "constant:1", "x"])
  func noSchedule(_ notation: String) {
    #expect(RateSchedule(notation: notation) == nil)
  }
}
