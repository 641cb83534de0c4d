import TestSupport
import Testing

/// The same input gives the same bytes, however it comes and on however many threads.
@Suite struct DeterminismTests {
  private static let trainings = [
    "dictionary --code 8 --epochs 2 --dc --batch 7 --validation 5 -s 3",
    "dictionary --code 8 --epochs 2 --variational 500 --batch 7 --validation 5 -s 3",
    "lista -m \(Fixtures.folder.file("d.bin")) --epochs 2 --batch 30 --validation 5 -s 3",
    "lista -m \(Fixtures.folder.file("d.bin")) --kind lcod --epochs 2 --batch 130 --optimizer sgd",
    "lateral --learn --code 16 --epochs 2 --batch 11", "lateral --inhibition ring:16:2 --epochs 2",
    "psd --code 16 --epochs 2 --validation 3", "autoencoder --code 16 --epochs 2",
    "autoencoder --noise 0.01 --anneal 1 --code 16 --epochs 2 --batch 11 --validation 5",
    """
    drsae --labels \(Fixtures.folder.file("labels.txt")) --code 12 --iterations 2 --batch 7 \
    --unsupervised-epochs 1 --epochs 2 --validation 5 -s 2
    """,
    "whiten", "whiten --method pca --components 5",
    "classifier --labels \(Fixtures.folder.file("labels.txt")) --validation 7 -s 1",
    """
    stack -m \(Fixtures.folder.file("net.bin")) --labels \(Fixtures.folder.file("labels.txt")) --epochs 2 \
    --batch 7 --dropout 0.2 --validation 5 -s 3
    """,
    "prune -m \(Fixtures.folder.file("d.bin")) --prune-quantile 0.3",
    "prune -m \(Fixtures.folder.file("d.bin")) --prune-quantile 0.3 --at-random -s 2",
  ]

  @Test(arguments: trainings) func fitOnThreads(_ options: String) throws {
    let folder = try TemporaryFolder()
    for threads in 1...3 {
      let outcome = try Child.shell(
        "fit \(options) -q -j \(threads) -o m\(threads)", input: Fixtures.records.bytes,
        options: .init(folder: folder.path))
      #expect(outcome.succeeded && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(try folder.read("m\(threads)") == folder.read("m1"), "-j \(threads)")
    }
    // From a file, which is read where it lies, and in several arrays.
    try folder.write(Fixtures.records.bytes, to: "x.npy")
    let file = try Child.shell(
      "fit \(options) -q -o m < x.npy", options: .init(folder: folder.path))
    #expect(file.succeeded)
    #expect(try folder.read("m") == folder.read("m1"))
  }

  /// No `fit` is in none of the lists of tests.
  @Test func everyFitIsTested() throws {
    let all = Set(try DumpedHelp.fits().map(\.commandName))
    func names(_ commands: [String]) -> Set<String> {
      Set(commands.map { String($0.prefix { $0 != " " }) })
    }
    func names(_ programs: [Program]) -> Set<String> {
      names(programs.map { String($0.command.dropFirst("fit ".count)) })
    }
    // What reads no records learns nothing.
    let learning = try DumpedHelp.fits().filter { $0.optionNames.contains("--record") }
    #expect(names(Self.trainings) == Set(learning.map(\.commandName)))
    #expect(names(Program.fits) == Set(learning.map(\.commandName)))
    #expect(names(Program.fits).union(names(Program.joins)) == all)
    let resumable = try DumpedHelp.fits().filter { $0.optionNames.contains("--resume") }
    #expect(names(LearnedEncoderTests.resumable) == Set(resumable.map(\.commandName)))
  }

  @Test func seedsMatter() throws {
    #expect(try Fixtures.folder.read("d.bin") != Fixtures.folder.read("other.bin"))
  }

  @Test(arguments: [
    "encode -m d.bin", "encode -m d.bin --trace --iterations 3", "encode -m d.bin --solver cd",
    "encode -m d.bin --solver lcod",
    "encode -m d.bin --solver fista --warm-start", "encode -m d.bin --solver sparsa",
    "encode -m w.bin",
  ])
  func threadsSplitsAndShortReads(_ command: String) throws {
    let x = Fixtures.array([700, 4, 4, 1], note: "record=3", seed: 5)
    let whole = try Fixtures.run(command, input: x.bytes)
    let expected = try #require(NPY.stream(whole.output)?.first)
    for threads in [1, 2, 4] {
      #expect(try Fixtures.run("\(command) -j \(threads)", input: x.bytes).output == whole.output)
    }
    var parts: [UInt8] = []
    for (from, to) in [(0, 1), (1, 130), (130, 130), (130, 700)] {
      var part = NPY(shape: [to - from, 4, 4, 1], Array(x.floats[from * 16..<to * 16]))
      part.comment = x.comment
      parts += part.bytes
    }
    let split = try #require(NPY.stream(try Fixtures.run(command, input: parts).output))
    #expect(split.map { $0.shape[0] } == [1, 129, 0, 570])
    #expect(split.flatMap(\.words) == expected.words)
  }

