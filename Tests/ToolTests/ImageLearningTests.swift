import TestSupport
import Testing

/// Dictionaries, encoders and both together of units that see windows of images.
@Suite struct ImageLearningTests {
  /// A folder with images of 12×12 that are made of a few kernels at random places.
  private func bench() throws -> LearnedEncoderTests.Bench {
    let bench = try LearnedEncoderTests.Bench()
    var random = Fixtures.array([40, 160], note: "record=1", seed: 11).floats[...]
    func next() -> Float { random.popFirst() ?? 0 }
    let kernels = (0..<4).map { _ in (0..<9).map { _ in next() - 0.5 } }
    var images = [Float](repeating: 0, count: 60 * 144)
    for image in 0..<60 {
      for _ in 0..<5 {
        let (kernel, top, left) = (Int(next() * 4), Int(next() * 10), Int(next() * 10))
        let size = 1 + next()
        for (index, value) in kernels[min(kernel, 3)].enumerated() {
          images[image * 144 + (top + index / 3) * 12 + left + index % 3] += size * value
        }
      }
    }
    var array = Fixtures.array([60, 12, 12, 1], note: "record=3", seed: 1)
    array.words = images.map(\.bitPattern)
    try bench.folder.write(array.bytes, to: "images.npy")
    return bench
  }

  private static let geometries = [
    "--geometry conv --kernel 3 --border full --code 6",
    "--geometry conv --kernel 3 --code 6 --penalty group --pools consecutive:2",
    "--geometry local --kernel 3 --period 5x5 --nonnegative code",
    "--geometry local --kernel 3 --period 5x5 --penalty group --pools torus:5x5:2:1",
  ]

  private static let fit = "--batch 10 --lambda 0.1 -q -s 3"

  private func energy(_ model: String, _ bench: LearnedEncoderTests.Bench) throws -> Double {
    let errors = try bench.run(
      "encode -m \(model) --solver sparsa --gap 1e-4 --stats images.npy >z.npy"
    ).errors
    let words = errors.split(separator: " ").map(String.init)
    let index = try #require(words.firstIndex { $0.hasSuffix("energy") }, "\(errors)")
    return try #require(Double(words[index + 1]))
  }

  @Test("a dictionary of kernels lowers the energy of exact codes", arguments: geometries)
  func dictionary(_ geometry: String) throws {
    let bench = try bench()
    let line = "fit dictionary \(Self.fit) --iterations 0 \(geometry) <images.npy"
    try bench.output("\(line) --epochs 8 -j 1 -o a.bin --log log")
    try bench.output("\(line) --epochs 8 -j 2 -o b.bin")
    #expect(try bench.folder.read("a.bin") == bench.folder.read("b.bin"))
    try bench.output("\(line) --epochs 0 --atoms random -o random.bin")
    let (learned, random) = (try energy("a.bin", bench), try energy("random.bin", bench))
    #expect(learned < 0.9 * random, "\(learned), random \(random)")
    try bench.output("\(line) --epochs 4 --checkpoint c -o half.bin")
    try bench.output("\(line) --epochs 4 --resume c -o on.bin")
    #expect(try bench.folder.read("half.bin") == bench.folder.read("on.bin"))
  }

  @Test("passes of ISTA as the encoder come near to the exact codes")
  func encoderOfDictionary() throws {
    let bench = try bench()
    try bench.output(
      "fit dictionary \(Self.fit) --iterations 200 --epochs 1 --geometry conv --kernel 3 --code 6 -o d.bin <images.npy"
    )
    try bench.output("encode -m d.bin --solver cd --gap 1e-5 images.npy >best.npy")
    let best = try #require(NPY.stream(try bench.folder.read("best.npy"))?.first).floats
    func distance(_ options: String) throws -> Float {
      let codes = try #require(
        NPY.stream(try bench.output("encode -m d.bin \(options) images.npy"))?.first)
      return zip(codes.floats, best).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let (few, many) = (try distance("--iterations 5"), try distance(""))
    #expect(many < 0.1 * few, "\(many), after five passes \(few)")
  }

