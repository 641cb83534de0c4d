import ByteIO
import Inference
import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

@Suite struct ModelRoundTripTests {
  private let x = normalMatrix(5, 6, seed: 61)

  @Test(arguments: ModelSample.allCases, [true, false])
  func writtenReadAndWrittenIsTheSame(sample: ModelSample, storesEncoder: Bool) throws {
    // An encoder that was trained does not follow from the dictionary.
    let storesEncoder = storesEncoder || !sample.followsFromDictionary
    let written = try sample.model()
    let bytes = written.file(storesEncoder: storesEncoder).encoded()
    let read = try model(bytes)
    #expect(read.file(storesEncoder: storesEncoder).encoded() == bytes, "\(sample)")
    #expect(read.digest == SafetensorsFile.digest(of: bytes), "\(sample)")
    #expect(read.card == written.card)
    #expect(read.recordShape == written.recordShape)
    #expect(read.codeLength == written.codeLength)
    #expect(read.hasDCUnit == written.hasDCUnit)
    #expect(read.pools == written.pools)
    #expect(read.lambda == written.lambda)
    #expect(read.penalty == written.penalty)
    #expect(read.filters(read.mainFilters) == written.filters(written.mainFilters))
    if read.kind != .classifier {
      let code = read.encode(x)
      #expect(code == written.encode(x), "\(sample)")
      #expect(read.decode(code) == written.decode(code), "\(sample)")
    }
    if let classifier = written.classifier {
      let features = read.classifiesCodes ? read.encode(x) : x
      #expect(read.classifier?(features) == classifier(features))
    }
  }

