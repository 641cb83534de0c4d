import TestSupport
import Testing

/// `fit drsae` as a shell runs it, on records of three classes.
@Suite struct DiscriminativeTests {
  private static let count = 600

  /// The labels, and records [4,4,1] that are a template of the class and noise.
  private static let data: (labels: [Int], records: [UInt8]) = {
    let noise = normalMatrix(count, 16, seed: 5)
    let templates = normalMatrix(3, 16, seed: 6)
    let labels = (0..<count).map { $0 * 7 % 3 }
    let values = labels.enumerated().flatMap { record, label in
      (0..<16).map { templates[label, $0] + 0.7 * noise[record, $0] }
    }
    return (labels, arrayBytes([count, 4, 4, 1], values, notes: "record=3"))
  }()

  private static func bench() throws -> LearnedEncoderTests.Bench {
    let bench = try LearnedEncoderTests.Bench()
    try bench.folder.write(data.records, to: "x.npy")
    try bench.folder.write(data.labels.map { "\($0)\n" }.joined(), to: "y")
    return bench
  }

  private static let line =
    "fit drsae --code 24 --iterations 3 --unsupervised-epochs 2 --batch 50 -q"

  /// The share of wrong labels of `y`, percent.
  private static func error(_ bench: LearnedEncoderTests.Bench) throws -> Double {
    let text = String(
      decoding: try bench.output("encode -m m.bin <x.npy | classify -m m.bin --labels y"),
      as: UTF8.self)
    return try #require(text.split(separator: " ").dropFirst().first.flatMap { Double($0) })
  }

