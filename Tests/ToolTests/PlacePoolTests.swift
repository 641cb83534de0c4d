import TestSupport
import Testing

/// Pools over space and maps, as a shell runs them.
@Suite struct PlacePoolTests {
  private func bench() throws -> LearnedEncoderTests.Bench {
    let bench = try LearnedEncoderTests.Bench()
    try bench.folder.write((0..<60).map { "\($0 % 3)\n" }.joined(), to: "y")
    try bench.folder.write(
      Fixtures.array([60, 10, 12, 1], note: "record=3", seed: 5).bytes, to: "images.npy")
    try bench.folder.write(
      Fixtures.array([1, 25, 31, 1], note: "record=3", seed: 6).bytes, to: "large.npy")
    return bench
  }

  private static let fit =
    "fit autoencoder \(maps)"
  private static let maps =
    "--epochs 2 --batch 16 -q --geometry conv --kernel 3 --code 8 --penalty group --pools consecutive:4"
  private static let commands = ["autoencoder", "dictionary", "psd", "drsae --labels y"]

  @Test("what was learned with pools over windows is pooled by them", arguments: commands)
  func pooled(_ command: String) throws {
    let bench = try bench()
    let fit = "fit \(command) \(Self.maps) --pool-window 2x3 --pool-stride 2 --iterations 0"
    try bench.output("\(fit) -j 1 -o m.bin <images.npy")
    try bench.output("\(fit) -j 2 -o two.bin <images.npy")
    #expect(try bench.folder.read("m.bin") == bench.folder.read("two.bin"))
    let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(
      card.contains("pool-window = 2x3:2x2") && card.contains("pool-window=2x3 pool-stride=2"),
      "\(card)")
    let stream = "cat images.npy large.npy | encode -m m.bin"
    try bench.output("\(stream) -o z.npy")
    let pooled = try bench.output("pool z.npy")
    #expect(NPY.stream(pooled)?.map(\.shape) == [[60, 4, 4, 2], [1, 11, 14, 2]])
    #expect(NPY.stream(pooled)?.allSatisfy { $0.floats.contains { $0 > 0 } } ?? false)
    // By the notes, by the model, and as the options say it.
    try bench.output("\(stream) --no-notes -o plain.npy")
    #expect(try NPY.stream(bench.output("pool -m m.bin plain.npy")) == NPY.stream(pooled))
    let asSaid = try bench.output("pool --pools consecutive:4 --window 2x3 --stride 2 plain.npy")
    #expect(NPY.stream(asSaid)?.map(\.floats) == NPY.stream(pooled)?.map(\.floats))
    // What an option says comes first.
    #expect(
      try NPY.stream(bench.output("pool --window 1 z.npy"))?.map(\.shape)
        == [[60, 8, 10, 2], [1, 23, 29, 2]])
    #expect(
      try NPY.stream(bench.output("pool --pools consecutive:2 z.npy"))?.map(\.shape)
        == [[60, 8, 10, 4], [1, 23, 29, 4]])
  }

  /// λ norm:S grows with the norm of pools, and codes of a training are not those of pools of maps alone.
  @Test("windows count in training", arguments: commands)
  func learned(_ command: String) throws {
    let bench = try bench()
    func density(_ options: String) throws -> (density: Double, lambda: Double, bytes: [UInt8]) {
      try bench.output(
        "fit \(command) \(Self.maps) --iterations 0 --epochs 6 \(options) -o m.bin <images.npy")
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
    // Codes of the two are those of another solver, to a gap, where there are exact ones.
    let slack = ["dictionary", "psd"].contains(command) ? 0.01 : 0
    #expect(abs(one.density - same.density) <= slack * same.density)
    #expect(one.lambda == same.lambda)
  }

  /// The energy of records held out is that which `encode --solver` finds: images are all the same one.
  @Test("a dictionary is learned with the energy of its codes")
  func dictionary() throws {
    let bench = try bench()
    let image = Fixtures.array([10, 12, 1], seed: 9).floats
    var images = NPY(shape: [30, 10, 12, 1], (0..<30).flatMap { _ in image })
    images.comment = "# sparsepipe record=3"
    try bench.folder.write(images.bytes, to: "same.npy")
    let line = "fit dictionary \(Self.maps) --iterations 0 --lambda 0.1 --gap 1e-4 --validation 5"
    func heldOut(_ options: String) throws -> Double {
      try bench.output("\(line) \(options) -o m.bin <same.npy")
      let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
      let words = card.split { $0 == " " || $0 == "\n" }
      let place = try #require(words.firstIndex(of: "figure.validation"), "\(card)")
      return try #require(Double(words[place + 2]))
    }
    func exact() throws -> Double {
      let outcome = try bench.run(
        "encode -m m.bin --solver fista --gap 1e-4 --stats same.npy -o z.npy")
      let words = outcome.errors.split { $0 == " " || $0 == "," || $0 == "\n" }
      let place = try #require(words.firstIndex(of: "energy"), "\(outcome.errors)")
      return try #require(Double(words[place + 1]))
    }
    for windows in ["--pool-window 2", "--pool-window 3 --pool-stride 2"] {
      let (before, after) = (
        try heldOut("\(windows) --epochs 0"), try heldOut("\(windows) --epochs 8")
      )
      #expect(try abs(exact() - after) < 1e-3 * after)
      #expect(after < 0.9 * before, "\(after), before \(before)")
    }
  }

  /// ISTA of units that share the pools of their windows evenly: thresholds, and no weights, tell windows apart.
  @Test("the encoder of a dictionary has thresholds of its windows")
  func thresholds() throws {
    let bench = try bench()
    func density(_ options: String) throws -> Float {
      try bench.output(
        "fit dictionary \(Self.maps) --lambda 0.2 --epochs 0 \(options) -o m.bin <images.npy")
      let codes = try #require(NPY.stream(try bench.output("encode -m m.bin images.npy"))?.first)
      return Float(codes.floats.count { $0 != 0 }) / Float(codes.floats.count)
    }
    let (maps, windows) = (try density(""), try density("--pool-window 3"))
    #expect(try density("--pool-window 1") == maps)
    #expect(windows > 1.05 * maps, "\(windows), of maps \(maps)")
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
