import LinearAlgebra
import ModelFile
import SparseCoding

/// Online dictionary learning: exact codes of a batch, then the dictionary that is best for all codes
/// so far, by block coordinate descent on the sufficient statistics A = Σ zzᵀ and B = Σ zxᵀ, older
/// batches counting less (Mairal, Bach, Ponce & Sapiro 2009, algorithms 1 and 2).
///
/// Where codes are Gaussians N(m, diag σ²), A = Σ mmᵀ + diag Σσ² and B = Σ mxᵀ.
///
/// Where asked, units that few records of an epoch used are left out at its end, with their rows and columns of
/// the statistics; what is left of these are those of the same codes without the units that went.
///
/// Atoms have norms of at most 1. A DC unit is projected out of the data, so all other atoms have
/// mean zero, and is part of ``problem`` alone.
public struct DictionaryLearning: Learner {
  /// What the result depends on, beside the data.
  public struct Options: Sendable {
    /// K, a DC unit not counted.
    public var codeLength = 256
    /// λ of ½‖x − Dz‖² + λR(z).
    public var lambda: Float = 0.1
    /// R.
    public var penalty: any Penalty = .l1
    /// Those of R, or others: where they are a tree, units are left out with all below them.
    public var pools: PoolLayout?
    /// Units that less than this share of the records of an epoch used are left out at its end, but for the
    /// last; nil keeps all, and puts records in the place of atoms that are not used.
    public var pruneBelow: Double?
    /// β of records as they are, where codes are Gaussians; L1 of signed codes then.
    public var beta: Double?
    /// How S of R is learned, where units inhibit each other and it is.
    public var inhibition: InhibitionLearning.Options?
    /// Held-out records that are coded at a time.
    public var batchSize = 512
    public var hasDCUnit = false
    public var nonnegativeCode = false
    public var nonnegativeDictionary = false
    /// Codes are exact to this duality gap, relative to their energy.
    public var gap = 1e-3
    /// What β of records of norm 1 may be.
    public static let betas = Interval.from(1e-6, to: 1e12)
    public var seed: UInt64 = 0

    public init() {}
  }

  /// Records that a thread codes at a time: a quarter of the usual batch.
  private static let tile = 128

  private let data: TrainingSet
  private let prepared: Preparation
  private let partition: Partition
  private let options: Options
  private let team: any Team
  /// What is left of the units: their first numbers, ascending, [K].
  private var units: [Int]
  /// R of these, and their pools.
  private var penalty: any Penalty
  public private(set) var pools: PoolLayout?
  /// The use of these by no codes yet, where some are to be left out.
  private var pruning: Pruning?
  /// D transposed, [K, D]; the DC unit not among them.
  private var atoms: Matrix
  /// A, [K, K], and B, [K, D].
  private var codeStatistics: Accumulator
  private var recordStatistics: Accumulator
  /// Records in the statistics, over all epochs.
  private var recordCount = 0
  /// Of the epoch so far.
  private var tally: Tally

  /// - Parameter start: atoms to begin with, Dᵀ, [K, D]; records where there are none.
  /// - Throws: ``TrainingProblem`` where there are fewer records than units.
  /// - Precondition: at least one unit and one record a batch.
  public init(
    _ data: TrainingSet, preprocessing: Preprocessing, partition: Partition, options: Options,
    team: any Team, startingAt start: Matrix? = nil
  ) throws {
    precondition(options.codeLength >= 1 && options.batchSize >= 1, "\(options)")
    self.data = data
    prepared = Preparation(preprocessing, hasDCUnit: options.hasDCUnit)
    self.partition = partition
    self.options = options
    self.team = team
    units = Array(0..<options.codeLength)
    (penalty, pools) = (options.penalty, options.pools)
    pruning = options.pruneBelow.map { _ in
      Pruning(pools: options.pools, unitCount: options.codeLength)
    }
    let length = preprocessing.whitening?.rows ?? data.recordLength
    atoms = Matrix(zeros: 0, columns: length)
    codeStatistics = Accumulator(rows: options.codeLength, columns: options.codeLength)
    recordStatistics = Accumulator(rows: options.codeLength, columns: length)
    tally = Tally(codeLength: options.codeLength, pruning)
    if let inhibition = options.inhibition, let s = (penalty as? LateralPenalty)?.inhibition {
      penalty = try LateralPenalty(
        InhibitionLearning(inhibition, unitCount: units.count).projected(s))
    }
    atoms =
      try start
      ?? seeding.draw(
        from: data, partition.training, seed: options.seed, prepare: { prepared($0) })
  }

