import TestSupport
import Testing

/// `fit lista`, `fit psd`, `fit autoencoder` and what all of them share, as a shell runs them.
@Suite struct LearnedEncoderTests {
  /// Runs a line in a folder of its own, which holds `d.bin`, `other.bin`, `c.bin`, `x.npy` and labels
  /// of its records, `y`, and what earlier lines left.
  struct Bench {
    let folder: TemporaryFolder

    init(records: Int = 400) throws {
      folder = try TemporaryFolder()
      for name in ["d.bin", "other.bin", "c.bin", "w.bin", "net.bin"] {
        try folder.write(try Fixtures.folder.read(name), to: name)
      }
      try folder.write(
        Fixtures.array([records, 4, 4, 1], note: "record=3", seed: 3).bytes, to: "x.npy")
      try folder.write((0..<records).map { "\($0 % 3)\n" }.joined(), to: "y")
    }

    func run(_ line: String) throws -> Child.Outcome {
      try Child.shell(line, options: .init(folder: folder.path))
    }

    /// What a line that has to succeed writes.
    @discardableResult
    func output(
      _ line: String, at location: SourceLocation = #_sourceLocation
    ) throws -> [UInt8] {
      let outcome = try run(line)
      #expect(outcome.succeeded, "\(line): \(outcome.errors)", sourceLocation: location)
      return outcome.output
    }

    /// Mean squared distance of the codes of a line to the best ones.
    func distance(_ line: String) throws -> Double {
      try output("encode -m d.bin --solver homotopy --gap 1e-6 <x.npy >best.npy")
      let codes = try #require(NPY.stream(try output("\(line) <x.npy"))?.first)
      let best = try #require(NPY.stream(try folder.read("best.npy"))?.first)
      // The last unit is the DC unit, whose size would drown all others.
      let units = codes.shape[1]
      let sum = zip(codes.floats, best.floats).enumerated().reduce(0.0) { sum, pair in
        let difference = Double(pair.element.0 - pair.element.1)
        return pair.offset % units == units - 1 ? sum : sum + difference * difference
      }
      return sum / Double(codes.shape[0])
    }
  }

