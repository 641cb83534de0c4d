import TestSupport
import Testing

/// The ways in which `encode` finds codes, and what it says of them.
@Suite struct InferenceTests {
  private let x = Fixtures.array([700, 4, 4, 1], note: "record=3", seed: 5)

  /// Models of Tests/Reference/models.py, which take records of [12].
  private func golden(_ command: String, _ name: String) throws -> Child.Outcome {
    try Fixtures.run(
      "\(command) -m \(referencePath("models/\(name)-1.bin"))",
      input: Fixtures.array([20, 12], note: "record=1").bytes)
  }

  private func codes(_ outcome: Child.Outcome) throws -> NPY {
    #expect(outcome.succeeded, "\(outcome.errors)")
    return try #require(NPY.stream(outcome.output)?.first)
  }

  @Test func coordinateUpdates() throws {
    let standard = try codes(Fixtures.run("encode -m d.bin --solver lcod", input: x.bytes))
    let hundred = try Fixtures.run("encode -m d.bin --solver lcod --iterations 100", input: x.bytes)
    #expect(try codes(hundred) == standard)
    // Many of them meet the optimum.
    func energy(_ options: String) throws -> String? {
      try statistics(Fixtures.run("encode -m d.bin --stats \(options)", input: x.bytes).errors)[
        "energy"]
    }
    let least = try energy("--solver cd --gap 1e-6")
    #expect(try least != nil && energy("--solver lcod --iterations 5000") == least)
    #expect(try energy("--solver lcod --iterations 2") != least)
    // A model's own are what its encoder does.
    let own = try codes(golden("encode", "coordinate"))
    #expect(try codes(golden("encode --solver lcod", "coordinate")) == own)
    #expect(try codes(golden("encode --solver lcod --iterations 2", "coordinate")) != own)
    expectFailure(
      try golden("encode --solver lcod --lambda 0.2", "coordinate"), from: "encode",
      saying: "--lambda has no effect: ", "a coordinate encoder of its own")
  }

  @Test func passesOfEachStepsOwn() throws {
    let all = try codes(golden("encode", "steps"))
    #expect(try codes(golden("encode --iterations 2", "steps")) == all)
    #expect(try codes(golden("encode --iterations 1", "steps")) != all)
    expectFailure(
      try golden("encode --iterations 3", "steps"), from: "encode",
      saying: "has weights for 2 passes, --iterations asks for 3", "steps")
  }

  @Test func solversOfGroupNorms() throws {
    #expect(try codes(golden("encode", "group")).shape == [20, 8])
    for solver in ["lcod", "homotopy"] {
      expectFailure(
        try golden("encode --solver \(solver)", "group"), from: "encode",
        saying: "--solver \(solver) does not serve the penalty of ", solver)
    }
    let exact = try codes(golden("encode --solver cd --gap 1e-6", "group"))
    for solver in ["ista", "fista", "sparsa", "reweighted"] {
      let others = try codes(golden("encode --solver \(solver) --gap 1e-6", "group"))
      #expect(agree(others.floats, exact.floats, within: 1e-2), "\(solver)")
    }
    let stats = try golden("encode --solver fista --stats", "group")
    #expect(stats.errors.contains("energy ") && stats.errors.contains("  gap "))
    let card = try Fixtures.run("inspect \(referencePath("models/group-1.bin"))")
    #expect(card.text.hasPrefix("autoencoder ") && card.text.contains("\n  penalty = group\n"))
  }

  @Test func aGapOfZeroRunsAllIterations() throws {
    let command = "encode -m d.bin --solver ista --iterations 7"
    let all = try Fixtures.run("\(command) --gap 0", input: x.bytes)
    #expect(all.succeeded && all.errors.isEmpty, "\(all.errors)")
    let some = try Fixtures.run("\(command) --gap 1e-9", input: x.bytes)
    #expect(some.errors.contains("700 records reached --iterations before the gap"))
    #expect(try codes(some) == codes(all))
  }

  @Test func nonnegativeCodes() throws {
    let units = 16
    for solver in ["lcod", "ista", "fista", "sparsa", "cd", "homotopy"] {
      let command = "encode -m d.bin --solver \(solver)"
      func smallest(_ options: String) throws -> Float? {
        let code = try codes(Fixtures.run("\(command) \(options)", input: x.bytes)).floats
        return code.indices.filter { $0 % (units + 1) < units }.map { code[$0] }.min()
      }
      #expect(try smallest("--nonnegative") == 0, "\(solver)")
      #expect(try smallest("") ?? 0 < 0, "\(solver)")
    }
    let folder = try TemporaryFolder()
    let made = try Child.shell(
      "fit dictionary --nonnegative code --code 4 --epochs 1 -q -o n.bin",
      input: Fixtures.records.bytes, options: .init(folder: folder.path))
    #expect(made.succeeded, "\(made.errors)")
    let refused = try Child.shell(
      "encode -m n.bin --solver cd --nonnegative", input: x.bytes,
      options: .init(folder: folder.path))
    expectFailure(refused, from: "encode", saying: "--nonnegative has no effect", "n.bin")
  }

