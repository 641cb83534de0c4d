import TestSupport
import Testing

/// What `fit` does where nobody says it: λ and the DC unit follow from the records.
@Suite struct DefaultTests {
  /// Holds windows [300,4,4,1]: `bright.npy`, 0.5 and a little noise; `dark.npy`, mostly 0; and
  /// `large.npy`, 64 times `bright.npy`.
  private let bench: LearnedEncoderTests.Bench

  init() throws {
    bench = try LearnedEncoderTests.Bench(records: 20)
    let noise = Fixtures.array([300, 4, 4, 1], seed: 5).floats
    for (name, values) in [
      ("bright.npy", noise.map { 0.5 + 0.25 * ($0 - 0.5) }),
      ("dark.npy", noise.map { max(0, 4 * $0 - 3) }),
      ("large.npy", noise.map { 64 * (0.5 + 0.25 * ($0 - 0.5)) }),
    ] {
      var array = NPY(shape: [300, 4, 4, 1], values)
      array.comment = "# sparsepipe record=3"
      try bench.folder.write(array.bytes, to: name)
    }
  }

  private func told(_ line: String) throws -> String {
    let outcome = try bench.run(line)
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return outcome.errors
  }

  private func card(_ model: String) throws -> String {
    String(decoding: try bench.output("inspect \(model)"), as: UTF8.self)
  }

  @Test(arguments: ["dictionary", "psd", "autoencoder"])
  func brightPicturesGetADCUnit(_ objective: String) throws {
    let line = "fit \(objective) --code 8 --epochs 1 -o m.bin"
    let words = try told("\(line) <bright.npy")
    #expect(words.contains("chose λ 0.02") && words.contains("(norm:0.1), a DC unit"), "\(words)")
    let card = try card("m.bin")
    #expect(card.contains("dc = 1\n") && card.contains("decoder.weight  [16,9]"), "\(card)")
    let dark = try told("\(line) <dark.npy")
    #expect(dark.contains("no DC unit (brightness is "), "\(dark)")
    #expect(try !self.card("m.bin").contains("dc = 1\n"))
    // Records that are no pictures, or have lost their means, get none, and nothing is said of it.
    for other in ["--record 1", "--center"] {
      let input = other == "--center" ? "<bright.npy" : "<flat.npy"
      try bench.folder.write(
        NPY(shape: [20, 16], [Float](repeating: 0, count: 320).indices.map { Float($0 % 7) + 9 })
          .bytes, to: "flat.npy")
      let words = try told("\(line) \(other) \(input)")
      #expect(words.contains("chose λ") && !words.contains("DC"), "\(other): \(words)")
    }
  }

  @Test(arguments: ["dictionary", "psd", "autoencoder"])
  func whatIsAskedForIsNotChosen(_ objective: String) throws {
    let line = "fit \(objective) --code 8 --epochs 1 -o m.bin --lambda 0.03"
    for (option, unit) in [("--dc", true), ("--no-dc", false)] {
      #expect(try !told("\(line) \(option) <bright.npy").contains("chose"))
      #expect(try card("m.bin").contains("dc = 1\n") == unit)
    }
    #expect(try told("\(line) --lambda norm:0.2 --no-dc -q <bright.npy").isEmpty)
    #expect(try card("m.bin").contains("lambda=norm:0.2"))
  }

  /// A DC unit that cannot go below 0 would lose the brightness of records that are.
  @Test func noDCUnitWhereItWouldBeCut() throws {
    try write("below", scale: 1, offset: -2)
    for (line, hasUnit) in [
      ("autoencoder", false), ("psd --nonlinearity relu", false),
      ("dictionary --nonnegative code", false), ("dictionary", true), ("psd", true),
    ] {
      let words = try told("fit \(line) --code 8 --epochs 1 -o m.bin <below.npy")
      #expect(words.contains("below 0 where no code can be") != hasUnit, "\(line): \(words)")
      #expect(try card("m.bin").contains("dc = 1\n") == hasUnit, "\(line)")
    }
  }