  // MARK: One batch

  public mutating func learn(from records: [Int]) throws {
    let x = prepared(try data.records(records))
    let problem = codingProblem
    let rule = SparseSolver.StoppingRule(relativeGap: options.gap)
    let pruning = pruning
    // Of codes that go below 0 their sizes have other products.
    let needsSizes = options.inhibition != nil && !options.nonnegativeCode
    let sum = team.sum(ofTilesOf: x.rows, tile: Self.tile) { range in
      let tile = x.rows(range)
      let solution = problem.preferredSolver.solve(problem, records: tile, until: rule)
      let code = solution.code
      return CodedRecords(
        codeProducts: Self.codeProducts(code, problem),
        recordProducts: transposedProduct(code, tile),
        sizeProducts: needsSizes ? Self.sizeProducts(code) : nil,
        tally: Tally(
          problem.unitsInUse(code), records: records[range],
          energies: problem.energies(of: code, records: tile),
          solution.exactness, pruning))
    }
    guard let sum else { preconditionFailure("a batch of no records") }
    // With batches all of one size, what is older than batch t counts (1 − 1/t)³: the first, bad
    // codes are soon forgotten. A short batch makes the others forgotten less.
    recordCount += records.count
    let age = 1 - Double(records.count) / Double(recordCount)
    let weight = age * age * age
    codeStatistics.scale(by: weight)
    recordStatistics.scale(by: weight)
    codeStatistics.add(sum.codeProducts)
    recordStatistics.add(sum.recordProducts)
    tally.add(sum.tally, on: team.threads)
    // Squares of records that Float32 holds may be beyond it.
    let (codes, products) = (codeStatistics.matrix, recordStatistics.matrix)
    guard codes.nonFiniteRows.isEmpty, products.nonFiniteRows.isEmpty else {
      throw TrainingProblem.diverged(what: "a sum of products of codes and records")
    }
    DictionaryUpdate(
      removesMean: prepared.hasDCUnit, isNonnegative: options.nonnegativeDictionary
    ).apply(
      to: &atoms, codes: codes, records: products)
    try learnInhibition(from: sum.sizeProducts ?? sum.codeProducts)
  }

  /// Σ zzᵀ, [K, K]; of Gaussians the mean of it, Σ mmᵀ + diag Σσ².
  private static func codeProducts(_ code: Matrix, _ problem: CodingProblem) -> Matrix {
    var products = transposedProduct(code, code)
    guard problem.beta != nil else { return products }
    let variances = problem.variances(of: code)
    for unit in 0..<code.columns {
      products[unit, unit] += Float(
        (0..<code.rows).reduce(0.0) { $0 + Double(variances[$1, unit]) })
    }
    return products
  }

  /// Σ|z||z|ᵀ, [K, K].
  private static func sizeProducts(_ code: Matrix) -> Matrix {
    let sizes = Matrix(
      rows: code.rows, columns: code.columns, elements: code.elements.map(abs))
    return transposedProduct(sizes, sizes)
  }

  /// - Parameter products: Σ|z||z|ᵀ of a batch, [K, K].
  private mutating func learnInhibition(from products: Matrix) throws {
    guard let inhibition = options.inhibition, let s = (penalty as? LateralPenalty)?.inhibition
    else { return }
    let learning = try InhibitionLearning(inhibition, unitCount: units.count)
    penalty = try LateralPenalty(learning.step(s, along: products))
  }

