import TestSupport
import Testing

/// `fit --contrast` and `--scale`: what models do to images before units see windows of them.
@Suite struct ImagePreparationTests {
  typealias Bench = LearnedEncoderTests.Bench

  private static let conv = "--geometry conv --kernel 3 --code 5 --epochs 1 -q"
  private static let local = "--geometry local --kernel 3 --period 2x2 --code 2 --epochs 1 -q"

  /// `x.npy`: 24 images [10,12,2] of which the second map is small; a larger one, `large.npy`.
  private func bench() throws -> Bench {
    let bench = try Bench()
    for (name, shape) in [("x.npy", [24, 10, 12, 2]), ("large.npy", [1, 300, 260, 2])] {
      let noise = Fixtures.array(shape, note: "record=3", seed: 8)
      let sizes: [Float] = [3, 0.1]
      let values: [Float] = noise.floats.enumerated().map { $0.element * sizes[$0.offset % 2] }
      try bench.folder.write(arrayBytes(shape, values, notes: "record=3"), to: name)
    }
    try bench.folder.write((0..<24).map { "\($0 % 3)\n" }.joined(), to: "y")
    return bench
  }

  @Test(
    "codes of images as they are, by a model with --contrast, are those of patches --contrast",
    arguments: [
      "autoencoder --lambda 0.05 \(conv)", "autoencoder --lambda 0.05 \(local)",
      "psd --lambda 0.1 \(conv)", "dictionary --lambda 0.1 \(conv)",
      "drsae --labels y --unsupervised-epochs 1 --iterations 1 \(conv)",
    ])
  func contrast(_ fit: String) throws {
    let bench = try bench()
    // Pixels of patches are of one map, or of three.
    try bench.folder.write(
      Fixtures.array([24, 10, 12, 1], note: "record=3", seed: 3).bytes, to: "g.npy")
    try bench.output("patches --contrast 5 --size full g.npy -o c.npy")
    try bench.output("fit \(fit) --contrast 5 -o own.bin g.npy")
    try bench.output("fit \(fit) -o plain.bin c.npy")
    let expected = try bench.output("encode --no-notes -m plain.bin c.npy")
    #expect(try bench.output("encode --no-notes -m own.bin g.npy") == expected)
    #expect(try bench.output("encode --no-notes -m plain.bin g.npy") != expected)
    let exact = "encode --no-notes --solver fista --iterations 50 --gap 0"
    #expect(
      try bench.output("\(exact) -m own.bin g.npy") == bench.output("\(exact) -m plain.bin c.npy"))
    #expect(
      try bench.output("encode -m own.bin g.npy | decode --no-notes -m own.bin")
        == bench.output("encode -m plain.bin c.npy | decode --no-notes -m plain.bin"))
    let said = try bench.run(
      "encode --solver fista --mask g.npy -m own.bin g.npy")
    #expect(
      said.isFailure(of: "encode", saying: "own.bin normalises the local contrast"),
      "\(said.errors)")
  }

  /// Maps of ±2 and ±½ have these root mean squares, and are ±1 once divided by them.
  @Test("decode undoes the scale", arguments: ["autoencoder", "psd", "dictionary"])
  func scale(_ fit: String) throws {
    let bench = try bench()
    let shape = [24, 10, 12, 2]
    let signs = Fixtures.array(shape, seed: 4).floats
    let median = signs.sorted()[signs.count / 2]
    func values(_ sizes: [Float]) -> [Float] {
      signs.enumerated().map { $1 < median ? -sizes[$0 % 2] : sizes[$0 % 2] }
    }
    try bench.folder.write(arrayBytes(shape, values([2, 0.5]), notes: "record=3"), to: "s.npy")
    try bench.folder.write(arrayBytes(shape, values([1, 1]), notes: "record=3"), to: "ones.npy")
    try bench.output("fit \(fit) --lambda 0.1 \(Self.conv) --scale -o own.bin s.npy")
    try bench.output("fit \(fit) --lambda 0.1 \(Self.conv) -o plain.bin ones.npy")
    #expect(
      try bench.output("encode --no-notes -m own.bin s.npy")
        == bench.output("encode --no-notes -m plain.bin ones.npy"))
    func decoded(_ model: String, _ images: String) throws -> [Float] {
      let output = try bench.output("encode -m \(model) \(images) | decode -m \(model)")
      return try #require(NPY.stream(output)?.first).floats
    }
    let plain = try decoded("plain.bin", "ones.npy")
    let own = try decoded("own.bin", "s.npy")
    let expected: [Float] = plain.enumerated().map {
      $0.element * ([2, 0.5] as [Float])[$0.offset % 2]
    }
    #expect(own == expected)
    #expect(own.contains { $0 != 0 })
    // What is there of an image stays, and the code is of that, scaled.
    let exact = "encode --solver fista --iterations 20 --gap 0"
    try bench.folder.write(
      arrayBytes(shape, signs.map { $0 < median ? 0 : 1 }, notes: "record=3"), to: "m.npy")
    #expect(
      try bench.output("\(exact) --mask m.npy --no-notes -m own.bin s.npy")
        == bench.output("\(exact) --mask m.npy --no-notes -m plain.bin ones.npy"))
  }

  @Test(
    "any -j, and large images in strips or not", arguments: ["--scale", "--contrast 7 --scale"])
  func threads(_ options: String) throws {
    let bench = try bench()
    let fit = "fit autoencoder --lambda 0.05 \(Self.conv) \(options)"
    try bench.output("\(fit) -j 1 -o m.bin x.npy")
    try bench.output("\(fit) -j 2 -o two.bin x.npy")
    #expect(try bench.folder.read("m.bin") == bench.folder.read("two.bin"))
    let codes = try bench.output("encode -j 1 -m m.bin large.npy")
    #expect(try bench.output("encode -j 2 -m m.bin large.npy") == codes)
    // The map whose numbers are 30 times smaller counts as much.
    let report = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(report.contains("input.scale  [2]"))
    try bench.output("encode -m m.bin large.npy | decode -m m.bin -o back.npy")
  }

  @Test("fit lista, --start, and fit stack go by the steps of the model")
  func others() throws {
    let bench = try bench()
    let options = "\(Self.conv) --contrast 5 --scale"
    try bench.output("fit dictionary --lambda 0.1 \(options) -o d.bin x.npy")
    try bench.output("fit lista -m d.bin --epochs 0 -q -o l.bin x.npy")
    let report = String(decoding: try bench.output("inspect l.bin"), as: UTF8.self)
    #expect(report.contains("preprocessing = contrast,scale") && report.contains("contrast = 5"))
    let again = try bench.run(
      "fit dictionary --lambda 0.1 \(options) --start d.bin -o e.bin x.npy")
    #expect(again.succeeded && !again.errors.contains("prepared otherwise"))
    let other = try bench.run(
      "fit dictionary --lambda 0.1 \(Self.conv.dropLast(3)) --start d.bin -o e.bin x.npy")
    #expect(other.succeeded && other.errors.contains("prepared otherwise"), "\(other.errors)")
    for line in [
      "encode -m d.bin x.npy | pool --pools consecutive:1 --window 2 -o p.npy",
      "fit autoencoder --lambda 0.05 \(options) -o e.bin p.npy",
      "encode -m e.bin p.npy | pool --pools consecutive:1 --grid 1x1 -o f.npy",
      "fit classifier --labels y -q -o c.bin f.npy",
      "fit join -m d.bin -m e.bin -m c.bin -o net.bin",
      "fit stack -m net.bin --labels y --epochs 2 -q -j 1 -o one.bin x.npy",
      "fit stack -m net.bin --labels y --epochs 2 -q -j 2 -o two.bin x.npy",
    ] { try bench.output(line) }
    #expect(try bench.folder.read("one.bin") == bench.folder.read("two.bin"))
    #expect(
      try bench.output("encode --layer 2 -m net.bin x.npy") == bench.output("encode -m e.bin p.npy")
    )
  }

  @Test("what has no place")
  func refusals() throws {
    let bench = try bench()
    for (line, part) in [
      ("--code 4 --contrast 5", "--contrast has no effect without --geometry conv or local"),
      ("--code 4 --scale", "--scale has no effect without --geometry conv or local"),
      ("\(Self.conv) --contrast 4", "--contrast must be odd and from 3 to 4095, got 4"),
      ("\(Self.conv) --contrast 1", "--contrast must be odd and from 3 to 4095, got 1"),
      ("\(Self.conv) --scale --center", "take images as they are, or prepared by"),
    ] {
      for fit in ["autoencoder", "psd", "dictionary"] {
        let outcome = try bench.run("fit \(fit) \(line) -o m.bin x.npy")
        #expect(
          outcome.isFailure(code: 2, of: "fit", saying: part), "\(fit) \(line): \(outcome.errors)")
      }
    }
  }
}
