import TestSupport
import Testing

/// Pools over space and maps, as a shell runs them.
@Suite struct PlacePoolTests {
  private func bench() throws -> LearnedEncoderTests.Bench {
    let bench = try LearnedEncoderTests.Bench()
    try bench.folder.write(
      Fixtures.array([60, 10, 12, 1], note: "record=3", seed: 5).bytes, to: "images.npy")
    try bench.folder.write(
      Fixtures.array([1, 25, 31, 1], note: "record=3", seed: 6).bytes, to: "large.npy")
    return bench
  }

  private static let fit =
    "fit autoencoder --epochs 2 --batch 16 -q --geometry conv --kernel 3 --code 8"
    + " --penalty group --pools consecutive:4"

  @Test("what was learned with pools over windows is pooled by them")
  func pooled() throws {
    let bench = try bench()
    try bench.output("\(Self.fit) --pool-window 2x3 --pool-stride 2 -j 1 -o m.bin <images.npy")
    try bench.output("\(Self.fit) --pool-window 2x3 --pool-stride 2 -j 2 -o two.bin <images.npy")
    #expect(try bench.folder.read("m.bin") == bench.folder.read("two.bin"))
    let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(
      card.contains("pool-window = 2x3:2x2") && card.contains("pool-window=2x3 pool-stride=2"),
      "\(card)")
    let stream = "cat images.npy large.npy | encode -m m.bin"
    try bench.output("\(stream) -o z.npy")
    let pooled = try bench.output("pool z.npy")
    #expect(NPY.stream(pooled)?.map(\.shape) == [[60, 4, 4, 2], [1, 11, 14, 2]])
    // By the notes, by the model, and as the options say it.
    try bench.output("\(stream) --no-notes -o plain.npy")
    #expect(try NPY.stream(bench.output("pool -m m.bin plain.npy")) == NPY.stream(pooled))
    #expect(
      try NPY.stream(
        bench.output("pool --pools consecutive:4 --window 2x3 --stride 2 plain.npy"))
        == NPY.stream(pooled))
    // What an option says comes first.
    #expect(
      try NPY.stream(bench.output("pool --window 1 z.npy"))?.map(\.shape)
        == [[60, 8, 10, 2], [1, 23, 29, 2]])
    #expect(
      try NPY.stream(bench.output("pool --pools consecutive:2 z.npy"))?.map(\.shape)
        == [[60, 8, 10, 4], [1, 23, 29, 4]])
  }

  /// λ norm:S grows with the norm of pools, and codes of a training are not those of pools of maps alone.
  @Test("windows count in training")
  func learned() throws {
    let bench = try bench()
    func density(_ options: String) throws -> (density: Double, lambda: Double, bytes: [UInt8]) {
      try bench.output("\(Self.fit) --epochs 6 \(options) -o m.bin <images.npy")
      let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
      func number(_ name: String) throws -> Double {
        let line = try #require(card.split(separator: "\n").first { $0.contains("\(name) = ") })
        return try #require(Double(line.split(separator: " ").last ?? ""))
      }
      return (try number("figure.density"), try number("lambda"), try bench.folder.read("m.bin"))
    }
    let (maps, windows) = (try density(""), try density("--pool-window 2"))
    #expect(abs(windows.lambda / maps.lambda - 2) < 0.01)
    #expect(maps.bytes != windows.bytes)
    // A window of one place is a pool of maps.
    let one = try density("--pool-window 1 --lambda 0.05")
    let same = try density("--lambda 0.05")
    #expect(one.density == same.density && one.lambda == same.lambda)
  }

  /// The energy is of these pools, as pool finds their norms.
  @Test("exact codes are those of the same pools")
  func exact() throws {
    let bench = try bench()
    try bench.output("\(Self.fit) --pool-window 2 -o m.bin <images.npy")
    expectFailure(
      try bench.run("fit lista -q -m m.bin -o l.bin <images.npy"), code: 2, from: "fit",
      saying: "m.bin has pools over places", "lista")
    let line = "encode -m m.bin --stats --lambda 0.3"
    func energy(_ options: String) throws -> Double {
      let outcome = try bench.run("\(line) \(options) images.npy -o z.npy")
      #expect(outcome.succeeded, "\(outcome.errors)")
      let words = outcome.errors.split { $0 == " " || $0 == "," || $0 == "\n" }
      let place = try #require(words.firstIndex(of: "energy"))
      return try #require(Double(words[place + 1]))
    }
    let fista = try energy("--solver fista --gap 1e-4")
    func numbers(_ line: String) throws -> [Float] {
      try #require(NPY.stream(try bench.output(line))?.first).floats
    }
    let norms = try numbers("pool z.npy").reduce(0) { $0 + Double($1) }
    let errors = try zip(numbers("decode -m m.bin z.npy"), numbers("cat images.npy")).map {
      Double($0) - Double($1)
    }
    let expected = (0.5 * errors.reduce(0) { $0 + $1 * $1 } + 0.3 * norms) / 60
    #expect(norms > 0 && abs(fista - expected) < 2e-3 * expected, "\(fista), \(expected)")
    #expect(try abs(energy("--solver sparsa --gap 1e-4") - fista) < 1e-3 * fista)
    #expect(try energy("--solver fista --gap 0 --iterations 2") > fista)
    expectFailure(
      try bench.run("\(line) --solver cd images.npy -o z.npy"), from: "encode",
      saying: "expected one of ista, fista, sparsa", "cd")
  }

  @Test("what does not suit is refused in one line")
  func refused() throws {
    let bench = try bench()
    for (options, part) in [
      ("--geometry local --pool-window 2", "has no effect with --geometry local"),
      ("--pool-window 2 --penalty l1", "--pool-window needs --penalty group"),
      ("--pool-stride 2", "--pool-stride has no effect without --pool-window"),
      ("--pool-window 2x3 --pool-stride 3", "--pool-stride must be from 1 to 2, got 3"),
      ("--pool-window 0", "--pool-window"),
      ("--pool-window 2 --nonlinearity proximal", "exclude each other"),
    ] {
      expectFailure(
        try bench.run("\(Self.fit) \(options) -o o <images.npy"), code: 2, from: "fit",
        saying: part,
        options)
    }
    expectFailure(
      try bench.run(
        "fit autoencoder --penalty group --pools consecutive:4 --pool-window 2 -o o <x.npy"),
      code: 2, from: "fit", saying: "--geometry conv", "dense")
    expectFailure(
      try bench.run("fit psd --pool-window 2 -o o <x.npy"), code: 2, from: "fit",
      saying: "has no effect", "psd")
    expectFailure(
      try bench.run("\(Self.fit) --pool-window 9x2 -o o <images.npy"), from: "fit",
      saying: "no window of 9x2 for pools fits the 8x10 places", "large windows")
    var codes = Fixtures.array([2, 4, 4, 4])
    codes.comment = "# sparsepipe record=1 pool-window=2:2"
    try bench.folder.write(codes.bytes, to: "noted.npy")
    expectFailure(
      try bench.run("pool noted.npy"), from: "pool", saying: "pool-window=2:2", "a bad note")
  }
}