  @Test(arguments: [
    ModelSample.dictionary, .dcUnit, .nonnegative, .namedPools, .preprocessed, .derivedCoordinate,
  ])
  func aDerivedEncoderIsTheStoredOne(sample: ModelSample) throws {
    let stored = try model(try sample.model().file(storesEncoder: true).encoded())
    let derived = try model(try sample.model().file(storesEncoder: false).encoded())
    #expect(stored.encode(x) == derived.encode(x))
    #expect(stored.digest != derived.digest)
    let solver = SparseSolver.cd
    #expect(
      solver.solve(try #require(stored.problem), records: x).code
        == solver.solve(try #require(derived.problem), records: x).code)
  }

  @Test func theDigestIsThatOfTheContent() throws {
    let file = try ModelSample.dictionary.file()
    let read = try model(file.encoded())
    var other = file
    other.metadata["seed"] = "8"
    #expect(try model(other.encoded()).digest != read.digest)
    #expect(read.digest.count == 16)
    #expect(Model.sample().digest.isEmpty)
  }

  @Test func poolsOfAModelThatNamesNone() throws {
    let model = try ModelSample.dcUnit.model()
    #expect(try model.poolsOrDefault().notation?.text == "consecutive:4")
    #expect(try model.poolsOrDefault().poolCount == 2)
    #expect(try ModelSample.storedPools.model().poolsOrDefault().notation == nil)
  }

  @Test func aModelThatDivergedIsNotWritten() throws {
    var broken = Model.sample()
    broken.preprocessing = Preprocessing(
      steps: [.mean], mean: [0, 0, .nan, 0, 0, 0])
    #expect(throws: FileProblem.self) {
      try broken.write(to: try .file("/dev/null"))
    }
  }

  private static func unserved(_ solver: String, expected: [String]) -> InferenceProblem {
    .unservedPenalty(model: "w.bin", solver: solver, .group, served: expected)
  }

  @Test func inferenceThatAModelCannotServe() throws {
    let classifier = try ModelSample.classifier.model()
    #expect(throws: InferenceProblem.noDictionary(model: "w.bin", .solver)) {
      try CodeInference.exact(classifier, .cd, lambda: nil, until: .init(), called: "w.bin")
    }
    #expect(throws: InferenceProblem.noPasses(model: "w.bin")) {
      try CodeInference.encoder(classifier, iterations: 3, called: "w.bin")
    }
    let ownSteps = try ModelSample.lista.model()
    #expect(throws: InferenceProblem.tooManyPasses(model: "w.bin", limit: 2, found: 3)) {
      try CodeInference.encoder(ownSteps, iterations: 3, called: "w.bin")
    }
    let group = try ModelSample.group.model()
    #expect(
      throws: Self.unserved("homotopy", expected: ["ista", "fista", "sparsa", "cd", "reweighted"])
    ) {
      try CodeInference.exact(group, .homotopy, until: .init(), called: "w.bin")
    }
    #expect(
      throws: Self.unserved("lcod", expected: ["ista", "fista", "sparsa", "cd", "reweighted"])
    ) {
      try CodeInference.coordinates(group, iterations: nil, called: "w.bin")
    }
    let overlapping = try ModelSample.storedGroups.model()
    #expect(throws: Self.unserved("cd", expected: ["ista", "fista", "sparsa", "reweighted"])) {
      try CodeInference.exact(overlapping, .cd, until: .init(), called: "w.bin")
    }
    #expect(throws: InferenceProblem.noDictionary(model: "w.bin", .statistics)) {
      try CodeInference.encoder(classifier, iterations: nil, called: "w.bin")
        .takingStatistics(called: "w.bin")
    }
    let coordinate = try ModelSample.coordinate.model()
    #expect(throws: InferenceProblem.ownCoordinates(model: "w.bin", .lambda)) {
      try CodeInference.coordinates(coordinate, lambda: 0.2, iterations: nil, called: "w.bin")
    }
    #expect(throws: InferenceProblem.ownCoordinates(model: "w.bin", .nonnegative)) {
      try CodeInference.coordinates(coordinate, isNonnegative: true, iterations: 2, called: "w.bin")
    }
    let nonnegative = try ModelSample.nonnegative.model()
    #expect(throws: InferenceProblem.alreadyNonnegative(model: "w.bin")) {
      try CodeInference.exact(
        nonnegative, .cd, isNonnegative: true, until: .init(), called: "w.bin")
    }
  }

  @Test func inferencesAreTheEncoderAndTheSolver() throws {
    let model = try ModelSample.dcUnit.model()
    let problem = try #require(model.problem)
    #expect(try CodeInference.encoder(model, iterations: nil, called: "")(x) == model.encode(x))
    #expect(
      try CodeInference.encoder(model, iterations: 9, called: "")(x)
        == Encoder.unrolling(problem, iterations: 9)(x))
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-6, iterationLimit: 2)
    let exact = try CodeInference.exact(model, .ista, lambda: 0.3, until: rule, called: "")
    #expect(
      exact(x) == SparseSolver.ista.solve(problem.with(lambda: 0.3), records: x, until: rule).code)
    #expect(exact.exactness.stoppedAtLimit == 5)
  }

  @Test func inferencesOfCoordinates() throws {
    let model = try ModelSample.dcUnit.model()
    let problem = try #require(model.problem)
    #expect(
      try CodeInference.coordinates(model, iterations: nil, called: "")(x)
        == Encoder.unrollingCoordinates(problem, iterations: CodeInference.defaultUpdates)(x))
    #expect(
      try CodeInference.coordinates(
        model, lambda: 0.3, isNonnegative: true, iterations: 4, called: "")(
          x)
        == Encoder.unrollingCoordinates(problem.with(lambda: 0.3).nonnegative, iterations: 4)(x))
    let own = try ModelSample.coordinate.model()
    #expect(try CodeInference.coordinates(own, iterations: nil, called: "")(x) == own.encode(x))
    #expect(
      try CodeInference.coordinates(own, iterations: 2, called: "")(x)
        == own.encoder?.with(iterations: 2)(x))
  }

  @Test func inferencesThatStartAtTheEncoder() throws {
    let model = try ModelSample.preprocessed.model()
    let rule = SparseSolver.StoppingRule(relativeGap: nil, iterationLimit: 0)
    let unmoved = try CodeInference.exact(
      model, .fista, startsAtEncoder: true, until: rule, called: "")
    #expect(unmoved(x) == model.encode(x))
    #expect(unmoved.exactness.unconverged == 0)
  }

  /// Statistics of several calls are those of all records.
  @Test func statistics() throws {
    let model = try ModelSample.preprocessed.model()
    let problem = try #require(model.problem)
    let inference = try CodeInference.encoder(model, iterations: nil, called: "")
    #expect(inference.statistics == nil)
    let measured = try inference.takingStatistics(called: "")
    #expect(measured.statistics?.energy == nil)
    for range in [0..<2, 2..<5, 5..<5] { _ = measured(x.rows(range)) }
    let statistics = try #require(measured.statistics)
    let (code, records) = (model.encode(x), model.preprocessing(x))
    #expect(statistics.count == 5)
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func isMean(_ found: Double?, _ values: [Double]) -> Bool {
      found.map { abs($0 - mean(values)) <= 1e-12 * abs(mean(values)) } ?? false
    }
    #expect(isMean(statistics.energy, problem.energies(of: code, records: records)))
    #expect(isMean(statistics.gap, problem.relativeGaps(of: code, records: records)))
    #expect(statistics.density == mean(code.elements.map { $0 == 0 ? 0 : 1 }))
    #expect(statistics.saturation == nil)
  }

  /// tanh: how many values are beyond 0.95 of their gain. Without a penalty there is no gap.
  @Test func saturation() throws {
    var model = try ModelSample.trained.model()
    model.problem = model.problem?.with(lambda: 0)
    let measured = try CodeInference.encoder(model, iterations: nil, called: "")
      .takingStatistics(called: "")
    let code = measured(x)
    let expected = code.elements.count { abs($0) > 1.9 }
    #expect(expected > 0 && expected < 40)
    #expect(measured.statistics?.saturation == Double(expected) / 40)
    #expect(measured.statistics?.gap == nil)
    let exact = try CodeInference.exact(model, .cd, until: .init(iterationLimit: 5), called: "")
      .takingStatistics(called: "")
    _ = exact(x)
    #expect(exact.statistics?.saturation == nil && exact.statistics?.energy != nil)
  }
}
