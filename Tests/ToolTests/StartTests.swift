import TestSupport
import Testing

/// `fit … --start`: a training that begins with the weights of a model.
@Suite struct StartTests {
  typealias Bench = LearnedEncoderTests.Bench

  /// Rates at which weights stay what they are, to the fourth digit at least.
  private static let still = "--epochs 1 --rate 1e-12 --average none -q"

  private static let trainings: [(command: String, still: String)] = [
    ("psd --code 12 --center", still),
    ("autoencoder --code 12 --iterations 1 --lambda 0.02", still),
    ("lista -m d.bin --iterations 2", still), ("lista -m d.bin --iterations 2 --per-step", still),
    ("lista -m d.bin --kind lcod --iterations 4", still),
    ("lista -m dc.bin --iterations 1", still),
    (
      "drsae --labels y --code 12 --iterations 1 --unsupervised-epochs 0",
      still + " --batch 400"
    ),
  ]

  private func bench() throws -> Bench {
    let bench = try Bench()
    try bench.folder.write((0..<400).map { "\($0 % 3)\n" }.joined(), to: "y")
    try bench.output("fit dictionary --dc --code 12 --epochs 1 -q -o dc.bin <x.npy")
    return bench
  }

  /// Largest difference of the codes of two models.
  private func difference(_ first: String, _ second: String, _ bench: Bench) throws -> Float {
    let codes = try [first, second].map { name in
      try #require(NPY.stream(try bench.output("encode -m \(name) <x.npy"))?.first).floats
    }
    return zip(codes[0], codes[1]).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test(arguments: trainings.indices) func beginsWithAllWeights(_ index: Int) throws {
    let (command, still) = Self.trainings[index]
    let bench = try bench()
    try bench.output("fit \(command) --epochs 3 -q -o m.bin <x.npy")
    try bench.output("fit \(command) \(still) --start m.bin -o same.bin <x.npy")
    try bench.output("fit \(command) \(still) -o other.bin <x.npy")
    #expect(try difference("m.bin", "same.bin", bench) < 1e-4, "\(command)")
    #expect(try difference("m.bin", "other.bin", bench) > 1e-3, "\(command)")
    try bench.output("fit \(command) \(still) --start m.bin -o again.bin <x.npy")
    #expect(try bench.folder.read("again.bin") == bench.folder.read("same.bin"))
    let card = String(decoding: try bench.output("inspect same.bin"), as: UTF8.self)
    #expect(card.contains(" start="), "\(card)")
  }

  /// A dictionary begins where another one ended, a DC unit apart.
  @Test func dictionaries() throws {
    let bench = try bench()
    let line = "fit dictionary --code 12 --epochs 1 --validation 100"
    for dc in ["", "--dc"] {
      try bench.output("\(line) \(dc) --epochs 5 -q -o a.bin <x.npy")
      try bench.output("\(line) \(dc) -q --start a.bin --log warm.tsv -o b.bin <x.npy")
      try bench.output("\(line) \(dc) -q --log cold.tsv -o c.bin <x.npy")
      let energies = try ["warm.tsv", "cold.tsv"].map { name in
        let rows = String(decoding: try bench.folder.read(name), as: UTF8.self)
          .split(separator: "\n").map { $0.split(separator: "\t") }
        let column = try #require(rows[0].firstIndex(of: "energy"))
        return try #require(Double(rows[1][column]))
      }
      #expect(energies[0] < energies[1], "\(dc)")
    }
    // Atoms serve all that have a dictionary; what was done to records is told where it differs.
    try bench.output("fit psd --code 12 --epochs 1 -q --start dc.bin -o p.bin <x.npy")
    let outcome = try bench.run("fit psd --center --code 12 --epochs 1 --start dc.bin -o p <x.npy")
    #expect(outcome.errors.contains("fit: dc.bin was trained on records that were prepared other"))
  }

  @Test(arguments: [
    ("psd --code 13 --start m.bin", "m.bin: cannot begin with it: units: 12, this training has 13"),
    (
      "psd --code 12 --nonlinearity relu --start m.bin",
      "m.bin: cannot begin with it: nonlinearity: tanh, this training has relu"
    ),
    (
      "psd --code 12 --iterations 2 --start m.bin",
      "m.bin: cannot begin with it: T: 0, this training has 2"
    ),
    ("lista -m d.bin --start d.bin", "d.bin: a dictionary, expected a model with a trained enc"),
    ("psd --code 12 --start c.bin", "c.bin: a classifier, expected a model with a dictionary"),
    (
      "drsae --labels y --code 12 --iterations 1 --start z.bin",
      "z.bin: cannot begin with it: classes: 2, this training has 3"
    ),
    (
      "lista -m dc.bin --iterations 1 --per-step --start l.bin",
      "l.bin: cannot begin with it: weights of passes: shared, this training has each pass its own"
    ),
    (
      "dictionary --code 12 --nonnegative dictionary --start dc.bin",
      "dc.bin: cannot begin with it: atoms go below 0"
    ),
    ("psd --code 12 --start none.bin", "none.bin: cannot open"),
  ])
  func refusesWhatDoesNotMeet(_ options: String, _ words: String) throws {
    let bench = try bench()
    try bench.folder.write((0..<400).map { "\($0 % 2)\n" }.joined(), to: "two")
    for line in [
      "psd --code 12 -o m.bin", "classifier --labels y -o c.bin",
      "lista -m dc.bin --iterations 1 -o l.bin",
      "drsae --labels two --code 12 --iterations 1 -o z.bin",
    ] {
      let epochs = line.hasPrefix("classifier") ? "" : "--epochs 1"
      try bench.output("fit \(line) \(epochs) -q <x.npy")
    }
    expectFailure(
      try bench.run("fit \(options) -q -o o <x.npy"), from: "fit", saying: words, options)
  }

  @Test func otherRecordsAndOtherStarts() throws {
    let bench = try bench()
    try bench.folder.write(Fixtures.array([50, 5, 5, 1], note: "record=3").bytes, to: "s.npy")
    expectFailure(
      try bench.run("fit psd --code 12 -q --start dc.bin -o o <s.npy"), from: "fit",
      saying: "dc.bin expects records of", "other records")
    expectFailure(
      try bench.run("fit psd --code 13 -q --start - -o o x.npy <dc.bin"), from: "fit",
      saying: "<stdin>: cannot begin with it", "a start on standard input")
    let line = "fit dictionary --code 12 --epochs 1 -q"
    try bench.output("\(line) --start dc.bin --checkpoint c.ckpt -o m.bin <x.npy")
    try bench.output("\(line) --start dc.bin --resume c.ckpt -o same.bin <x.npy")
    #expect(try bench.folder.read("same.bin") == bench.folder.read("m.bin"))
    for other in ["", "--start m.bin"] {
      let outcome = try bench.run("\(line) \(other) --resume c.ckpt -o n.bin <x.npy")
      expectFailure(outcome, from: "fit", saying: "c.ckpt: was made with start=", other)
    }
  }
}