  @Test(arguments: ["ista", "fista", "sparsa", "cd"]) func aWarmStart(solver: String) throws {
    let command = "encode -m d.bin --solver \(solver) --warm-start"
    let unmoved = try codes(Fixtures.run("\(command) --gap 0 --iterations 0", input: x.bytes))
    let encoded = try codes(Fixtures.run("encode -m d.bin", input: x.bytes))
    #expect(unmoved.shape == encoded.shape)
    for (index, pair) in zip(unmoved.floats, encoded.floats).enumerated() where index % 17 < 16 {
      #expect(pair.0 == pair.1, "\(solver) \(index)")
    }
    let options = "--gap 1e-6 --stats"
    let warm = try Fixtures.run("\(command) \(options)", input: x.bytes)
    let cold = try Fixtures.run("encode -m d.bin --solver \(solver) \(options)", input: x.bytes)
    #expect(statistics(warm.errors)["energy"] == statistics(cold.errors)["energy"])
  }

  // MARK: Statistics

  /// The figures of the line.
  private func statistics(_ line: String) -> [String: String] {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    return Dictionary(zip(words, words.dropFirst())) { first, _ in first }
  }

  @Test(arguments: ["", "--solver lcod", "--solver cd", "--solver homotopy --lambda 0.2"])
  func statisticsDependOnNothingButTheRecords(_ options: String) throws {
    let command = "encode -m d.bin --stats \(options)"
    let whole = try Fixtures.run(command, input: x.bytes)
    #expect(whole.errors.hasPrefix("encode: 700 records  energy "), "\(whole.errors)")
    for name in ["energy", "gap", "density"] {
      let value = statistics(whole.errors)[name].flatMap { Double($0) }
      #expect(value.map { $0 > 0 } == true, "\(whole.errors)")
    }
    #expect(statistics(whole.errors)["saturation"] == nil)
    #expect(try codes(Fixtures.run("encode -m d.bin \(options)", input: x.bytes)) == codes(whole))
    let threads = try Fixtures.run("\(command) -j 3", input: x.bytes)
    #expect(threads.errors == whole.errors)
    let parts = [0..<1, 1..<430, 430..<430, 430..<700].flatMap { range in
      NPY(
        shape: [range.count, 4, 4, 1],
        Array(x.floats[range.lowerBound * 16..<range.upperBound * 16])
      ).bytes
    }
    #expect(try Fixtures.run(command, input: parts).errors == whole.errors)
  }

  /// The line against NumPy: energy and density of the codes written.
  @Test(.enabled(if: NumPy.isInstalled)) func statisticsOfNumPy() throws {
    let folder = try TemporaryFolder()
    try folder.write(x.bytes, to: "x.npy")
    let outcome = try Child.shell(
      """
      set -e
      encode -m \(Fixtures.folder.file("d.bin")) --stats <x.npy >z.npy
      decode -m \(Fixtures.folder.file("d.bin")) <z.npy >y.npy
      """, options: .init(folder: folder.path))
    #expect(outcome.succeeded, "\(outcome.errors)")
    let script = """
      import sys, numpy as np
      x, y, z = (np.load(sys.argv[1] + name).astype(float) for name in ("/x.npy", "/y.npy", "/z.npy"))
      e = 0.5 * ((x - y) ** 2).sum() + 0.1 * np.abs(z[..., :-1]).sum()
      print(e / len(x), (z != 0).mean())
      """
    let twin = try NumPy.run(script, [folder.path]).text.split(whereSeparator: \.isWhitespace)
      .compactMap { Double($0) }
    let found = statistics(outcome.errors)
    for (name, expected) in zip(["energy", "density"], twin) {
      let value = try #require(found[name].flatMap { Double($0) })
      #expect(abs(value - expected) <= 6e-4 * expected, "\(name) \(value) \(expected)")
    }
    #expect(twin.count == 2)
  }

  @Test func statisticsOfSpecialKinds() throws {
    let saturating = try golden("encode --stats", "encoder")
    #expect(saturating.errors.contains("  saturation "), "\(saturating.errors)")
    let noPenalty = try Fixtures.run(
      "encode -m d.bin --stats --solver cd --lambda 0 --iterations 20", input: x.bytes)
    #expect(noPenalty.errors.contains("energy") && !noPenalty.errors.contains("  gap "))
    let none = try Fixtures.run(
      "encode -m d.bin --stats", input: Fixtures.array([0, 4, 4, 1], note: "record=3").bytes)
    #expect(none.errors == "encode: 0 records\n")
    expectFailure(
      try Fixtures.run("encode -m w.bin --stats", input: []), from: "encode",
      saying: "--stats needs a dictionary", "whitening")
  }
}
