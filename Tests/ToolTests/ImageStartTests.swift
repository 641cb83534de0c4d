import TestSupport
import Testing

/// `fit … --start` of models whose units see windows of images.
@Suite struct ImageStartTests {
  typealias Bench = LearnedEncoderTests.Bench

  /// A folder with 40 images of 10×12, their labels, images of another size and others in colour.
  private func bench() throws -> Bench {
    let bench = try Bench()
    for (name, shape) in [
      ("images", [40, 10, 12, 1]), ("large", [40, 12, 12, 1]), ("color", [40, 10, 12, 3]),
    ] {
      try bench.folder.write(
        Fixtures.array(shape, note: "record=3", seed: 5).bytes, to: "\(name).npy")
    }
    try bench.folder.write((0..<40).map { "\($0 % 3)\n" }.joined(), to: "y")
    try bench.output("\(Self.dictionary) --epochs 2 -q -o d.bin <images.npy")
    return bench
  }

  private static let conv = "--geometry conv --kernel 3 --border full --code 4"
  private static let dictionary = "fit dictionary \(conv) --lambda 0.1"
  private static let trainings = [
    "psd \(conv)", "psd --geometry local --kernel 3 --period 4x5 --code 2 --iterations 1",
    "autoencoder \(conv) --iterations 2 --lambda 0.02",
    "autoencoder --geometry local --kernel 3 --period 2x5 --stride 1",
    "lista -m d.bin --iterations 2", "lista -m d.bin --iterations 1 --per-step",
    "drsae --labels y \(conv) --iterations 1 --unsupervised-epochs 0 --batch 40 --average none",
  ]

  /// Largest difference of what two models make of the images: codes, and the images that these stand for.
  private func difference(_ first: String, _ second: String, _ bench: Bench) throws -> Float {
    var largest: Float = 0
    for line in ["encode -m M <images.npy", "encode -m M <images.npy | decode -m M"] {
      let found = try [first, second].map {
        try #require(NPY.stream(try bench.output(line.replacing("M", with: $0)))?.first).floats
      }
      largest = zip(found[0], found[1]).reduce(largest) { max($0, abs($1.0 - $1.1)) }
    }
    return largest
  }

  @Test(arguments: trainings) func beginsWithAllWeights(_ command: String) throws {
    let bench = try bench()
    try bench.output("fit \(command) --epochs 3 --rate 0.01 -q -o m.bin <images.npy")
    let still = "fit \(command) --epochs 1 --rate 1e-12 -q"
    try bench.output("\(still) --start m.bin -o same.bin <images.npy")
    try bench.output("\(still) -o other.bin <images.npy")
    #expect(try difference("m.bin", "same.bin", bench) < 1e-4)
    #expect(try difference("m.bin", "other.bin", bench) > 1e-3)
    let card = String(decoding: try bench.output("inspect same.bin"), as: UTF8.self)
    #expect(card.contains(" start="), "\(card)")
  }

  /// A dictionary begins where another one ended, also on images of another size.
  @Test func dictionaries() throws {
    let bench = try bench()
    let line = "\(Self.dictionary) --epochs 0 -q --validation 20 --start d.bin"
    try bench.output("\(line) -o same.bin <images.npy")
    #expect(try difference("d.bin", "same.bin", bench) == 0)
    try bench.output("\(line) -o large.bin <large.npy")
    #expect(try difference("d.bin", "large.bin", bench) == 0)
    // Atoms serve all that have a dictionary.
    try bench.output("fit psd \(Self.conv) --epochs 0 --start d.bin -q -o p.bin <images.npy")
    let codes = try bench.output("encode -m d.bin --no-notes <images.npy")
    try bench.folder.write(codes, to: "z.npy")
    #expect(
      try NPY.stream(bench.output("decode -m p.bin z.npy"))
        == NPY.stream(bench.output("decode -m d.bin z.npy")))
  }

  @Test func goesOn() throws {
    let bench = try bench()
    let line = "\(Self.dictionary) --epochs 2 -q --start d.bin"
    try bench.output("\(line) --checkpoint c.ckpt -o m.bin <images.npy")
    try bench.output("\(line) --resume c.ckpt -o same.bin <images.npy")
    #expect(try bench.folder.read("same.bin") == bench.folder.read("m.bin"))
    expectFailure(
      try bench.run("\(Self.dictionary) --epochs 2 --resume c.ckpt -o n.bin <images.npy"),
      from: "fit", saying: "c.ckpt: was made with start=", "another start")
  }

  private static let local = "--geometry local --kernel 3 --code 4"

  @Test(arguments: [
    ("\(local) --border full", "geometry: conv, this training has local"),
    ("--code 4", "geometry: conv, this training has dense"),
    (
      "--geometry conv --kernel 3x5 --code 4 --padding 2",
      "kernel: 3x3, this training has 3x5"
    ),
    ("--geometry conv --kernel 3 --code 4 --border same", "padding: 2, this training has 1"),
    ("\(conv) --stride 2", "stride: 1, this training has 2"),
    ("\(conv) --code 5", "units: 4, this training has 5"),
    ("\(local) --period 4x5 --start l.bin", "period: 2x5, this training has 4x5"),
    ("\(local) --period 2x5 --code 3 --start l.bin", "units: 40, this training has 30"),
    ("\(conv) --start w.bin", "geometry: dense, this training has conv"),
    ("\(conv) <color.npy", "channels: 1, this training has 3"),
  ])
  func refusesWhatDoesNotMeet(_ options: String, _ words: String) throws {
    let bench = try bench()
    try bench.output("fit dictionary \(Self.local) --period 2x5 --epochs 0 -q -o l.bin <images.npy")
    try bench.output("fit dictionary --code 4 --epochs 0 -q -o w.bin <images.npy")
    let start = options.contains("--start") ? "" : "--start d.bin"
    let input = options.contains("<") ? "" : "<images.npy"
    for objective in ["dictionary", "psd", "autoencoder", "drsae --labels y"] {
      let line = "fit \(objective) \(start) -q -o o \(options) \(input)"
      expectFailure(
        try bench.run(line), from: "fit", saying: "cannot begin with it: \(words)", line)
    }
  }

  @Test func classifiersAndEncoders() throws {
    let bench = try bench()
    let drsae = "fit drsae --labels y \(Self.conv) --iterations 1 --epochs 1 -q"
    try bench.output("\(drsae) -o z.bin <images.npy")
    expectFailure(
      try bench.run("\(drsae) --start z.bin -o o <large.npy"), from: "fit",
      saying: "z.bin: cannot begin with it: images: 10x12, this training has 12x12", "images")
    for (options, words) in [
      ("--start d.bin", "d.bin: a dictionary, expected a model with a trained encoder"),
      ("--start z.bin", "z.bin: cannot begin with it: nonlinearity: relu, this training has shr"),
      ("--start w.bin", "w.bin: cannot begin with it: geometry: dense, this training has conv"),
    ] {
      try bench.output("fit psd --code 4 --epochs 0 -q -o w.bin <images.npy")
      expectFailure(
        try bench.run("fit lista -m d.bin --iterations 1 -q \(options) -o o <images.npy"),
        from: "fit", saying: words, options)
    }
  }
}