  @Test("an encoder learns to predict the codes of images", arguments: [0, 1, 2])
  func lista(_ geometry: Int) throws {
    let bench = try bench()
    try bench.output(
      "fit dictionary \(Self.fit) --iterations 0 --epochs 2 \(Self.geometries[geometry]) -o d.bin <images.npy"
    )
    try bench.output("encode -m d.bin --solver cd --gap 1e-5 images.npy >best.npy")
    let best = try #require(NPY.stream(try bench.folder.read("best.npy"))?.first).floats
    func distance(_ epochs: Int) throws -> Float {
      try bench.output(
        "fit lista -m d.bin --iterations 2 --batch 10 -q --epochs \(epochs) -o l.bin <images.npy")
      let codes = try #require(NPY.stream(try bench.output("encode -m l.bin images.npy"))?.first)
      return zip(codes.floats, best).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let (before, after) = (try distance(0), try distance(10))
    #expect(after < 0.9 * before, "\(after), before \(before)")
  }

  @Test("codes that are given are those computed", arguments: [(0, "cd"), (2, "cd"), (3, "fista")])
  func codesGiven(_ geometry: Int, _ solver: String) throws {
    let bench = try bench()
    try bench.output(
      "fit dictionary \(Self.fit) --epochs 1 \(Self.geometries[geometry]) -o d.bin <images.npy")
    try bench.output("encode -m d.bin --solver \(solver) --gap 1e-5 images.npy -o z.npy")
    let line = "fit lista -m d.bin --iterations 1 --epochs 2 -q <images.npy"
    try bench.output("\(line) --codes z.npy -o given.bin")
    try bench.output("\(line) -o computed.bin")
    func codes(_ model: String) throws -> [UInt8] {
      try bench.output("encode -m \(model) --no-notes images.npy")
    }
    #expect(try codes("given.bin") == codes("computed.bin"))
    try bench.output("\(line) --epochs 0 -o start.bin")
    #expect(try codes("given.bin") != codes("start.bin"))
  }

  @Test("what is no code of the images is refused")
  func codesThatDoNotMeet() throws {
    let bench = try bench()
    try bench.output(
      "fit dictionary \(Self.fit) --epochs 1 \(Self.geometries[0]) -o d.bin <images.npy")
    try bench.folder.write(
      Fixtures.array([60, 9, 12, 1], note: "record=3", seed: 3).bytes, to: "low.npy")
    try bench.output("encode -m d.bin --solver cd low.npy -o low-codes.npy")
    try bench.output("encode -m d.bin --iterations 0 images.npy -o rough.npy")
    for (name, shape) in [
      ("few", [9, 14, 14, 6]), ("flat", [60, 1175]), ("maps", [60, 14, 14, 5]),
    ] {
      try bench.folder.write(Fixtures.array(shape, note: "record=1").bytes, to: "\(name).npy")
    }
    for (name, words) in [
      ("low-codes", "d.bin expects records of [14,14,6], stream has [60,11,14,6]"),
      ("flat", "d.bin expects records of [14,14,6], stream has [60,1175]"),
      ("maps", "d.bin expects records of [14,14,6], stream has [60,14,14,5]"),
      ("few", "few.npy: holds 9 codes, expected one for each of 60 records"),
      ("rough", "rough.npy: not the optimal codes of these records by d.bin"),
    ] {
      expectFailure(
        try bench.run("fit lista -m d.bin --codes \(name).npy -q -o o <images.npy"), from: "fit",
        saying: words, name)
    }
  }

  /// Untrained it is ISTA, trained it comes nearer, and f of units is where it is asked for or nothing else is.
  @Test("f of an encoder of maps is the step of their pools")
  func proximal() throws {
    let bench = try bench()
    try bench.output(
      "fit dictionary \(Self.fit) --epochs 2 \(Self.geometries[1]) -o d.bin <images.npy")
    func distance(_ line: String, _ other: String) throws -> Float {
      let codes = try [line, other].map {
        try #require(NPY.stream(try bench.output("\($0) images.npy"))?.first).floats
      }
      return zip(codes[0], codes[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    for own in ["", "--per-step"] {
      let line = "fit lista -m d.bin --iterations 2 -q \(own) <images.npy"
      try bench.output("\(line) --epochs 0 -o start.bin")
      let ista = "encode -m d.bin --solver ista --gap 0 --iterations 3"
      #expect(try distance("encode -m start.bin", ista) < 1e-8)
      try bench.output("\(line) --epochs 8 -o p.bin")
      let best = "encode -m d.bin --solver sparsa --gap 1e-6"
      #expect(
        try distance("encode -m p.bin", best) < 0.9 * distance("encode -m start.bin", best))
      #expect(try bench.output("\(line) -j 1 --epochs 8 -o q.bin && cmp p.bin q.bin").isEmpty)
    }
    func report(_ model: String) throws -> String {
      String(decoding: try bench.output("inspect \(model)"), as: UTF8.self)
    }
    #expect(try report("p.bin").contains("proximal"))
    let line = "fit lista -m d.bin --iterations 1 --epochs 1 -q"
    try bench.output("\(line) --nonlinearity shrink -o u.bin <images.npy")
    #expect(try !report("u.bin").contains("proximal"))
    try bench.output(
      "fit dictionary -q --epochs 0 --geometry local --kernel 3 --period 5x5 --penalty group --pools consecutive:5 -o l.bin <images.npy"
    )
    expectFailure(
      try bench.run("fit lista -m l.bin --nonlinearity proximal -q -o o <images.npy"), code: 2,
      from: "fit", saying: "--nonlinearity has no effect: units of l.bin are local", "local")
    try bench.output("fit lista -m l.bin --epochs 1 -q -o o.bin <images.npy")
    #expect(try !report("o.bin").contains("proximal"))
  }

  /// Of a batch of what suits whole records there would be one step an epoch.
  @Test(
    "batches of few images where nobody says how many",
    arguments: [
      "dictionary \(geometries[1])", "psd \(geometries[0])", "autoencoder \(geometries[2])",
      "drsae --labels y \(geometries[0])", "lista -m d.bin",
    ])
  func batch(_ options: String) throws {
    let bench = try bench()
    try bench.folder.write((0..<60).map { "\($0 % 3)\n" }.joined(), to: "y")
    try bench.output("fit dictionary --epochs 0 -q \(Self.geometries[0]) -o d.bin <images.npy")
    let line = "fit \(options) --iterations 1 --epochs 1 -q <images.npy"
    for (name, batch) in [("usual", ""), ("same", "--batch 16"), ("one", "--batch 60")] {
      try bench.output("\(line) \(batch) -o \(name).bin")
    }
    let card = String(decoding: try bench.output("inspect usual.bin"), as: UTF8.self)
    #expect(card.contains(" batch=16 "), "\(card)")
    let usual = try bench.folder.read("usual.bin")
    #expect(try bench.folder.read("same.bin") == usual)
    #expect(try bench.folder.read("one.bin") != usual)
    // A batch that is given is of images as of records.
    try bench.output("\(line) --batch 7 -o few.bin")
    #expect(
      try String(decoding: bench.output("inspect few.bin"), as: UTF8.self).contains(" batch=7 "))
  }

  @Test("latent codes of images", arguments: [geometries[0], geometries[2]])
  func predictive(_ geometry: String) throws {
    let bench = try bench()
    let line =
      "fit psd \(Self.fit) \(geometry.replacing(" --nonnegative code", with: "")) <images.npy"
    try bench.output("\(line) --epochs 6 -o p.bin --log log")
    let log = String(decoding: try bench.folder.read("log"), as: UTF8.self).split(separator: "\n")
    let column = try #require(log[0].split(separator: "\t").firstIndex(of: "energy"))
    func energy(_ line: Int) throws -> Double {
      try #require(Double(log[line].split(separator: "\t")[column]))
    }
    #expect(try energy(6) < energy(1))
    let decoded = try #require(
      NPY.stream(try bench.output("encode -m p.bin images.npy | decode -m p.bin"))?.first)
    #expect(decoded.shape == [60, 12, 12, 1])
  }
}
