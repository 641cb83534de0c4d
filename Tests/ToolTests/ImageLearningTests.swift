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

  @Test("an encoder learns to predict the codes of images", arguments: [0, 2])
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