  // MARK: An epoch

  /// - Throws: ``TrainingProblem/collapsed(lambda:largestUseful:)`` where no unit was ever used, of Gaussians
  ///   ``TrainingProblem/drowned``,
  ///   ``TrainingProblem/nothingLeft(largest:)`` where all would be left out.
  public mutating func endEpoch(
    isLast: Bool, judging: Judging
  ) throws -> [(name: String, value: Double)] {
    guard tally.nonzeros > 0 else {
      guard options.beta == nil else { throw TrainingProblem.drowned }
      throw TrainingProblem.collapsed(
        lambda: options.lambda, largestUseful: try largestCorrelation())
    }
    var figures = tally.figures(changes: try changeUnits(isLast: isLast))
    if let energy = try heldOutLoss(judging: judging) { figures.append(("validation", energy)) }
    tally = Tally(codeLength: units.count, pruning)
    return figures
  }

  public var state: TrainingState {
    var state = TrainingState()
    state.tensors["atoms"] = Tensor(atoms)
    state.tensors["statistics.code"] = Tensor(codeStatistics)
    state.tensors["statistics.records"] = Tensor(recordStatistics)
    state.numbers["records"] = "\(recordCount)"
    if pruning != nil {
      state.tensors["units"] = Tensor(shape: [units.count], doubles: units.map(Double.init))
    }
    if options.inhibition != nil, let s = (penalty as? LateralPenalty)?.inhibition {
      state.tensors["inhibition"] = Tensor(s)
    }
    tally.write(to: &state)
    return state
  }

  public mutating func restore(_ state: TrainingState) throws {
    if pruning != nil { try setUnits(state.unitNumbers(below: options.codeLength)) }
    let (units, length) = (units.count, atoms.columns)
    atoms = try state.matrix("atoms", rows: units, columns: length)
    codeStatistics = try state.accumulator("statistics.code", rows: units, columns: units)
    recordStatistics = try state.accumulator("statistics.records", rows: units, columns: length)
    if options.inhibition != nil {
      let s = try state.matrix("inhibition", rows: units, columns: units)
      do { penalty = try LateralPenalty(s) } catch {
        throw CheckpointProblem.wrongTensor("inhibition", expected: "an S of units, \(error)")
      }
    }
    recordCount = try state.count("records")
    tally = try Tally(state, codeLength: units, recordLimit: data.count, pruning)
  }

  // MARK: Units

  /// - Returns: what became of the units, as figures.
  private mutating func changeUnits(isLast: Bool) throws -> [(name: String, value: Double)] {
    guard let share = options.pruneBelow else {
      return [("replaced", Double(isLast ? 0 : try replaceDeadAtoms()))]
    }
    if !isLast { try leaveOutUnits(below: share) }
    return [("pruned", Double(options.codeLength - units.count)), ("units", Double(units.count))]
  }

  /// Leaves out the units that less than this share of the records of the epoch used.
  private mutating func leaveOutUnits(below share: Double) throws {
    guard let use = tally.pruning else { return }
    let kept = use.kept(by: .below(share))
    guard !kept.isEmpty else {
      throw TrainingProblem.nothingLeft(largest: use.usage.max() ?? 0)
    }
    guard kept.count < units.count else { return }
    try setUnits(kept.map { units[$0] })
    if let inhibition = options.inhibition,
      let left = try penalty.keeping(units: kept) as? LateralPenalty
    {
      penalty = try LateralPenalty(
        InhibitionLearning(inhibition, unitCount: kept.count).projected(left.inhibition))
    }
    atoms = atoms.rows(at: kept)
    codeStatistics = codeStatistics.keeping(rows: kept, columns: kept)
    recordStatistics = recordStatistics.keeping(
      rows: kept, columns: Array(0..<recordStatistics.columns))
  }

