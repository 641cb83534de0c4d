import TestSupport
import Testing

/// Encoders whose f is the proximal step of the penalty's pools, as a shell runs them.
@Suite struct ProximalEncoderTests {
  typealias Bench = LearnedEncoderTests.Bench

  /// The bench with a dictionary `t.bin` of a tree, 15 units and perhaps a DC unit.
  private func bench(_ options: String = "") throws -> Bench {
    let bench = try Bench()
    try bench.output(
      "fit dictionary --penalty tree --pools tree:1,2,2+2,3 \(options) --epochs 2 -q -o t.bin <x.npy"
    )
    return bench
  }

  private func inspect(_ model: String, _ bench: Bench) throws -> String {
    String(decoding: try bench.output("inspect \(model)"), as: UTF8.self)
  }

  /// Mean squared distance of the codes of a line to those of another.
  private func distance(_ line: String, _ other: String, _ bench: Bench) throws -> Double {
    let codes = try [line, other].map { line in
      try #require(NPY.stream(try bench.output("\(line) <x.npy"))?.first).floats
    }
    #expect(codes[0].count == codes[1].count)
    return zip(codes[0], codes[1]).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) } / 400
  }

  /// Untrained it is ISTA; trained it comes near the codes. A function of units is where it is asked for.
  @Test(arguments: ["--no-dc", "--dc", "--nonnegative code --no-dc"])
  func predictsCodesOfATree(_ options: String) throws {
    let bench = try bench(options)
    let best = "encode -m t.bin --solver fista --gap 1e-6"
    try bench.output(
      "fit lista -m t.bin --iterations 2 --epochs 1 --rate 1e-12 -q -o start.bin <x.npy")
    if options == "--no-dc" {
      let ista = "encode -m t.bin --solver ista --gap 0 --iterations 3"
      #expect(try distance("encode -m start.bin", ista, bench) < 1e-10)
    }
    let line = "fit lista -m t.bin --iterations 2 --epochs 30 --rate 0.003 -q"
    try bench.output("\(line) -o p.bin <x.npy")
    let ofUnits = options.contains("nonnegative") ? "relu" : "shrink"
    try bench.output("\(line) --nonlinearity \(ofUnits) -o u.bin <x.npy")
    let distances = try ["start", "p"].map { try distance("encode -m \($0).bin", best, bench) }
    #expect(distances[1] < 0.5 * distances[0], "\(distances)")
    let report = try inspect("p.bin", bench)
    #expect(report.contains("proximal"), "\(report)")
    #expect(try !inspect("u.bin", bench).contains("proximal"))
  }

  /// All programs of codes take such a model.
  @Test func whatIsDoneWithIt() throws {
    let bench = try bench("--dc")
    let line = "fit lista -m t.bin --iterations 2 --per-step --epochs 2 -s 4 -q"
    try bench.output("\(line) -o p.bin <x.npy")
    let trace = try #require(NPY.stream(try bench.output("encode -m p.bin --trace <x.npy"))?.first)
    let codes = try #require(NPY.stream(try bench.output("encode -m p.bin <x.npy"))?.first)
    #expect(trace.shape == [400, 3, 16] && codes.shape == [400, 16])
    for record in [0, 7, 399] {
      #expect(
        Array(trace.floats[(record * 3 + 2) * 16..<(record * 3 + 3) * 16])
          == Array(codes.floats[record * 16..<(record + 1) * 16]))
    }
    let stats = try bench.run("encode -m p.bin --stats -o z.npy <x.npy")
    #expect(stats.succeeded && stats.errors.contains("energy"), "\(stats.errors)")
    try bench.output("encode -m p.bin --solver fista --warm-start -o z.npy <x.npy")
    try bench.output("decode -m p.bin -o back.npy <z.npy")
    try bench.output("mosaic p.bin -o m.png")
    #expect(
      try bench.output("encode -j 1 -m p.bin <x.npy") == bench.output("encode -j 2 -m p.bin <x.npy")
    )
    // Thresholds go with their pools.
    try bench.output("fit prune -m p.bin --prune-quantile 0.3 -q -o less.bin <x.npy")
    let less = try inspect("less.bin", bench)
    #expect(less.contains("proximal") && less.contains("[3,11]"), "\(less)")
    try bench.output("encode -m less.bin -o z.npy <x.npy")
    // It is where another training begins.
    try bench.output("\(line) --rate 1e-12 --start p.bin -o same.bin <x.npy")
    #expect(try distance("encode -m same.bin", "encode -m p.bin", bench) < 1e-10)
    try bench.output("\(line) --nonlinearity shrink -o u.bin <x.npy")
    expectFailure(
      try bench.run("\(line) --start u.bin -o o <x.npy"), from: "fit",
      saying: "u.bin: cannot begin with it: nonlinearity: shrink, this training has proximal", "u")
    try bench.output(
      "fit dictionary --penalty tree --pools tree:1,2+1,11 --dc --epochs 1 -q -o v.bin <x.npy")
    expectFailure(
      try bench.run("fit lista -m v.bin --iterations 2 --per-step -q --start p.bin -o o <x.npy"),
      from: "fit", saying: "p.bin: cannot begin with it: pools of its encoder: tree:1,2,2+2,3", "v")
    // Interrupted or not.
    try bench.output("\(line) --checkpoint c.ckpt -o m.bin <x.npy")
    try bench.output("\(line) -j 1 --resume c.ckpt -o n.bin <x.npy")
    #expect(try bench.folder.read("m.bin") == bench.folder.read("p.bin"))
    #expect(try bench.folder.read("n.bin") == bench.folder.read("p.bin"))
    expectFailure(
      try bench.run("\(line) --nonlinearity shrink --resume c.ckpt -o o <x.npy"), from: "fit",
      saying: "nonlinearity", "c.ckpt")
  }

  @Test func whereItHasNoEffect() throws {
    let bench = try bench()
    try bench.output(
      "fit dictionary --penalty group --pools torus:4x4:2:1 --epochs 1 -q -o w.bin <x.npy")
    for (options, words) in [
      ("-m d.bin --nonlinearity proximal", "--nonlinearity has no effect"),
      ("-m w.bin --nonlinearity shrink", "--nonlinearity has no effect"),
      ("-m t.bin --nonlinearity relu", "--nonlinearity is proximal or shrink with the codes of t"),
      ("-m t.bin --nonlinearity tanh", "--nonlinearity"),
    ] {
      expectFailure(
        try bench.run("fit lista \(options) -q -o o <x.npy"), code: 2, from: "fit", saying: words,
        options)
    }
    // Pools that overlap have no step in one pass.
    try bench.output("fit lista -m w.bin --epochs 1 -q -o l.bin <x.npy")
    #expect(try !inspect("l.bin", bench).contains("proximal"))
  }

  /// Trained with its decoder.
  @Test(arguments: [
    "psd --lambda 0.05", "autoencoder --lambda 0.02 --iterations 1",
    "autoencoder --lambda 0.02 --nonnegative code",
    "drsae --labels y --iterations 1 --unsupervised-epochs 1",
  ])
  func learnsEncoderAndDecoder(_ command: String) throws {
    let bench = try Bench()
    let line = "fit \(command) --nonlinearity proximal --epochs 2 -q -o m.bin"
    for pools in ["--penalty tree --pools tree:1,5,2", "--penalty group --pools consecutive:4"] {
      let size = pools.contains("tree") ? "" : "--code 16"
      try bench.output("\(line) \(pools) \(size) --no-dc <x.npy")
      let codes = try #require(NPY.stream(try bench.output("encode -m m.bin <x.npy"))?.first)
      #expect(codes.shape == [400, 16] && codes.floats.contains { $0 != 0 })
      if command.contains("nonnegative") { #expect(codes.floats.allSatisfy { $0 >= 0 }) }
      #expect(try inspect("m.bin", bench).contains("proximal"))
    }
    for (options, words) in [
      ("--code 16", "--nonlinearity proximal needs --penalty group or tree"),
      ("--code 16 --pools consecutive:4", "--nonlinearity proximal needs --penalty group or tree"),
      (
        "--penalty group --pools torus:4x4:2:1",
        "--nonlinearity proximal: pools 15 and 14 share units and neither holds the other"
      ),
    ] {
      expectFailure(
        try bench.run("\(line) \(options) <x.npy"), code: 2, from: "fit", saying: words, options)
    }
    try bench.folder.write("0 1 2\n2 3\n", to: "sets.txt")
    expectFailure(
      try bench.run("\(line) --code 4 --penalty group --pools ./sets.txt <x.npy"), from: "fit",
      saying: "share units and neither holds the other", "sets")
  }
}