  /// `bright.npy` scaled and moved.
  private func write(_ name: String, scale: Float, offset: Float = 0) throws {
    let bright = try #require(NPY.stream(try bench.folder.read("bright.npy"))?.first)
    var array = NPY(shape: [300, 4, 4, 1], bright.floats.map { scale * $0 + offset })
    array.comment = "# sparsepipe record=3"
    try bench.folder.write(array.bytes, to: "\(name).npy")
  }

  /// Records that are far too small or too large for the usual rates are learned from, or it is said.
  @Test func sizesAtTheEnds() throws {
    try write("small", scale: 1e-6)
    try write("huge", scale: 1e25)
    let line = "--code 8 --epochs 2 -o m.bin"
    #expect(try !told("fit dictionary \(line) <small.npy").contains("worse than no code"))
    #expect(try told("fit psd \(line) <small.npy").contains("worse than no code"))
    for objective in ["dictionary", "psd", "autoencoder"] {
      let outcome = try bench.run("fit \(objective) \(line).huge -q <huge.npy")
      expectFailure(outcome, from: "fit", saying: "<stdin>: ", objective)
      #expect(outcome.errors.contains("is no longer finite"), "\(outcome.errors)")
      #expect(try !bench.folder.names().contains("m.bin.huge"), "\(objective)")
    }
  }

  /// 64 times the records give 64 times the codes and the same dictionary.
  @Test func sizeDoesNotMatter() throws {
    for name in ["bright", "large"] {
      try bench.output("fit dictionary --code 8 --epochs 2 -q -o \(name).bin <\(name).npy")
    }
    let statistics = try ["bright", "large"].map {
      try told("encode -m \($0).bin --solver cd --stats <\($0).npy >z.npy")
    }
    let densities = statistics.map { $0.split(separator: "density").last.map(String.init) }
    #expect(densities[0] == densities[1], "\(statistics)")
  }

  /// The mean of a record survives the way through an encoder of every nonlinearity.
  @Test(arguments: [
    "psd", "psd --iterations 1", "autoencoder", "autoencoder --iterations 1",
    "autoencoder --penalty group --pools consecutive:4",
  ])
  func brightnessComesBack(_ objective: String) throws {
    for nonlinearity in ["relu", "shrink", "smooth-shrink", "tanh", "linear"] {
      try bench.output(
        "fit \(objective) --nonlinearity \(nonlinearity) --code 8 --epochs 2 -q -o m.bin <bright.npy"
      )
      let back = try #require(
        NPY.stream(try bench.output("encode -m m.bin <bright.npy | decode -m m.bin"))?.first)
      let records = try #require(NPY.stream(try bench.folder.read("bright.npy"))?.first)
      for first in stride(from: 0, to: records.floats.count, by: 16) {
        let (x, y) = (records.floats[first..<first + 16], back.floats[first..<first + 16])
        let error = abs(x.reduce(0, +) - y.reduce(0, +)) / 16
        #expect(error < 1e-5, "\(objective) \(nonlinearity): record \(first / 16)")
      }
    }
  }

  /// The card says what came of `auto`: `EncoderStart.autoencoderRate`, here its largest.
  @Test func theRateOfAnAutoencoder() throws {
    let line = "fit autoencoder --code 8 --epochs 1 -q <bright.npy"
    let chosen = try told("\(line) -o chosen.bin") + card("chosen.bin")
    #expect(chosen.contains(" rate=auto ") && chosen.contains("\n  rate = 0.001\n"), "\(chosen)")
    let given = try told("\(line) --rate 0.001 -o given.bin") + card("given.bin")
    #expect(given.contains(" rate=0.001 "), "\(given)")
    let codes = try ["chosen", "given"].map { try bench.output("encode -m \($0).bin <bright.npy") }
    let values = codes.map { NPY.stream($0)?.first?.words }
    #expect(values[0] != nil && values[0] == values[1])
  }

  @Test func epoch0IsTheLossBeforeTraining() throws {
    for line in [
      "dictionary --code 8", "psd --code 8", "autoencoder --code 8", "lista -m d.bin",
      "drsae --labels y --code 8 --unsupervised-epochs 1",
    ] {
      let words = try told("fit \(line) --epochs 1 --validation 5 -o m.bin <x.npy")
      #expect(words.contains("fit: 0/") && words.contains("  validation "), "\(line): \(words)")
    }
  }
}
