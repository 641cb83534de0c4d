import TestSupport
import Testing

/// What is no network, what networks refuse, and numbers at the edge.
@Suite struct NetworkRefusalTests {
  // MARK: Refusals

  @Test func otherFeatures() throws {
    let bench = try NetworkTests.bench(NetworkTests.samples[0])
    let fit = NetworkTests.samples[0].fits[0]
    try bench.output("fit \(fit) -s 9 -o other.bin im.npy")
    try bench.output(
      "encode -m other.bin im.npy | pool --pools consecutive:2 --window 2 -o other.npy")
    try bench.output("pool --pools consecutive:2 --window 2 --stride 1 z1.npy -o stride.npy")
    try bench.output("pool --pools consecutive:2 --window 2 --mode max z1.npy -o max.npy")
    let both = "pooled by l2,consecutive:2,2x2:2x2"
    for (line, words) in [
      ("encode -m l2.bin other.npy", "but l2.bin was learned from those of model"),
      ("encode -m l2.bin stride.npy", "pooled by l2,consecutive:2,2x2:1x1, but l2.bin was learned"),
      ("encode -m l2.bin max.npy", "pooled by max,consecutive:2,2x2:2x2, but"),
      ("encode -m net.bin stride.npy", "but layer 2 of net.bin was learned from those of model"),
      ("classify -m c.bin p1.npy", "but c.bin was learned from those of model"),
      ("cat p1.npy max.npy | fit \(fit) -o n.bin", "as in the array before"),
      ("cat p1.npy other.npy | fit \(fit) -o n.bin", "as in the array before"),
      ("encode -m l2.bin z1.npy", "but l2.bin was learned from those of model"),
      (
        "fit join -m other.bin -m l2.bin -o n.bin",
        "layer 1 is other.bin; layer 2 is l2.bin"
      ),
      ("fit join -m l2.bin -m l1.bin -o n.bin", "layer 2 does not say"),
      (
        "fit join -m l1.bin -m l2.bin --pooling l2,consecutive:2 -o n.bin",
        "layer 2 was learned from codes \(both), not by l2,consecutive:2; layer 1 is l1.bin"
      ),
      ("fit join -m l1.bin -m c.bin -o n.bin", "layer 2 was learned from codes of model"),
      ("fit join -m c.bin -m l2.bin -o n.bin", "layer 1 of 2 is a classifier, expected it last"),
      ("fit join -m l1.bin -m l1.bin -o n.bin", "layers 1 and 2 are the same model"),
      ("fit join -m l1.bin -m none.bin -o n.bin", "none.bin: cannot open"),
    ] {
      let outcome = try bench.run(line)
      let program = line.contains("fit") ? "fit" : String(line.prefix { $0 != " " })
      expectFailure(outcome, from: program, saying: words, line)
    }
    #expect(try !bench.folder.names().contains("n.bin"))
  }

  @Test("where one model is expected, and layers that are not there")
  func notOneModel() throws {
    let bench = try NetworkTests.bench(NetworkTests.samples[2])
    try bench.folder.write(Fixtures.array([24, 5, 5, 1], note: "record=3").bytes, to: "x.npy")
    try bench.folder.write(Fixtures.array([24, 5, 5, 1], note: "record=3").bytes, to: "mask.npy")
    let network = "net.bin: a network of several layers, expected a model of one"
    let hint = "fit join --layers takes one out of it"
    for (line, words) in [
      ("fit lista -q -m net.bin -o n x.npy", network),
      ("fit lista -q -m net.bin -o n x.npy", hint),
      ("fit dictionary -q --code 4 --start net.bin -o n x.npy", network),
      ("fit prune -q -m net.bin --prune-quantile 0.2 -o n x.npy", network),
      ("fit dictionary -q --code 4 --whitening net.bin -o n x.npy", network),
      ("fit dictionary -q --code 12 --penalty group --pools net.bin -o n x.npy", network),
      ("encode -m net.bin --layer 4 x.npy", "net.bin: has 3 layers, --layer asks for layer 4"),
      ("encode -m l1.bin --layer 2 x.npy", "l1.bin: has 1 layer, --layer asks for layer 2"),
      ("encode -m net.bin --layer 3 x.npy", "layer 3 of net.bin: is a classifier"),
      ("decode -m net.bin --layer 3 z2.npy", "layer 3 of net.bin: is a classifier"),
      ("decode -m net.bin --layer 1 z2.npy", "but layer 1 of net.bin is model"),
      ("mosaic net.bin --layer 4", "net.bin: has 3 layers, --layer asks for layer 4"),
      ("mosaic net.bin", "layer 2 cannot be drawn in pixels: layer 1 takes records, and how far"),
      ("mosaic --layer 1 x.npy", "--layer has no effect on a stream"),
      (
        "encode -m net.bin --solver fista --mask mask.npy x.npy",
        "layer 2 of net.bin takes features of records, of which no value may be missing"
      ),
      ("fit join -m net.bin --layers 4 -o n", "--layers asks for layer 4 of 3"),
    ] {
      let program = String(line.prefix { $0 != " " })
      let outcome = try bench.run(line)
      let isUsage =
        outcome.status == .exited(2)
        && (line.contains("--layers") || line.contains("--layer 1 x") || line.contains("--mask"))
      expectFailure(outcome, code: isUsage ? 2 : 1, from: program, saying: words, line)
    }
    for (line, words) in [
      ("fit join -o n", "expected layers, -m w.bin for each"),
      ("fit join -m l1.bin -o n", "one model is no network"),
      ("fit join -m net.bin --layers 1 --pooling none -o n", "--pooling has no effect on one file"),
      ("fit join -m net.bin --layers 0 -o n", "--layers must be such as 1 or 1:2, from 1, got 0"),
      ("fit join -m net.bin --layers 2:1 -o n", "--layers must be such as"),
      ("fit join -m net.bin --layers 1:2:3 -o n", "--layers must be such as"),
      ("fit join -m l1.bin -m l2.bin --pooling x -o n", "--pooling must be none, or a reduction"),
      ("encode -m net.bin --layer 0 x.npy", "--layer must be at least 1, got 0"),
      ("fit join -m l1.bin -m l2.bin -o l1.bin", "l1.bin"),
    ] {
      let program = String(line.prefix { $0 != " " })
      expectFailure(try bench.run(line), code: 2, from: program, saying: words, line)
    }
    #expect(try !bench.folder.names().contains("n"))
  }