  /// Takes penalty and pools of these units, cut from those of all: equal units, equal pools, whatever went first.
  private mutating func setUnits(_ left: [Int]) throws {
    let isCut = left.count < options.codeLength
    if options.inhibition == nil {
      penalty = isCut ? try options.penalty.keeping(units: left) : options.penalty
    }
    pools = isCut ? try options.pools?.keeping(units: left) : options.pools
    pruning = Pruning(pools: pools, unitCount: left.count)
    units = left
  }

  /// Puts badly reconstructed records in the place of atoms that no record of the epoch used.
  /// - Returns: how many were replaced.
  private mutating func replaceDeadAtoms() throws -> Int {
    let dead = tally.usage.indices.filter { tally.usage[$0] == 0 }
    var replaced = 0
    for (unit, index) in zip(dead, tally.worst.map(\.record)) {
      guard let atom = seeding.unitNorm(prepared(try data.records([index])).elements) else {
        continue
      }
      atoms.setRow(unit, to: atom[...])
      codeStatistics.clear(row: unit)
      codeStatistics.clear(column: unit)
      recordStatistics.clear(row: unit)
      replaced += 1
    }
    return replaced
  }

  private var seeding: InitialAtoms {
    InitialAtoms(count: options.codeLength, isNonnegative: options.nonnegativeDictionary)
  }

  // MARK: Data

  /// What codes minimise while training: the data has lost its DC already, and atoms that have one
  /// (they may not go below zero) lose it here.
  private var codingProblem: CodingProblem {
    variational(
      .forPreferredSolver(
        atoms: prepared.withoutMeans(atoms), lambda: options.lambda, penalty: penalty,
        isNonnegative: options.nonnegativeCode))
  }

  /// The problem whose dictionary was learned, the DC unit last where there is one.
  public var problem: CodingProblem {
    variational(
      CodingProblem(
        atoms: prepared.completed(atoms), lambda: options.lambda, penalty: penalty,
        hasDCUnit: prepared.hasDCUnit,
        isNonnegative: options.nonnegativeCode))
  }

  /// With Gaussians for codes, where that is what is learned from.
  private func variational(_ problem: CodingProblem) -> CodingProblem {
    options.beta.map { problem.variational(beta: $0) } ?? problem
  }

  /// The λ from which on all codes are zero.
  private func largestCorrelation() throws -> Float {
    let problem = codingProblem
    return try batches(of: partition.training).reduce(0) { largest, records in
      max(largest, problem.largestCorrelation(with: prepared(try data.records(records))))
    }
  }

  private func batches(of records: [Int]) -> [ArraySlice<Int>] {
    stride(from: 0, to: records.count, by: options.batchSize).map {
      records[$0..<min($0 + options.batchSize, records.count)]
    }
  }

  /// Mean energy of the held-out records, or nil where none are.
  public func heldOutLoss(judging: Judging) throws -> Double? {
    guard !partition.validation.isEmpty else { return nil }
    let problem = codingProblem
    let rule = SparseSolver.StoppingRule(relativeGap: options.gap)
    var (sum, count) = (0.0, 0)
    for records in batches(of: partition.validation) {
      let x = prepared(try data.records(records))
      let part = team.sum(ofTilesOf: x.rows, tile: RecordTile.rows) { range in
        let tile = x.rows(range)
        let code = problem.preferredSolver.solve(problem, records: tile, until: rule).code
        return problem.energies(of: code, records: tile).reduce(0, +)
      }
      sum += part ?? 0
      count += records.count
      judging(count, partition.validation.count)
    }
    return sum / Double(count)
  }
}

extension TrainingState {
  /// Numbers of units below `count`, ascending, at least one.
  fileprivate func unitNumbers(below count: Int) throws -> [Int] {
    var units: [Int] = []
    let values = try doubles("units", shape: [nil])
    for value in values {
      guard let unit = Int(exactly: value), unit > units.last ?? -1, unit < count else { break }
      units.append(unit)
    }
    guard !units.isEmpty, units.count == values.count else {
      throw CheckpointProblem.wrongTensor(
        "units", expected: "rising numbers of units below \(count)")
    }
    return units
  }
}