  @Test func learnsAllThreeAtOnce() throws {
    let bench = try Self.bench()
    try bench.output(
      "\(Self.line) --labels y --epochs 20 --validation 100 --log log -o m.bin <x.npy")
    #expect(try Self.error(bench) < 10)
    let rows = String(decoding: try bench.folder.read("log"), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    #expect(rows.count == 23)
    let reconstruction = try #require(rows[0].firstIndex(of: "reconstruction"))
    let error = try #require(rows[0].firstIndex(of: "error"))
    let first = try #require(Double(rows[1][reconstruction]))
    #expect(try #require(Double(rows[22][reconstruction])) < 0.8 * first)
    #expect(try #require(Double(rows[22][error])) < 0.1)
    let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(card.contains("drsae") && card.contains("density"))
    try bench.output("encode -m m.bin <x.npy | decode -m m.bin | inspect --compare - x.npy")
    try bench.output("encode -m m.bin --solver fista --gap 1e-3 <x.npy | inspect")
  }

  /// A few labels are worth more where the other records help.
  @Test func unlabelledRecordsTakePart() throws {
    let bench = try Self.bench()
    let some = Self.data.labels.enumerated().map { $0 < 30 ? "\($1)\n" : "-1\n" }.joined()
    try bench.folder.write(some, to: "some")
    try bench.output("\(Self.line) --labels some --epochs 40 -o m.bin <x.npy")
    #expect(try Self.error(bench) < 20)
    // What a label says changes nothing of the first epochs, and all of the others.
    let other = Self.data.labels.enumerated().map { $0 < 30 ? "\(($1 + 1) % 3)\n" : "-1\n" }
      .joined()
    try bench.folder.write(other, to: "other")
    for (labels, name) in [("some", "a"), ("other", "b")] {
      try bench.output("\(Self.line) --labels \(labels) --epochs 1 --log \(name) -o o <x.npy")
    }
    func energies(_ name: String) throws -> [String] {
      String(decoding: try bench.folder.read(name), as: UTF8.self).split(separator: "\n")
        .dropFirst().map { String($0.split(separator: "\t")[1]) }
    }
    #expect(try energies("a").prefix(2) == energies("b").prefix(2))
    #expect(try energies("a")[2] != energies("b")[2])
  }

  @Test(
    "windows of images, whose whole codes are classified",
    arguments: [
      ("--geometry conv --kernel 3 --stride 2 --padding 1 --code 4", "[2,2,4]"),
      ("--geometry local --kernel 3 --period 1x2 --code 3", "[2,2,3]"),
    ])
  func images(_ geometry: String, _ code: String) throws {
    let bench = try Self.bench()
    let line =
      "fit drsae \(geometry) --iterations 2 --unsupervised-epochs 2 --batch 50 -q --labels y"
    try bench.output("\(line) --epochs 20 -o m.bin <x.npy")
    #expect(try Self.error(bench) < 10)
    let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(card.contains("image = 4,4") && card.contains("density"))
    try bench.output("encode -m m.bin <x.npy | decode -m m.bin | inspect --compare - x.npy")
    for threads in [1, 2] {
      try bench.output("\(line) --epochs 2 -j \(threads) -o m\(threads).bin <x.npy")
    }
    #expect(try bench.folder.read("m1.bin") == bench.folder.read("m2.bin"))
    // Codes of images of another size have no class.
    try bench.folder.write(
      arrayBytes([2, 6, 6, 1], normalMatrix(2, 36, seed: 7).elements, notes: "record=3"),
      to: "large.npy")
    expectFailure(
      try bench.run("encode -m m.bin large.npy | classify -m m.bin"), from: "classify",
      saying: "m.bin expects records of \(code)", geometry)
    expectFailure(
      try bench.run("mosaic m.bin --filters classifier -o o.png"), from: "mosaic",
      saying: "no filters of the classifier", geometry)
  }

  @Test func refusesLabelsThatDoNotFit() throws {
    let bench = try Self.bench()
    let labels = Self.data.labels.map { "\($0)\n" }
    for (name, lines) in [
      ("few", Array(labels.dropLast())), ("more", labels + ["1\n"]),
      ("none", labels.map { _ in "-1\n" }), ("one", labels.map { _ in "4\n" }),
      ("minus", ["-2\n"] + labels.dropFirst()), ("huge", ["40000\n"] + labels.dropFirst()),
      ("word", ["seven\n"] + labels.dropFirst()),
    ] {
      try bench.folder.write(lines.joined(), to: name)
    }
    for (name, words) in [
      ("few", "few: expected one label for each of 600 records, found 599"),
      ("more", "more: expected one label for each of 600 records, found 601"),
      ("none", "none: none of the records has a label, all are -1"),
      ("one", "one: all labels are 4, expected at least two classes"),
      (
        "minus",
        "minus: label -2 of record 0: expected a class from 0 on, or -1 where there is none"
      ),
      ("huge", "huge: label 40000 of record 0: expected a class below 32768"),
      ("word", "word: line 1: expected an integer, found \"seven\""),
      ("missing", "missing: cannot open: no such file"),
    ] {
      let outcome = try bench.run("\(Self.line) --labels \(name) --epochs 1 -o o <x.npy")
      expectFailure(outcome, from: "fit", saying: words, name)
    }
    #expect(try !bench.folder.names().contains("o"))
  }

  @Test func otherLabelsAreAnotherTraining() throws {
    let bench = try Self.bench()
    try bench.output("\(Self.line) --labels y --epochs 1 --checkpoint c.ckpt -o m.bin <x.npy")
    try bench.output("\(Self.line) --labels y --epochs 1 --resume c.ckpt -o same.bin <x.npy")
    #expect(try bench.folder.read("same.bin") == bench.folder.read("m.bin"))
    try bench.folder.write(Self.data.labels.map { "\(2 - $0)\n" }.joined(), to: "y")
    let outcome = try bench.run("\(Self.line) --labels y --epochs 1 --resume c.ckpt -o o <x.npy")
    expectFailure(outcome, from: "fit", saying: "c.ckpt: was made with labels=", "labels")
  }

  @Test func aPresetStandsBeforeOtherOptions() throws {
    let bench = try Self.bench()
    func options(_ arguments: String) throws -> String {
      try bench.output(
        "fit drsae --labels y \(arguments) --code 8 --unsupervised-epochs 0 -q -o m.bin <x.npy")
      let card = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
      let line = card.split(separator: "\n").first { $0.contains("options =") }
      return String(try #require(line))
    }
    let paper = try options("--epochs 1 --preset drsae-paper")
    for option in ["optimizer=sgd", "momentum=0.0 ", "batch=10", "code=8 ", "epochs=1 "] {
      #expect(paper.contains(option), "\(option): \(paper)")
    }
    #expect(try options("--preset=drsae-paper --epochs 1") == paper)
    #expect(try options("--preset drsae-paper --epochs 1 --batch 20").contains("batch=20"))
    #expect(try options("--preset drsae-200 --epochs 1") == options("--epochs 1"))
    let large = try options("--preset drsae-400 --epochs 1")
    #expect(large.contains("average=0.9997") && large.contains("schedule=cosine:0.7"))
    #expect(large.contains("batch=50"))
    for preset in ["--preset drsae", "--preset=", "--preset"] {
      expectFailure(
        try bench.run("fit drsae --labels y \(preset) -o o <x.npy"), code: 2, from: "fit",
        saying: "preset", preset)
    }
  }
}