  @Test("a note of a pooling that is none", arguments: ["garbage", "l2", "l2,consecutive:1%3B"])
  func badNotes(_ text: String) throws {
    let bench = try NetworkTests.bench(NetworkTests.samples[0])
    try bench.folder.write(
      Fixtures.array([24, 4, 5, 4], note: "record=3 source=0123 pooling=\(text)").bytes,
      to: "bad.npy")
    for line in [
      "encode -m l2.bin bad.npy", "pool --pools consecutive:2 bad.npy",
      "fit \(NetworkTests.samples[0].fits[1]) -o n.bin bad.npy",
    ] {
      expectFailure(
        try bench.run(line), from: String(line.prefix { $0 != " " }),
        saying: "bad.npy: pooling=\(text.replacing("%3B", with: ";")), expected a reduction", line)
    }
  }

  // MARK: Numbers at the edge

  /// What a layer in the middle makes has to be finite, as in the pipe.
  @Test func beyondFloat32() throws {
    let bench = try NetworkTests.bench(NetworkTests.samples[0])
    var huge = Fixtures.array([3, 10, 12, 1], note: "record=3", seed: 5)
    // Codes are still numbers, and their squares are not.
    for index in 120..<240 { huge.words[index] = Float(1e30).bitPattern }
    try bench.folder.write(huge.bytes, to: "huge.npy")
    let pipe = "encode -m l1.bin huge.npy | pool --pools consecutive:2 --window 2"
    let first = try bench.run("\(pipe) -o p.npy")
    let network = try bench.run("encode -m net.bin huge.npy")
    expectFailure(first, from: "pool", saying: "what comes of record 1 is beyond", "pipe")
    expectFailure(network, from: "encode", saying: "what comes of record 1 is beyond", "network")
    var bad = Fixtures.array([3, 10, 12, 1], note: "record=3", seed: 5)
    bad.words[130] = Float.nan.bitPattern
    try bench.folder.write(bad.bytes, to: "bad.npy")
    expectFailure(
      try bench.run("encode -m net.bin bad.npy"), from: "encode", saying: "holds NaN", "NaN")
    let allow = "--allow-nonfinite"
    for file in ["huge.npy", "bad.npy"] {
      let pipe = try bench.output(
        "encode -m l1.bin \(allow) \(file) | pool --pools consecutive:2 --window 2 \(allow) "
          + "| encode -m l2.bin \(allow)")
      let found = try bench.output("encode -m net.bin \(allow) \(file)")
      #expect(found == pipe, "\(file)")
    }
  }

  /// A header may promise anything, to the layers after the first as well.
  @Test(arguments: [
    "(1, 3037000499, 3037000499, 1)", "(1, 1048576, 1048576, 1)", "(1152921504606846, 10, 12, 1)",
    "(0, 4611686018427387904, 12, 1)", "(2, 0, 12, 1)", "(2, 10, 0, 1)", "(2, 2, 12, 1)",
  ]) func headersThatLie(_ shape: String) throws {
    let bench = try NetworkTests.bench(NetworkTests.samples[0])
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
    try bench.folder.write(bytes + Array(header.utf8), to: "lie.npy")
    for command in ["encode -m net.bin", "classify -m net.bin"] {
      let outcome = try bench.run("\(command) lie.npy")
      let program = String(command.prefix { $0 != " " })
      if shape.hasPrefix("(0") && outcome.succeeded { continue }
      expectFailure(outcome, from: program, saying: "lie.npy: ", "\(command) \(shape)")
    }
  }

  @Test("codes that are not those of the layer are not pooled")
  func poolsOfOthers() throws {
    let bench = try NetworkTests.bench(NetworkTests.samples[0])
    try bench.output("encode -m l2.bin --no-notes p1.npy -o plain.npy")
    #expect(
      try NPY.stream(bench.output("pool -m net.bin plain.npy"))?.map(\.floats)
        == NPY.stream(bench.folder.read("p2.npy"))?.map(\.floats))
    try bench.output("encode -m l1.bin --no-notes p0.npy -o plain.npy")
    expectFailure(
      try bench.run("pool -m net.bin plain.npy"), from: "pool",
      saying: "layer 2 of net.bin expects records of [6], stream has [24,8,10,8]", "units")
    // What has been pooled is not pooled as codes again.
    expectFailure(
      try bench.run("pool -m net.bin p1.npy"), from: "pool",
      saying: "layer 1 of net.bin expects records of [8]", "features")
    try bench.folder.write(
      NPY(shape: [2, 3, 3, 6], integers: [Int32](repeating: 1, count: 108)).bytes, to: "i.npy")
    expectFailure(
      try bench.run("pool -m net.bin i.npy"), from: "pool", saying: "holds integers", "integers")
    try bench.output("encode -m d.bin x.npy -o z.npy")
    expectFailure(
      try bench.run("pool -m net.bin z.npy"), from: "pool", saying: "codes of model", "others")
  }
}
