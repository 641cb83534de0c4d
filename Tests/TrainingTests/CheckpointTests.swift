import ByteIO
import ModelFile
import TestSupport
import Testing

@testable import Training

@Suite struct CheckpointTests {
  private static let run = [
    "objective": "dictionary", "seed": "3", "input": "9f3a", "options": "code=4 lambda=0.1 dc=1",
  ]

  private static let sample: Checkpoint = {
    var position = EpochLoop.Position()
    position.batch = 7
    position.stage.epoch = 3
    position.stage.figures = [("energy", 0.1), ("validation", 1e-17)]
    position.stage.learner.numbers = ["records": "12", "x": ""]
    position.stage.learner.tensors = [
      "a": Tensor(shape: [2, 1], [1, -2]), "b": Tensor(shape: [1], doubles: [0.1]),
      "c": Tensor(shape: [2], values: .integers([3, 4])),
    ]
    position.best = position.stage
    position.best?.epoch = 2
    position.best?.learner.numbers["records"] = "8"
    return Checkpoint(run: run, position: position)
  }()

  private func problem(_ change: (inout SafetensorsFile) -> Void) -> CheckpointProblem? {
    var file = Self.sample.file()
    change(&file)
    do {
      _ = try Checkpoint(reading: ByteReader(file.encoded()))
    } catch let problem as FileProblem {
      return problem.problem as? CheckpointProblem
    } catch {}
    return nil
  }

  @Test func comesBackAsItWas() throws {
    for hasBest in [true, false] {
      var checkpoint = Self.sample
      if !hasBest { checkpoint.position.best = nil }
      let folder = try TemporaryFolder()
      try checkpoint.write(to: folder.file("c.ckpt"))
      let again = try Checkpoint(path: folder.file("c.ckpt"))
      #expect(again.run == checkpoint.run && again.position.batch == 7)
      #expect(again.position.stage.learner == checkpoint.position.stage.learner)
      #expect(again.position.best?.learner == checkpoint.position.best?.learner)
      #expect(again.position.best?.epoch == checkpoint.position.best?.epoch)
      #expect(again.position.stage.figures.map(\.name) == ["energy", "validation"])
      #expect(again.position.stage.figures.map(\.value) == [0.1, 1e-17])
      #expect(again.file() == checkpoint.file())
    }
  }

  @Test func whatIsNoCheckpoint() {
    #expect(problem { $0.metadata["format"] = "sparsepipe" } == .isModel)
    #expect(problem { $0.metadata["format"] = "pt" } == .notACheckpoint)
    #expect(problem { $0.metadata["format"] = nil } == .notACheckpoint)
    #expect(
      problem { $0.metadata["version"] = "1" } == .unsupportedVersion(found: "1", supported: "2"))
    for key in ["version", "epoch", "batch", "figures", "best.figures"] {
      #expect(problem { $0.metadata[key] = nil } == .missingKey(key), "\(key)")
    }
    #expect(problem { $0.metadata["other"] = "1" } == .unknownKey("other"))
    #expect(problem { $0.tensors["other"] = Tensor(shape: [1], [1]) } == .unknownTensor("other"))
    // What is left of a best epoch that is not there.
    #expect(problem { $0.metadata["best.epoch"] = nil } == .unknownKey("best.figures"))
  }

  @Test func badValues() {
    for (key, expected) in [
      ("epoch", "a whole number from 0"), ("batch", "a whole number from 0"),
      ("best.epoch", "a whole number from 0"),
    ] {
      for found in ["", "-1", "1.5", "99999999999999999999"] {
        #expect(
          problem { $0.metadata[key] = found }
            == .badValue(key: key, expected: expected, found: found))
      }
    }
    for (text, found) in [("energy", "energy="), ("=1", "=1"), ("a=1 b=nan", "b=nan")] {
      #expect(
        problem { $0.metadata["figures"] = text }
          == .badValue(key: "figures", expected: "figures such as energy=0.5", found: found))
    }
  }

  @Test func truncationAtEveryByte() {
    let bytes = Self.sample.file().encoded()
    for count in bytes.indices {
      #expect(throws: FileProblem.self, "\(count) of \(bytes.count) bytes") {
        try Checkpoint(reading: ByteReader(Array(bytes[..<count])))
      }
    }
  }

  @Test func otherRuns() throws {
    func problem(_ key: String, _ value: String?) -> CheckpointProblem? {
      var checkpoint = Self.sample
      checkpoint.run[key] = value
      do { try checkpoint.requireSame(Self.run) } catch { return error as? CheckpointProblem }
      return nil
    }
    try Self.sample.requireSame(Self.run)
    try Self.sample.requireSame(["seed": "3"])
    #expect(problem("seed", "4") == .otherRun(name: "seed", made: "4", now: "3"))
    #expect(problem("input", nil) == .missingKey("run.input"))
    for (options, expected) in [
      ("code=4 lambda=0.2 dc=1", ("lambda", "0.2", "0.1")),
      ("code=4 lambda=0.1", ("dc", "none", "1")),
      ("code=4 lambda=0.1 dc=1 patience=2", ("patience", "2", "none")),
      ("lambda=0.1 code=4 dc=1", ("options", "lambda=0.1 code=4 dc=1", "code=4 lambda=0.1 dc=1")),
    ] {
      #expect(
        problem("options", options)
          == .otherRun(name: expected.0, made: expected.1, now: expected.2))
    }
    #expect(
      CheckpointProblem.otherRun(name: "lambda", made: "0.1", now: "0.2").description
        == "was made with lambda=0.1, this run has lambda=0.2")
  }

  /// A training that diverged fails when it writes.
  @Test func whatIsNotFiniteIsNotWritten() throws {
    var checkpoint = Self.sample
    checkpoint.position.stage.learner.tensors["b"] = Tensor(shape: [1], doubles: [.nan])
    let folder = try TemporaryFolder()
    #expect(throws: FileProblem.self) { try checkpoint.write(to: folder.file("c.ckpt")) }
    #expect(try folder.names().isEmpty)
  }
}