  @Test(arguments: ["", "--per-step", "--kind lcod"]) func predictsCodes(_ options: String) throws {
    let bench = try Bench()
    try bench.output(
      "fit lista -m d.bin --iterations 2 --epochs 30 --rate 0.003 \(options) -q -o l.bin <x.npy")
    let untrained = options.contains("lcod") ? "--solver lcod --iterations 2" : "--iterations 2"
    let before = try bench.distance("encode -m d.bin \(untrained)")
    let after = try bench.distance("encode -m l.bin")
    #expect(after < 0.5 * before, "\(before) to \(after)")
    #expect(String(decoding: try bench.output("inspect l.bin"), as: UTF8.self).contains("lista"))
    // The dictionary and what else the codes mean stay.
    try bench.output("encode -m l.bin <x.npy | decode -m l.bin -o back.npy")
    #expect(
      try bench.output("encode -m l.bin --solver homotopy --no-notes <x.npy")
        == bench.output("encode -m d.bin --solver homotopy --no-notes <x.npy"))
  }

  @Test func codesGivenAreTheCodesComputed() throws {
    let bench = try Bench()
    try bench.output("encode -m d.bin --solver homotopy --gap 1e-5 <x.npy -o z.npy")
    try bench.output(
      "fit lista -m d.bin --iterations 1 --epochs 2 --codes z.npy -q -o a.bin <x.npy")
    try bench.output("fit lista -m d.bin --iterations 1 --epochs 2 -q -o b.bin <x.npy")
    #expect(
      try bench.output("encode -m a.bin --no-notes <x.npy")
        == bench.output("encode -m b.bin --no-notes <x.npy"))
  }

  @Test func refusesWhatIsNoTarget() throws {
    let bench = try Bench()
    try bench.output("encode -m other.bin <x.npy -o other.npy")
    try bench.output("encode -m d.bin <x.npy | head -c 20000 >cut.npy")
    try bench.output("encode -m d.bin --iterations 0 <x.npy -o rough.npy")
    try bench.folder.write(Fixtures.array([9, 17], note: "record=1").bytes, to: "few.npy")
    try bench.folder.write(Fixtures.array([400, 5], note: "record=1").bytes, to: "narrow.npy")
    for (options, words) in [
      ("-m d.bin --codes other.npy", "other.npy: codes of model"),
      ("-m d.bin --codes cut.npy", "cut.npy: array cut short"),
      ("-m d.bin --codes few.npy", "few.npy: holds 9 codes, expected one for each of 400 records"),
      (
        "-m d.bin --codes narrow.npy",
        "narrow.npy: d.bin expects records of [17], stream has [400,5]"
      ),
      ("-m d.bin --codes rough.npy", "rough.npy: not the optimal codes"),
      ("-m d.bin --codes none.npy", "none.npy: cannot open: no such file"),
      ("-m c.bin", "c.bin"), ("-m w.bin", "w.bin"), ("", "stream has [400,4,4,1]"),
    ] {
      let outcome = try bench.run("fit lista \(options) -q -o o <x.npy")
      expectFailure(outcome, from: "fit", saying: words, options)
    }
    #expect(try !bench.folder.names().contains("o"))
  }

  @Test(arguments: ["relu", "shrink", "smooth-shrink", "tanh", "linear"])
  func learnsEncoderAndDecoder(_ nonlinearity: String) throws {
    let bench = try Bench()
    for command in [
      "psd --lambda 0.05", "psd --iterations 1 --lambda 0.05", "autoencoder --lambda 0.02",
      "autoencoder --lambda 0.02 --penalty group --pools consecutive:4",
    ] {
      let line = "fit \(command) --nonlinearity \(nonlinearity) --code 16 --center --validation 50"
      try bench.output("\(line) --epochs 20 --rate 0.003 --log log.tsv -q -o m.bin <x.npy")
      let rows = String(decoding: try bench.folder.read("log.tsv"), as: UTF8.self)
        .split(separator: "\n").map { $0.split(separator: "\t") }
      let column = try #require(rows[0].firstIndex(of: "validation"))
      let energies = try rows.dropFirst().map { try #require(Double($0[column])) }
      #expect(energies.count == 20)
      #expect(energies[19] < 0.9 * energies[0], "\(command): \(energies[0]) to \(energies[19])")
      try bench.output("encode -m m.bin <x.npy | decode -m m.bin -o back.npy")
      try bench.output("mosaic m.bin -o m.png")
      try bench.output("encode -m m.bin <x.npy | pool | inspect")
    }
  }

  /// Pools that do not overlap have solvers, and an encoder that is trained on their codes.
  @Test func exactCodesOfPools() throws {
    let bench = try Bench()
    try bench.output(
      "fit autoencoder --penalty group --pools consecutive:4 --code 16 --epochs 1 -q -o g.bin <x.npy"
    )
    let codes = try ["cd", "ista", "fista", "sparsa"].map { solver in
      let output = try bench.output("encode -m g.bin --solver \(solver) --gap 1e-6 <x.npy")
      return try #require(NPY.stream(output)?.first).floats
    }
    #expect(codes.allSatisfy { agree($0, codes[0], within: 5e-3) })
    expectFailure(
      try bench.run("encode -m g.bin --solver homotopy <x.npy"), from: "encode",
      saying: "expected one of ista, fista, sparsa, cd, reweighted", "g.bin")
    try bench.output("fit lista -m g.bin --epochs 1 -q -o l.bin <x.npy")
    let pooled = try #require(NPY.stream(try bench.output("encode -m l.bin <x.npy | pool"))?.first)
    #expect(pooled.shape == [400, 4])
    expectFailure(
      try bench.run("fit lista --kind lcod -m g.bin -q -o o <x.npy"), code: 2, from: "fit",
      saying: "--kind lcod", "g.bin")
  }

  /// A file that is read is not what a program writes as it goes.
  @Test func standardInputIsNoLog() throws {
    let bench = try Bench()
    let before = try bench.folder.read("x.npy")
    for option in ["--log", "--checkpoint"] {
      let outcome = try bench.run("fit psd --code 16 -q \(option) ./x.npy -o o <x.npy")
      expectFailure(outcome, code: 2, from: "fit", saying: "would overwrite what is read", option)
    }
    #expect(try bench.folder.read("x.npy") == before)
  }

  @Test func aLogStaysUntilThereIsMore() throws {
    let bench = try Bench()
    try bench.folder.write("old", to: "log.tsv")
    let outcome = try bench.run("fit psd --code 500 -q --log log.tsv -o o <x.npy")
    expectFailure(outcome, from: "fit", saying: "400 records to train on", "too few")
    #expect(try bench.folder.read("log.tsv") == Array("old".utf8))
  }

  @Test func otherCodesAreAnotherTraining() throws {
    let bench = try Bench()
    for (gap, name) in [("1e-5", "z.npy"), ("1e-2", "y.npy")] {
      try bench.output("encode -m d.bin --solver cd --gap \(gap) <x.npy -o \(name)")
    }
    let line = "fit lista -m d.bin --epochs 2 -q"
    try bench.output("\(line) --codes z.npy --checkpoint c.ckpt -o m.bin <x.npy")
    try bench.output("\(line) --codes z.npy --resume c.ckpt -o same.bin <x.npy")
    #expect(try bench.folder.read("same.bin") == bench.folder.read("m.bin"))
    let outcome = try bench.run("\(line) --codes y.npy --resume c.ckpt -o n.bin <x.npy")
    expectFailure(outcome, from: "fit", saying: "c.ckpt: was made with codes=", "other codes")
  }

  @Test func aCheckpointWithAFaultIsRefused() throws {
    let bench = try Bench()
    let line = "fit psd --code 16 --epochs 2 -q"
    try bench.output("\(line) --checkpoint c.ckpt -o m.bin <x.npy")
    var bytes = try bench.folder.read("c.ckpt")
    bytes[bytes.count - 2] ^= 1
    try bench.folder.write(bytes, to: "c.ckpt")
    let outcome = try bench.run("\(line) --resume c.ckpt -o n.bin <x.npy")
    expectFailure(outcome, from: "fit", saying: "c.ckpt: damaged", "a bit")
    #expect(try !bench.folder.names().contains("n.bin"))
  }

  @Test(arguments: [
    "lista -m d.bin", "psd --code 16", "autoencoder --code 16",
    "autoencoder --noise 0.01 --anneal 2 --code 16",
    "drsae --code 16 --labels y --clip none --bounds weight=1e9,decoder=1e9,classifier=1e9",
  ])
  func aRateMuchTooLargeLeavesTheOldModel(_ command: String) throws {
    let bench = try Bench()
    try bench.folder.write("old", to: "m.bin")
    let outcome = try bench.run(
      "fit \(command) --optimizer sgd --rate 1e6 --schedule constant -q -o m.bin <x.npy")
    expectFailure(outcome, from: "fit", saying: "lower --rate", command)
    #expect(try bench.folder.read("m.bin") == Array("old".utf8))
  }

  /// Every `fit` that goes on from a checkpoint.
  static let resumable = [
    "dictionary --code 16", "dictionary --code 16 --prune-below 0.5",
    "dictionary --code 16 --variational 500",
    "lateral --code 16 --learn", "lista -m d.bin --iterations 2", "lista -m d.bin --kind lcod",
    "psd --code 16", "autoencoder --code 16",
    "drsae --labels y --code 16 --iterations 2 --unsupervised-epochs 1 --average 0.9",
    "stack -m net.bin --labels y --dropout 0.3",
  ]

  @Test(arguments: resumable) func resumedOrNotOnAnyThreads(_ command: String) throws {
    let bench = try Bench()
    let line = "fit \(command) --batch 50 --validation 40 -s 4 -q"
    try bench.output("\(line) --epochs 4 -o whole.bin <x.npy")
    let left = try bench.run(
      """
      fit \(command) --batch 50 --validation 40 -s 4 --epochs 4 -j 2 --checkpoint c.ckpt -o m.bin \
      <x.npy 2>log & pid=$!
      while ! test -s c.ckpt && kill -0 $pid 2>/dev/null; do :; done
      kill -TERM $pid 2>/dev/null; wait $pid; true
      """)
    #expect(left.succeeded)
    try bench.output("\(line) --epochs 4 -j 1 --resume c.ckpt -o resumed.bin <x.npy")
    #expect(try bench.folder.read("resumed.bin") == bench.folder.read("whole.bin"))
    let other = try bench.run("\(line) --epochs 3 --resume c.ckpt -o o <x.npy")
    expectFailure(other, from: "fit", saying: "epochs=4", command)
  }
}