  /// A failure in mid-stream: the same message and the same output before it on any number of threads.
  @Test(arguments: ["encode -m d.bin", "decode -m d.bin", "pool", "classify -m c.bin --scores"])
  func threadsAndFailures(_ command: String) throws {
    let shape = command.hasPrefix("encode") || command.hasPrefix("classify") ? [4, 4, 1] : [17]
    let length = shape.reduce(1, *)
    var second = Fixtures.array([60_000] + shape, seed: 9)
    second.words[50_000 * length + 3] = Float.nan.bitPattern
    let first = Fixtures.array([3000] + shape, seed: 8)
    for (input, words) in [
      (first.bytes + second.bytes, "record 50000 of array 1 holds NaN"),
      (Array((first.bytes + first.bytes).dropLast(1000)), "array cut short"),
    ] {
      let options = shape == [17] && command == "pool" ? "--pools consecutive:17" : ""
      let expected = try Fixtures.run("\(command) \(options)", input: input)
      #expect(
        expected.status == .exited(1) && expected.errors.contains(words), "\(expected.errors)")
      for threads in [2, 3, 7] {
        let outcome = try Fixtures.run("\(command) \(options) -j \(threads)", input: input)
        #expect(outcome == expected, "-j \(threads): \(outcome.errors)")
      }
    }
  }

  /// One byte a read: nothing may depend on how much a pipe gives at once.
  @Test(arguments: Program.all) func oneByteAtATime(_ program: Program) throws {
    let short = Array(program.input.prefix(4000))
    let expected = try Fixtures.run(program.command, input: short)
    let slow = try Fixtures.run("dd bs=1 status=none | \(program.command)", input: short)
    #expect(slow.output == expected.output && slow.errors == expected.errors)
  }

  // MARK: Notes

  @Test func codesOfAnotherModel() throws {
    for command in ["decode -m other.bin", "pool -m other.bin"] {
      let outcome = try Fixtures.run("encode -m d.bin | \(command)", input: Fixtures.records.bytes)
      expectFailure(
        outcome, from: String(command.split(separator: " ")[0]), saying: "but other.bin is model",
        command)
    }
    // Without notes nothing can be known, and nothing is refused.
    let plain = try Fixtures.run(
      "encode --no-notes -m d.bin | decode -m other.bin", input: Fixtures.records.bytes)
    #expect(plain.succeeded && plain.errors.isEmpty)
  }

  @Test func notesGoOn() throws {
    let image = Fixtures.pgm(height: 9, width: 8)
    let line = "patches --size 4 --stride 2 | encode -m d.bin | "
    let codes = try Fixtures.run(line + "cat", input: image)
    let comment = try #require(NPY.stream(codes.output)?.first?.comment)
    #expect(comment.hasPrefix("# sparsepipe record=1 model="))
    #expect(comment.hasSuffix("dc=1 image=9x8 stride=2"))
    let model = try #require(comment.split(separator: " ").first { $0.hasPrefix("model=") })
    let source = "source=\(model.dropFirst("model=".count)) pooling=l2,consecutive:4"
    for (stage, end) in [
      ("decode -m d.bin", "record=3 image=9x8 stride=2"),
      ("pool", "record=1 \(source) image=9x8 stride=2"),
    ] {
      let after = try Fixtures.run(line + stage, input: image)
      #expect(NPY.stream(after.output)?.first?.comment == "# sparsepipe \(end)")
    }
    for program in Program.all.filter(\.isFilter) {
      let plain = try Fixtures.run("\(program) --no-notes", input: program.input)
      #expect(NPY.stream(plain.output)?.allSatisfy { $0.comment.isEmpty } == true, "\(program)")
    }
  }

  @Test func poolsAsTheNotesSay() throws {
    func pooled(_ note: String, _ options: String = "") throws -> Child.Outcome {
      try Fixtures.run("pool \(options)", input: Fixtures.array([3, 12], note: note).bytes)
    }
    func shape(_ outcome: Child.Outcome) -> [Int]? { NPY.stream(outcome.output)?.first?.shape }
    #expect(try shape(pooled("")) == [3, 3])
    #expect(try shape(pooled("record=1 pools=consecutive:6")) == [3, 2])
    #expect(try shape(pooled("pools=consecutive:6", "--pools consecutive:2")) == [3, 6])
    #expect(try shape(pooled("pools=consecutive:11 dc=1")) == [3, 1])
    expectFailure(try pooled("dc=1"), from: "pool", saying: "-m", "11 units")
    expectFailure(try pooled("pools=consecutive:5"), from: "pool", saying: "-m", "5 of 12")
    expectFailure(try pooled("pools=model"), from: "pool", saying: "-m", "pools of a file")
  }

  @Test func flagsAgainstNotes() throws {
    let windows = Fixtures.array([3, 4, 3, 3, 1], note: "record=3 image=5x6 stride=1").bytes
    for (command, input) in [
      ("patches -r --stride 2", windows), ("patches -r --padding 1", windows),
      ("mosaic --record 2", Fixtures.records.bytes),
      ("fit whiten -q -o /dev/null --record 1", Fixtures.records.bytes),
      ("fit whiten -q -o /dev/null --record 4x2x2", Fixtures.records.bytes),
    ] {
      let outcome = try Fixtures.run(command, input: input)
      expectFailure(outcome, from: String(command.split(separator: " ")[0]), command)
    }
    #expect(try Fixtures.run("patches -r --stride 1 --padding 0", input: windows).succeeded)
    #expect(try Fixtures.run("mosaic --record 3", input: Fixtures.records.bytes).succeeded)
  }
}
