import TestSupport
import Testing

/// Networks of layers, as a shell runs them: whatever a network does is what the pipe of its layers does.
@Suite struct NetworkTests {
  typealias Bench = LearnedEncoderTests.Bench

  /// A network by the lines that make its layers, the stages between them, and what it ends in.
  struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// From the images, `im.npy`.
    let records: String
    /// `fit` of each layer without its files.
    let fits: [String]
    /// After each layer; the last is before the classifier.
    let stages: [String]
    var isClassified: Bool { stages.count == fits.count }
  }

  static let conv = "autoencoder --epochs 1 --batch 16 --lambda 0.05 -q --geometry conv"
  static let samples = [
    Sample(
      testDescription: "convolutions", records: "cat im.npy",
      fits: ["\(conv) --kernel 3 --code 8", "\(conv) --kernel 2 --stride 2 --code 6"],
      stages: [
        "pool --pools consecutive:2 --window 2", "pool --pools consecutive:3 --mode max --grid 1x2",
      ]),
    Sample(
      testDescription: "padded, two poolings one after another", records: "cat im.npy",
      fits: ["\(conv) --kernel 3 --border same --code 8", "\(conv) --kernel 3 --code 4"],
      stages: [
        "pool --pools consecutive:2 | pool --pools consecutive:1 --mode mean --window 3 --stride 2",
        "pool --pools consecutive:1 --grid 2x1",
      ]),
    Sample(
      testDescription: "windows, and whole maps of them",
      records: "patches --size 5 --stride 3 im.npy",
      fits: [
        "dictionary --code 12 --dc --epochs 1 -q --lambda 0.1",
        "dictionary --code 10 --epochs 1 -q --lambda 0.1",
      ], stages: ["pool --window 2 --stride 1", "pool --pools consecutive:2"]),
    Sample(
      testDescription: "windows, and units of each", records: "patches --size 5 --stride 3 im.npy",
      fits: [
        "dictionary --code 12 --dc --epochs 1 -q --lambda 0.1",
        "psd --code 10 --epochs 1 -q --lambda 0.1",
      ], stages: ["pool", "pool --grid 1x1 --pools consecutive:1"]),
    Sample(
      testDescription: "windows, and convolutions of their grid",
      records: "patches --size 5 --stride 3 im.npy",
      fits: ["dictionary --code 12 --epochs 1 -q --lambda 0.1", "\(conv) --kernel 2 --code 4"],
      stages: ["pool --window 1", "pool --pools consecutive:2 --window 1"]),
    Sample(
      testDescription: "local units", records: "cat im.npy",
      fits: [
        "autoencoder --epochs 1 -q --lambda 0.05 --geometry local --kernel 3 --period 2x5 --code 2",
        "\(conv) --kernel 2 --code 4",
      ], stages: ["pool --pools consecutive:1 --window 2", "pool --window 2x3"]),
    Sample(
      testDescription: "pools of the model", records: "cat im.npy",
      fits: [
        "\(conv) --kernel 3 --code 6 --penalty group --pools sets.txt",
        "\(conv) --kernel 2 --code 4",
      ],
      stages: ["pool -m l1.bin --window 2", "pool --pools consecutive:4 --grid 1x1"]),
    Sample(
      testDescription: "pools over windows", records: "cat im.npy",
      fits: [
        "\(conv) --kernel 3 --code 8 --penalty group --pools consecutive:4 --pool-window 2",
        "\(conv) --kernel 2 --code 4",
      ], stages: ["pool"]),
    Sample(
      testDescription: "maps into units that classify", records: "cat im.npy",
      fits: [
        "\(conv) --kernel 3 --code 5 --stride 2",
        "drsae --labels y --unsupervised-epochs 1 --epochs 1 -q --code 6 --iterations 2 --lambda 0.05",
      ], stages: ["pool --pools consecutive:1 --window 1"]),
    Sample(
      testDescription: "whitening, and a dictionary", records: "patches --size 3 --stride 3 im.npy",
      fits: [
        "whiten -q", "dictionary --code 6 --epochs 1 -q --lambda 0.1",
        "dictionary --code 5 --epochs 1 -q --lambda 0.1",
      ], stages: ["cat", "cat"]),
    Sample(
      testDescription: "maps that are prepared", records: "cat im.npy",
      fits: [
        "\(conv) --kernel 3 --code 6 --contrast 5",
        "\(conv) --kernel 2 --code 4 --contrast 3 --scale",
      ],
      stages: ["pool --pools consecutive:2 --window 2", "pool --pools consecutive:2 --grid 1x1"]),
  ]

  /// A folder with the layers of a network, `net.bin`, and what each makes: codes `z1.npy`, features `p1.npy`.
  static func bench(_ sample: Sample) throws -> Bench {
    let bench = try Bench()
    try bench.folder.write((0..<24).map { "\($0 % 3)\n" }.joined(), to: "y")
    try bench.folder.write("0 1 2\n2 3\n4 5\n", to: "sets.txt")
    try bench.folder.write(
      Fixtures.array([24, 10, 12, 1], note: "record=3", seed: 5).bytes, to: "im.npy")
    try bench.output("\(sample.records) >p0.npy")
    for (index, fit) in sample.fits.enumerated() {
      let number = index + 1
      try bench.output("fit \(fit) -o l\(number).bin p\(index).npy")
      try bench.output("encode -m l\(number).bin p\(index).npy -o z\(number).npy")
      guard index < sample.stages.count else { continue }
      try bench.output("cat z\(number).npy | \(sample.stages[index]) >p\(number).npy")
    }
    let count = sample.fits.count
    let layers = (1...count).map { "-m l\($0).bin" }.joined(separator: " ")
    guard sample.isClassified else {
      try bench.output("fit join \(layers) -o net.bin")
      return bench
    }
    try bench.output("fit classifier --labels y -q -o c.bin p\(count).npy")
    try bench.output("fit join \(layers) -m c.bin -o net.bin")
    return bench
  }

  // MARK: Equal bytes

  @Test("pool --concat after two poolings, one after another")
  func concat() throws {
    let sample = try #require(Self.samples.first { $0.testDescription.hasPrefix("padded, two") })
    let bench = try Self.bench(sample)
    let features = try #require(NPY.stream(try bench.folder.read("p1.npy"))?.first)
    try bench.folder.write(Fixtures.array([24, 1], note: "record=1", seed: 2).bytes, to: "one.npy")
    let other = try #require(NPY.stream(try bench.folder.read("one.npy"))?.first).floats
    let both = try #require(
      NPY.stream(try bench.output("pool -m net.bin --concat one.npy z1.npy"))?.first)
    let length = features.floats.count / 24
    #expect(both.shape == [24, length + 1])
    let expected: [Float] = (0..<24).flatMap { record -> [Float] in
      Array(features.floats[record * length..<(record + 1) * length]) + [other[record]]
    }
    #expect(both.floats == expected)
  }

  @Test("codes of a network are those of the pipe", arguments: samples)
  func codes(_ sample: Sample) throws {
    let bench = try Self.bench(sample)
    let count = sample.fits.count
    let expected = try bench.folder.read("z\(count).npy")
    for options in ["", "-j 1", "-j 2", "--layer \(count)"] {
      #expect(try bench.output("encode -m net.bin \(options) p0.npy") == expected, "\(options)")
    }
    #expect(try bench.output("encode -m net.bin --layer 1 p0.npy") == bench.folder.read("z1.npy"))
    // From codes and from features of the layer before, which are known by their notes.
    for start in ["z\(count - 1).npy", "p\(count - 1).npy"] {
      #expect(try bench.output("encode -m net.bin \(start)") == expected, "\(start)")
    }
    // A pool between them is what the next layer takes.
    if sample.stages[0] != "cat" {
      #expect(try bench.output("pool -m net.bin z1.npy") == bench.folder.read("p1.npy"))
    }
    // However the stream is cut.
    let codes = try #require(NPY.stream(expected))
    let twice = try #require(NPY.stream(try bench.output("cat p0.npy p0.npy | encode -m net.bin")))
    #expect(twice == codes + codes)
    let some = try #require(NPY.stream(try bench.folder.read("p0.npy"))?.first)
    for part in [0..<7, 7..<24] {
      let record = some.words.count / some.shape[0]
      var array = some
      array.shape[0] = part.count
      array.words = Array(some.words[part.lowerBound * record..<part.upperBound * record])
      let found = try Child.shell(
        "encode -m net.bin", input: array.bytes, options: .init(folder: bench.folder.path))
      let own = codes[0].words.count / codes[0].shape[0]
      #expect(
        NPY.stream(found.output)?.first?.words
          == Array(codes[0].words[part.lowerBound * own..<part.upperBound * own]), "\(part)")
    }
    // Of no record.
    var none = some
    (none.shape[0], none.words) = (0, [])
    let empty = try Child.shell(
      "encode -m net.bin", input: none.bytes, options: .init(folder: bench.folder.path))
    #expect(NPY.stream(empty.output)?.first?.shape == [0] + codes[0].shape.dropFirst())
    try bench.output("decode -m net.bin z\(count).npy | cat >back.npy")
    #expect(
      try bench.output("decode -m l\(count).bin z\(count).npy") == bench.folder.read("back.npy"))
    try bench.output("inspect net.bin")
    try bench.output("inspect --json net.bin")
  }

  /// They go through in strips, as in the pipe.
  @Test("large images", arguments: samples)
  func largeImages(_ sample: Sample) throws {
    guard !sample.stages.joined().contains("sets") else { return }
    let bench = try Self.bench(sample)
    try bench.folder.write(
      Fixtures.array([2, 260, 240, 1], note: "record=3", seed: 8).bytes, to: "large.npy")
    let records = sample.records.replacing("im.npy", with: "large.npy")
    // Layers of whole records take none of another size.
    let pipe =
      "\(records) | encode -m l1.bin | \(sample.stages[0]) | encode -m l2.bin -o expected.npy"
    let whole = try bench.run(pipe)
    let network = "encode -m net.bin --layer 2"
    guard try bench.folder.names().contains("expected.npy") else {
      try bench.output("\(records) >large0.npy")
      return expectFailure(
        try bench.run("\(network) large0.npy"), from: "encode",
        saying: "layer 2 of net.bin expects records", "\(whole.errors)")
    }
    for threads in 1...3 {
      try bench.output("\(records) | \(network) -j \(threads) -o found.npy")
      #expect(try bench.folder.read("found.npy") == bench.folder.read("expected.npy"))
    }
  }

  @Test("labels of images, of codes and of features", arguments: samples.filter(\.isClassified))
  func classes(_ sample: Sample) throws {
    let bench = try Self.bench(sample)
    let count = sample.fits.count
    for options in ["", "--scores", "--top 2", "--labels y", "--scores -j 2"] {
      let expected = try bench.output("classify -m c.bin \(options) p\(count).npy")
      let starts = ["p0.npy"] + (1...count).flatMap { ["z\($0).npy", "p\($0).npy"] }
      for start in starts {
        #expect(
          try bench.output("classify -m net.bin \(options) \(start)") == expected,
          "\(options) \(start)")
      }
    }
  }

  @Test func aLayerThatClassifies() throws {
    let sample = try #require(Self.samples.first { $0.testDescription.contains("that classify") })
    let bench = try Self.bench(sample)
    let expected = try bench.output("classify -m l2.bin --scores z2.npy")
    for start in ["p0.npy", "z1.npy", "z2.npy"] {
      #expect(try bench.output("classify -m net.bin --scores \(start)") == expected, "\(start)")
    }
  }

  @Test("exact codes, traces and passes of the last layer", arguments: [0, 2])
  func lastLayer(_ index: Int) throws {
    let bench = try Self.bench(Self.samples[index])
    let all =
      index == 0
      ? ["--solver fista --gap 1e-3", "--solver sparsa --warm-start --stats"]
      : [
        "--solver homotopy", "--solver cd --lambda 0.3", "--iterations 7",
        "--trace --iterations 3", "--solver fista --nonnegative",
      ]
    for options in all {
      let network = try bench.run("encode -m net.bin \(options) p0.npy")
      let pipe = try bench.run("encode -m l2.bin \(options) p1.npy")
      #expect(network.succeeded && network.output == pipe.output, "\(options): \(network.errors)")
      #expect(network.errors == pipe.errors, "\(options)")
    }
  }

  @Test("networks of networks, and layers out of them")
  func joining() throws {
    let bench = try Self.bench(Self.samples[0])
    try bench.output("fit join -m net.bin --layers 1 -o one.bin")
    try bench.output("fit join -m net.bin --layers 2:3 -o rest.bin")
    for (number, name) in ["l1.bin", "l2.bin", "c.bin"].enumerated() {
      try bench.output("fit join -m net.bin --layers \(number + 1) -o part.bin")
      #expect(try bench.folder.read("part.bin") == bench.folder.read(name))
    }
    try bench.output("fit join -m one.bin -m rest.bin -o again.bin")
    #expect(try bench.folder.read("again.bin") == bench.folder.read("net.bin"))
    try bench.output("fit join -m net.bin --layers 1:3 -o again.bin")
    #expect(try bench.folder.read("again.bin") == bench.folder.read("net.bin"))
    // What begins with features of a layer that it has not got takes them.
    #expect(
      try bench.output("classify -m rest.bin p1.npy") == bench.output("classify -m net.bin p0.npy"))
    // Streams without notes are records; a window is that of the first layer.
    try bench.output("encode -m net.bin p0.npy --no-notes -o plain.npy")
    #expect(
      try bench.output("patches -m net.bin im.npy") == bench.output("patches -m l1.bin im.npy"))
  }

  /// Layers that were learned from streams without notes.
  @Test func poolingInWords() throws {
    let bench = try Self.bench(Self.samples[0])
    let (fit, stage) = (Self.samples[0].fits[1], "pool --pools consecutive:2 --window 2 --no-notes")
    try bench.output("\(stage) z1.npy -o plain.npy")
    try bench.output("fit \(fit) --record 3 -o l2.bin plain.npy")
    expectFailure(
      try bench.run("fit join -m l1.bin -m l2.bin -o n.bin"), from: "fit",
      saying:
        "layer 2 does not say how the codes of layer 1 become what it takes; say it with --pooling",
      "join")
    try bench.output("fit join -m l1.bin -m l2.bin --pooling l2,consecutive:2,2x2:2x2 -o n.bin")
    #expect(
      try NPY.stream(bench.output("encode -m n.bin p0.npy"))?.map(\.floats)
        == NPY.stream(bench.output("encode -m l2.bin plain.npy"))?.map(\.floats))
    // The second layer of the network says it.
    try bench.output("fit join -m n.bin --layers 2 -o again.bin")
    try bench.output("fit join -m l1.bin -m again.bin -o two.bin")
    #expect(try bench.folder.read("two.bin") == bench.folder.read("n.bin"))
  }

  // MARK: Pictures

  @Test("mosaic draws deep layers in pixels")
  func pictures() throws {
    let bench = try Self.bench(Self.samples[0])
    #expect(try bench.output("mosaic net.bin --layer 1") == bench.output("mosaic l1.bin"))
    let picture = try bench.output("mosaic net.bin --scale 1 --columns 3 --gap 0")
    // A 2x2 window of 2x2 windows, 2 apart: 4 places of 3 pixels, 6x6 in 2 rows of 3.
    #expect(Array(picture[16..<24]) == [0, 0, 0, 18, 0, 0, 0, 12])
    #expect(try bench.output("mosaic net.bin --layer 2 --scale 1 --columns 3 --gap 0") == picture)
    let others = try ["encoder", "pairs"].map { try bench.output("mosaic net.bin --filters \($0)") }
    #expect(others[0] != picture && others[1] != others[0])
    try bench.output("mosaic net.bin --order use --codes z2.npy -o use.png")
    expectFailure(
      try bench.run("mosaic net.bin --order use --codes z1.npy"), from: "mosaic",
      saying: "but layer 2 of net.bin is model", "codes")
    expectFailure(
      try bench.run("mosaic net.bin --layer 3"), from: "mosaic",
      saying: "layer 3 cannot be drawn in pixels: layer 3 takes 1x2 parts of maps", "parts")
    expectFailure(
      try bench.run("mosaic net.bin --filters classifier"), from: "mosaic",
      saying: "a autoencoder has no filters of the classifier", "classifier")
  }
}
