import ByteIO
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
    let storesEncoder = storesEncoder || sample == .trained
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
    if read.kind != .classifier {
      let code = read.encode(x)
      #expect(code == written.encode(x), "\(sample)")
      #expect(read.decode(code) == written.decode(code), "\(sample)")
    }
    if let classifier = written.classifier { #expect(read.classifier?(x) == classifier(x)) }
  }

  @Test(arguments: [ModelSample.dictionary, .dcUnit, .nonnegative, .namedPools, .preprocessed])
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
    #expect(try model.poolsOrDefault().notation == "consecutive:4")
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

  @Test func inferenceThatAModelCannotServe() throws {
    let classifier = try ModelSample.classifier.model()
    #expect(throws: InferenceProblem.noDictionary(model: "w.bin")) {
      try Inferrer.exact(classifier, .cd, lambda: nil, until: .init(), called: "w.bin")
    }
    #expect(throws: InferenceProblem.noPasses(model: "w.bin")) {
      try Inferrer.encoder(classifier, iterations: 3, called: "w.bin")
    }
  }

  @Test func inferrersAreTheEncoderAndTheSolver() throws {
    let model = try ModelSample.dcUnit.model()
    let problem = try #require(model.problem)
    #expect(try Inferrer.encoder(model, iterations: nil, called: "")(x) == model.encode(x))
    #expect(
      try Inferrer.encoder(model, iterations: 9, called: "")(x)
        == Encoder.unrolling(problem, iterations: 9)(x))
    let rule = SparseSolver.StoppingRule(relativeGap: 1e-6, iterationLimit: 2)
    let exact = try Inferrer.exact(model, .ista, lambda: 0.3, until: rule, called: "")
    #expect(
      exact(x) == SparseSolver.ista.solve(problem.with(lambda: 0.3), records: x, until: rule).code)
    #expect(exact.unconvergedCount == 5)
  }
}
