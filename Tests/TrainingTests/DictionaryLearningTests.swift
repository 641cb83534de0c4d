import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Trains and gives back the problem and what was reported.
private func learn(
  _ x: Matrix, epochs: Int = 5, threads: Int = 1, keeping: Keeping = .memory, validation: Int = 0,
  _ change: (inout DictionaryLearning.Options) -> Void
) throws -> (problem: CodingProblem, reports: [EpochReport]) {
  var options = DictionaryLearning.Options()
  options.codeLength = 24
  options.batchSize = 100
  change(&options)
  let data = try trainingSet(x, keeping: keeping)
  let partition = try Partition(count: data.count, validation: validation, seed: options.seed)
  var learning = try DictionaryLearning(
    data, preprocessing: .none, partition: partition, options: options, team: Threads(threads))
  var loop = EpochLoop.Options()
  loop.epochs = epochs
  loop.batchSize = options.batchSize
  loop.seed = options.seed
  var reports: [EpochReport] = []
  var hooks = EpochLoop.Hooks()
  hooks.report = { reports.append($0) }
  _ = try EpochLoop(partition, options: loop).run(&learning, hooks: hooks)
  return (learning.problem, reports)
}

private func norm(_ values: ArraySlice<Float>) -> Double {
  values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}

@Suite struct DictionaryLearningTests {
  @Test(arguments: [UInt64(1), 2, 3]) func findsAPlantedDictionary(seed: UInt64) throws {
    let planted = Planted(records: 3000, seed: seed)
    let (problem, reports) = try learn(planted.records, epochs: 40) {
      $0.lambda = 0.4
      $0.seed = seed
    }
    let cosines = product(planted.atoms, PackedMatrix(problem.atoms))
    let found = (0..<24).count { unit in
      cosines.row(unit).contains { abs($0) > 0.95 }
    }
    #expect(found >= 20, "seed \(seed): \(found) of 24")
    let energies = reports.compactMap { figures($0)["energy"] }
    #expect(energies.count == 40)
    #expect(try #require(energies.last) < 0.95 * energies[0], "seed \(seed)")
  }

  /// Their codes are sought by steps of 1/L.
  @Test(arguments: ["tree:1,5,3", "torus:4x6:3:2", "grid:4x6:2:1:gauss"])
  func treesAndOverlaps(notation: String) throws {
    let pools = try PoolNotation(notation)
    let units = try #require(pools.unitCount)
    let penalty = try GroupPenalty(pools.layout(unitCount: units), unitCount: units)
    let x = Planted(seed: 5).records
    let (problem, reports) = try learn(x) {
      $0.codeLength = units
      $0.penalty = penalty
      $0.lambda = 0.05
    }
    #expect(reports.allSatisfy { figures($0)["missed"] == 0 })
    let zeros = 0.5 * x.elements.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(x.rows)
    let energies = reports.compactMap { figures($0)["energy"] }
    #expect(try #require(energies.last) < 0.7 * zeros, "\(energies), zeros \(zeros)")
    #expect(try #require(energies.last) < energies[0])
    #expect(problem.lipschitz > 1)
  }

  @Test func theResultHasAStepOfItsOwn() throws {
    let x = Planted(seed: 4).records
    for dc in [false, true] {
      let problem = try learn(x) { $0.hasDCUnit = dc }.problem
      let made = CodingProblem(atoms: problem.atoms, lambda: problem.lambda, hasDCUnit: dc)
      #expect(problem.lipschitz == made.lipschitz, "dc \(dc)")
    }
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let x = Planted(records: 530, seed: 5).records
    func train(_ threads: Int, _ keeping: Keeping, seed: UInt64 = 9) throws -> [UInt8] {
      let problem = try learn(x, threads: threads, keeping: keeping, validation: 37) {
        $0.seed = seed
        $0.hasDCUnit = true
        $0.batchSize = 130
      }.problem
      return Model(
        kind: .dictionary, recordShape: [16], encoder: .unrolling(problem, iterations: 3),
        problem: problem
      ).file().encoded()
    }
    let first = try train(1, .memory)
    for threads in [1, 2, 5] {
      for keeping in Keeping.allCases {
        #expect(try train(threads, keeping) == first, "\(threads) threads \(keeping) seed 9")
      }
    }
    #expect(try train(1, .memory, seed: 10) != first)
  }

