import TestSupport
import Testing

/// `fit dictionary --variational` and its models, as a shell has them.
@Suite struct VariationalTests {
  typealias Bench = LearnedEncoderTests.Bench

  private static let fit = "fit dictionary --epochs 3 -q"

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func codes(_ line: String, _ bench: Bench) throws -> NPY {
    try #require(NPY.stream(try bench.output(line))?.first)
  }

  @Test(
    "a dictionary is learned, the same on any threads and taken up again",
    arguments: [
      "--code 12 --variational 100", "--code 12 --variational 3000 --dc --lambda 0.05",
      "--code 10 --variational 1e9 --nonnegative dictionary",
      "--code 12 --variational 500 --center",
      "--code 16 --variational 2000 --prune-below 0.05 --validation 20",
    ])
  func learns(_ options: String) throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) \(options) --log log -j 1 -o m.bin x.npy")
    try bench.output("\(Self.fit) \(options) -j 3 -o m3.bin x.npy")
    #expect(try bench.folder.read("m.bin") == bench.folder.read("m3.bin"))
    try bench.output("\(Self.fit) \(options) --epochs 2 --checkpoint c.ckpt -o half.bin x.npy")
    try bench.output("\(Self.fit) \(options) --resume c.ckpt -o resumed.bin x.npy")
    #expect(try bench.folder.read("resumed.bin") == bench.folder.read("m.bin"))
    let report = text(try bench.output("inspect m.bin"))
    #expect(report.contains("  variational = ") && report.contains("variational="), "\(report)")
    #expect(!report.contains("encoder.weight"))
    // Means are hardly ever 0, and the density is of those that are told from it.
    let z = try codes("encode -m m.bin --solver cd x.npy", bench)
    #expect(z.floats.allSatisfy { $0 != 0 && $0.isFinite })
    let line = try bench.run("encode -m m.bin --solver cd --gap 1e-5 --stats x.npy -o z.npy").errors
    let words = line.split { $0 == " " || $0 == "\n" }.map(String.init)
    func figure(_ name: String) throws -> Double {
      let place = try #require(words.firstIndex(of: name))
      return try #require(Double(words[place + 1]))
    }
    #expect(try figure("gap") <= 1.1e-5, "\(line)")
    #expect(try (0.01..<0.99).contains(figure("density")), "\(line)")
    let log = text(try bench.folder.read("log")).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }
    let column = try #require(log[0].firstIndex(of: "energy"))
    let energies = log.dropFirst().compactMap { Double($0[column]) }
    #expect(energies.count == 3 && energies[2] < energies[0], "\(energies)")
    if !options.contains("prune") {
      #expect(abs(try figure("energy") / energies[2] - 1) < 0.1, "\(line) \(energies)")
    }
    try bench.output("decode -m m.bin z.npy -o back.npy")
  }

  @Test("variances and samples are those of the Gaussians")
  func variances() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --code 12 --variational 3000 --dc -o m.bin x.npy")
    let means = try codes("encode -m m.bin --solver cd x.npy", bench)
    let variances = try codes("encode -m m.bin --solver cd --variance x.npy", bench)
    #expect(variances.shape == means.shape && variances.shape[1] == 13)
    for (index, variance) in variances.floats.enumerated() {
      #expect(index % 13 == 12 ? variance == 0 : variance > 0)
    }
    let sample = try codes("encode -m m.bin --solver cd --sample -s 5 -j 3 x.npy", bench)
    #expect(
      try codes("encode -m m.bin --solver cd --sample -s 5 x.npy", bench).floats == sample.floats)
    var (square, count) = (0.0, 0.0)
    for index in means.floats.indices where variances.floats[index] > 0 {
      let difference = Double(sample.floats[index] - means.floats[index])
      square += difference * difference / Double(variances.floats[index])
      count += 1
    }
    #expect(abs(square / count - 1) < 0.1, "\(square / count)")
    expectFailure(
      try bench.run("encode -m d.bin --solver cd --variance x.npy"), from: "encode",
      saying: "codes of d.bin have no noise", "without")
  }

  /// Records four times as large, λ as well: β is of records of norm 1, and the dictionary the same to the bit.
  @Test func sizeOfRecordsDoesNotMatter() throws {
    let bench = try Bench()
    let x = Fixtures.array([400, 4, 4, 1], note: "record=3", seed: 3)
    let larger = NPY(shape: x.shape, x.floats.map { 4 * $0 })
    try bench.folder.write(larger.bytes, to: "larger.npy")
    let options = "\(Self.fit) --code 12 --variational 300 --record 3"
    try bench.output("\(options) --lambda 0.05 -o m.bin x.npy")
    try bench.output("\(options) --lambda 0.2 -o l.bin larger.npy")
    try bench.output("encode -m m.bin --solver cd x.npy -o z.npy")
    let z = try codes("encode -m m.bin --solver cd x.npy", bench)
    let own = try codes("encode -m l.bin --solver cd larger.npy", bench)
    #expect(own.floats == z.floats.map { 4 * $0 })
    let norms = try codes("encode -m m.bin --solver cd larger.npy", bench)
    #expect(norms.floats != own.floats)
  }

  /// With hardly any entropy it is the dictionary of L1.
  @Test func largeBetaIsL1() throws {
    let bench = try Bench()
    try bench.output(
      "\(Self.fit) --code 16 --dc --lambda 0.1 --variational 1e10 --epochs 0 --start d.bin -o m.bin x.npy"
    )
    let means = try codes("encode -m m.bin --solver cd --gap 1e-7 x.npy", bench)
    let plain = try codes("encode -m d.bin --solver cd --gap 1e-7 x.npy", bench)
    #expect(agree(means.floats, plain.floats, within: 2e-3))
    // Missing values leave the problem of the rest.
    let mask = NPY(shape: [400, 4, 4, 1], (0..<6400).map { $0 % 5 == 2 ? 0 : 1 })
    try bench.folder.write(mask.bytes, to: "mask.npy")
    let (part, ofPlain) = try (
      codes("encode -m m.bin --solver cd --gap 1e-7 --mask mask.npy x.npy", bench),
      codes("encode -m d.bin --solver cd --gap 1e-7 --mask mask.npy x.npy", bench)
    )
    #expect(agree(part.floats, ofPlain.floats, within: 2e-3))
  }

  /// The entropy takes it above ½‖x‖², which says nothing of the training.
  @Test func energyHasAZeroOfItsOwn() throws {
    let bench = try Bench()
    let outcome = try bench.run(
      "fit dictionary --epochs 2 --code 12 --dc --variational 40 --log log -o m.bin x.npy")
    #expect(outcome.succeeded && !outcome.errors.contains("worse"), "\(outcome.errors)")
    let x = Fixtures.array([400, 4, 4, 1], seed: 3).floats
    let squares = (0..<400).map { record in
      let values = x[record * 16..<(record + 1) * 16]
      let mean = values.reduce(0, +) / 16
      return Double(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
    }
    let log = text(try bench.folder.read("log")).split(separator: "\n").map {
      $0.split(separator: "\t")
    }
    let column = try #require(log[0].firstIndex(of: "energy"))
    let energy = try #require(Double(log[2][column]))
    #expect(energy > 0.5 * squares.reduce(0, +) / 400)
  }

  @Test func otherPrograms() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --code 16 --variational 1000 -o m.bin x.npy")
    try bench.output("fit prune -m m.bin --prune-quantile 0.3 -q -o p.bin x.npy")
    #expect(text(try bench.output("inspect p.bin")).contains("  variational = "))
    try bench.output("encode -m p.bin --solver cd x.npy -o p.npy")
    try bench.output("fit lista -m m.bin --iterations 2 --epochs 2 -q -o lista.bin x.npy")
    try bench.output("encode -m lista.bin x.npy -o z.npy")
    #expect(
      try bench.output("encode -m lista.bin --solver cd x.npy | cat")
        .suffix(400) == bench.output("encode -m m.bin --solver cd x.npy | cat").suffix(400))
    try bench.output("mosaic m.bin -o m.png")
    try bench.output("encode -m m.bin --solver cd x.npy -o codes.npy")
    for (line, program, words) in [
      ("encode -m m.bin x.npy -o o", "encode", "try --solver cd, or fit lista"),
      ("encode -m m.bin --trace x.npy -o o", "encode", "try --solver cd, or fit lista"),
      ("encode -m m.bin --stats x.npy -o o", "encode", "try --solver cd, or fit lista"),
      ("encode -m m.bin --solver cd --nonnegative x.npy -o o", "encode", "are of either sign"),
      ("encode -m m.bin --solver cd --lambda 0 x.npy -o o", "encode", "need a λ above 0"),
    ] {
      expectFailure(try bench.run(line), from: program, saying: words, line)
    }
    for solver in ["ista", "fista", "sparsa", "homotopy", "reweighted", "lcod"] {
      expectFailure(
        try bench.run("encode -m m.bin --solver \(solver) x.npy -o o"), from: "encode",
        saying: "--solver \(solver) does not serve the variational codes of m.bin, expected cd",
        "\(solver)")
    }
    try bench.output(
      "encode -m m.bin --solver cd x.npy | pool --pools consecutive:4 | fit classifier --labels y -q -o c2.bin"
    )
    let network = try bench.run(
      """
      encode -m m.bin --solver cd x.npy | pool | fit classifier --labels y -q -o top.bin
      fit join -m m.bin -m top.bin -o n.bin && fit stack -m n.bin --labels y --epochs 1 -q -o s.bin x.npy
      """)
    expectFailure(network, from: "fit", saying: "codes of layer 1 are variational", "stack")
  }

  @Test func nonFiniteRecords() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --code 16 --variational 1000 -o m.bin x.npy")
    for (value, place) in [(Float.nan, 0), (.infinity, 5), (-.infinity, 15)] {
      var bad = Fixtures.records
      bad.words[17 * 16 + place] = value.bitPattern
      try bench.folder.write(bad.bytes, to: "bad.npy")
      expectFailure(
        try bench.run("encode -m m.bin --solver cd bad.npy -o o"), from: "encode",
        saying: "record 17 of array 0 holds", "\(value)")
      expectFailure(
        try bench.run("\(Self.fit) --code 16 --variational 1000 -o o bad.npy"), from: "fit",
        saying: "record 17", "\(value)")
      let z = try codes("encode -m m.bin --solver cd --allow-nonfinite bad.npy", bench)
      #expect(
        z.floats.enumerated().allSatisfy { $0.element.isNaN == ($0.offset / z.shape[1] == 17) })
    }
    // The largest records that Float32 holds, and small ones.
    for size: Float in [3e18, 1e-18] {
      let x = NPY(shape: [40, 4, 4, 1], Fixtures.records.floats.map { $0 * size })
      try bench.folder.write(x.bytes, to: "size.npy")
      try bench.output("\(Self.fit) --code 16 --variational 1000 --record 3 -o s.bin size.npy")
      let z = try codes("encode -m s.bin --solver cd size.npy", bench)
      #expect(z.floats.allSatisfy { $0.isFinite && $0 != 0 })
    }
  }

  static let refused: [(options: String, saying: String, code: Int32)] = [
    ("--variational 0", "--variational must be", 2),
    ("--variational -3", "--variational must be", 2),
    ("--variational nan", "--variational must be", 2),
    ("--variational inf", "--variational must be", 2),
    ("--variational 1e13", "--variational must be", 2),
    ("--variational x", "--variational", 2),
    ("--variational 9 --penalty group --pools consecutive:4", "needs --penalty l1, got group", 2),
    ("--variational 9 --penalty lateral --inhibition ring:16:3", "needs --penalty l1", 2),
    ("--variational 9 --nonnegative code", "and --nonnegative code exclude each other", 2),
    ("--variational 9 --geometry conv --kernel 3", "--variational needs dense units", 2),
    ("--variational 9 --no-encoder", "--no-encoder has no effect with --variational", 2),
    ("--variational 9 --lambda 0", "--variational needs a λ above 0", 2),
    ("--variational 1e-6", "no code is told from noise", 1),
  ]

  @Test(arguments: refused)
  func refusal(_ refusal: (options: String, saying: String, code: Int32)) throws {
    let bench = try Bench()
    let outcome = try bench.run("\(Self.fit) --code 16 \(refusal.options) -o m.bin x.npy")
    #expect(outcome.status == .exited(refusal.code), "\(outcome.errors)")
    #expect(outcome.errors.contains(refusal.saying), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(try !bench.folder.names().contains("m.bin"))
  }

  @Test(arguments: ["lateral --learn", "psd", "autoencoder", "lista -m d.bin"])
  func otherFits(_ command: String) throws {
    let bench = try Bench()
    let outcome = try bench.run("fit \(command) --variational 9 -q -o m.bin x.npy")
    #expect(outcome.status == .exited(2) && outcome.errors.contains("--variational"))
  }
}