  /// Batches that do not divide the records, tiles that do not divide the batch, one large batch.
  @Test(arguments: [1, 7, 112, 113, 299, 300, 10_000]) func batchesOfAnySize(size: Int) throws {
    let x = Planted(records: 300, seed: 6).records
    let (problem, reports) = try learn(x, epochs: 2, validation: 11) { $0.batchSize = size }
    #expect(reports.map(\.epoch) == [1, 2])
    for report in reports {
      let values = figures(report)
      for name in ["energy", "density", "dead", "replaced", "validation"] {
        #expect(try #require(values[name]).isFinite, "batch \(size)")
      }
      #expect(try #require(values["density"]) <= 1)
    }
    for unit in 0..<24 { #expect(norm(problem.atoms.row(unit)) <= 1 + 1e-6, "batch \(size)") }
  }

  @Test func aDCUnitTakesTheMean() throws {
    let x = Planted(seed: 7).records
    let bright = Matrix(rows: x.rows, columns: 16, elements: x.elements.map { $0 + 3 })
    let problem = try learn(bright) { $0.hasDCUnit = true }.problem
    #expect(problem.hasDCUnit)
    #expect(problem.codeLength == 25)
    for unit in 0..<24 {
      let mean = problem.atoms.row(unit).reduce(0, +) / 16
      #expect(abs(mean) < 1e-6, "unit \(unit)")
    }
    #expect(problem.atoms.row(24).allSatisfy { $0 == 0.25 })
  }

  @Test(arguments: [false, true]) func nonnegativeParts(hasDCUnit: Bool) throws {
    let x = Planted(seed: 8).records
    let (problem, reports) = try learn(x, epochs: 8) {
      $0.nonnegativeCode = true
      $0.nonnegativeDictionary = true
      $0.hasDCUnit = hasDCUnit
    }
    #expect(problem.isNonnegative)
    #expect(problem.atoms.elements.allSatisfy { $0 >= 0 })
    let energies = reports.compactMap { figures($0)["energy"] }
    #expect(try #require(energies.last) <= energies[0], "dc \(hasDCUnit)")
    // What was reported is the energy of the result on such data.
    let code = SparseSolver.cd.solve(problem, records: x).code
    let mean = problem.energies(of: code, records: x).reduce(0, +) / Double(x.rows)
    #expect(abs(mean - energies[7]) < 0.05 * mean, "dc \(hasDCUnit): \(mean), \(energies[7])")
  }

  /// Half of the records are shorter than λ and have nothing to do with the others: an atom drawn from
  /// one of them is never used.
  @Test func deadAtomsAreReplacedAndCounted() throws {
    let planted = Planted(seed: 9).records
    var x = planted
    for record in 0..<x.rows {
      for column in 0..<16 {
        let isShort = record % 2 == 0
        x[record, column] = isShort == (column < 8) ? 0 : (isShort ? 0.01 : 1) * x[record, column]
      }
    }
    let reports = try learn(x, epochs: 6) { $0.seed = 3 }.reports
    let first = figures(reports[0])
    #expect(try #require(first["dead"]) >= 3, "seed 3")
    #expect(first["replaced"] == first["dead"])
    let last = figures(try #require(reports.last))
    #expect(last["dead"] == 0, "seed 3")
    // Nothing is replaced that no epoch would train.
    #expect(last["replaced"] == 0)
  }

  @Test func lambdaThatIsTooLarge() throws {
    let x = Planted(records: 200, seed: 10).records
    let problem = trainingProblem { _ = try learn(x) { $0.lambda = 1000 } }
    guard case .collapsed(let lambda, let largest) = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
    #expect(lambda == 1000)
    #expect(largest > 0 && largest < 100)
    _ = try learn(x) { $0.lambda = 0.9 * largest }
    #expect(
      TrainingProblem.collapsed(lambda: 5, largestUseful: 2.5).description
        == "every code is zero: λ = 5.0 is too large for this data, above 2.5 no unit is ever used"
    )
  }

  @Test func tooFewRecords() throws {
    let x = normalMatrix(23, 16, seed: 11)
    #expect(
      trainingProblem { _ = try learn(x) { _ in } }
        == .tooFewRecords(found: 23, needed: 24, what: "one for each code unit"))
    var constant = normalMatrix(40, 16, seed: 12)
    for record in 0..<20 { constant.setRow(record, to: [Float](repeating: 0.3, count: 16)[...]) }
    #expect(
      trainingProblem { _ = try learn(constant) { $0.hasDCUnit = true } }
        == .tooFewRecords(
          found: 20, needed: 24, what: "that are not constant, one for each code unit"))
  }

  @Test(arguments: [false, true]) func oneUpdateIsThatOfNumPy(isNonnegative: Bool) throws {
    var atoms = try referenceMatrix("dictionary_update/atoms.npy")
    let codes = try referenceMatrix("dictionary_update/codes.npy")
    let records = try referenceMatrix("dictionary_update/records.npy")
    let unused = atoms.row(4)
    DictionaryUpdate(isNonnegative: isNonnegative).apply(
      to: &atoms, codes: transposedProduct(codes, codes), records: transposedProduct(codes, records)
    )
    let name = isNonnegative ? "nonnegative" : "plain"
    let expected = try referenceMatrix("dictionary_update/\(name).npy")
    #expect(agree(atoms.elements, expected.elements, within: 1e-5), "\(name)")
    #expect(atoms.row(4) == unused)
  }

  /// Block coordinate descent: the error of the given codes never rises.
  @Test(arguments: [false, true], [false, true])
  func updatesNeverRaiseTheError(removesMean: Bool, isNonnegative: Bool) {
    let seed: UInt64 = 13
    let centre = Preprocessing(steps: removesMean ? [.center] : [])
    let codes = normalMatrix(60, 40, density: 0.3, seed: seed)
    let x = centre(normalMatrix(60, 12, seed: seed + 1))
    var atoms = unitAtoms(40, 12, seed: seed + 2)
    if isNonnegative { atoms.elements = atoms.elements.map(abs) } else { atoms = centre(atoms) }
    let update = DictionaryUpdate(removesMean: removesMean, isNonnegative: isNonnegative)
    func error() -> Double {
      let back = product(codes, PackedMatrix(centre(atoms).transposed))
      return zip(back.elements, x.elements).reduce(0) {
        $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
      }
    }
    var last = error()
    for pass in 0..<10 {
      update.apply(
        to: &atoms, codes: transposedProduct(codes, codes), records: transposedProduct(codes, x))
      let now = error()
      #expect(now <= last * (1 + 1e-6), "mean \(removesMean) nonnegative \(isNonnegative) \(pass)")
      last = now
    }
  }
}
