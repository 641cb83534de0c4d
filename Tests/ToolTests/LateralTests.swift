import TestSupport
import Testing

/// Units that inhibit each other, as a shell has them: `fit lateral`, and `--penalty lateral` of the others.
@Suite struct LateralTests {
  typealias Bench = LearnedEncoderTests.Bench

  private static let fit = "fit lateral --epochs 3 -q"

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func codes(_ line: String, _ bench: Bench) throws -> NPY {
    try #require(NPY.stream(try bench.output(line))?.first)
  }

  @Test(
    "units learn under an S that is given, learned, or both",
    arguments: [
      "--inhibition tree:1,3,2+2,3", "--inhibition ring:16:3", "--inhibition torus:4x4:1",
      "--inhibition grid:4x4:1 --strength 10", "--learn --code 16",
      "--inhibition grid:4x4:1 --learn --bound 4 --sum 20", "--learn --code 16 --nonnegative none",
      "--inhibition ring:16:3 --prune-below 0.05", "--learn --code 16 --prune-below 0.05",
    ])
  func learns(_ options: String) throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) \(options) -j 1 -o m.bin x.npy")
    try bench.output("\(Self.fit) \(options) -j 3 -o m3.bin x.npy")
    #expect(try bench.folder.read("m.bin") == bench.folder.read("m3.bin"))
    let report = text(try bench.output("inspect m.bin"))
    #expect(report.contains("penalty = lateral") && report.contains("lateral.weight"))
    let z = try codes("encode -m m.bin --solver cd x.npy", bench)
    #expect(z.floats.contains { $0 != 0 } && z.floats.contains(0))
    // The DC unit goes below 0 in either case.
    let units = z.shape[1] - (z.comment.contains("dc=1") ? 1 : 0)
    let isNegative = z.floats.indices.contains { $0 % z.shape[1] < units && z.floats[$0] < 0 }
    #expect(isNegative == options.contains("none"))
    let other = try codes("encode -m m.bin --solver ista --gap 1e-3 x.npy", bench)
    #expect(other.shape == z.shape)
    // Stopped and taken up again it is the same training.
    try bench.output("\(Self.fit) \(options) --epochs 2 --checkpoint c.ckpt -o half.bin x.npy")
    try bench.output("\(Self.fit) \(options) --resume c.ckpt -o resumed.bin x.npy")
    #expect(try bench.folder.read("resumed.bin") == bench.folder.read("m.bin"))
  }

  @Test("an S of a file is that of the model")
  func file() throws {
    let bench = try Bench()
    try bench.output(
      "\(Self.fit) --inhibition ring:16:3 --strength 2 --center --normalize -o a.bin x.npy")
    // For records of norm 1 S is as it is written.
    var s = [Float](repeating: 0, count: 256)
    for unit in 0..<16 {
      for other in 0..<16 where min(abs(unit - other), 16 - abs(unit - other)) > 3 {
        s[unit * 16 + other] = 2
      }
    }
    try bench.folder.write(NPY(shape: [16, 16], s).bytes, to: "s.npy")
    try bench.output("\(Self.fit) --inhibition s.npy --code 16 --center --normalize -o b.bin x.npy")
    // What a pipe gives is gone once it is read.
    let options = "--code 16 --center --normalize -o c.bin x.npy"
    for line in ["- \(options)", "/dev/stdin \(options)"] {
      try bench.output("cat s.npy | \(Self.fit) --inhibition \(line)")
      #expect(try bench.folder.read("c.bin") == bench.folder.read("b.bin"), "\(line)")
    }
    let a = try codes("encode -m a.bin --solver cd x.npy", bench)
    let b = try codes("encode -m b.bin --solver cd x.npy", bench)
    for (first, second) in zip(a.floats, b.floats) { #expect(abs(first - second) < 1e-2) }
  }

  @Test("--sum may be all that --bound allows, whatever the norm of the records")
  func largestSum() throws {
    let bench = try Bench()
    for (units, bound) in [(7, 1), (11, 1), (16, 1), (11, 2), (16, 2), (16, 3), (12, 7)] {
      try bench.output(
        "fit lateral --epochs 1 -q --learn --code \(units) --bound \(bound) "
          + "--sum \(bound * (units - 1)) -o m.bin x.npy")
    }
  }

  /// The more units inhibit each other, the fewer of them are in use together.
  @Test("inhibition makes codes sparse")
  func sparse() throws {
    let bench = try Bench()
    let densities = try [0, 3, 30].map { strength in
      try bench.output(
        "\(Self.fit) --inhibition ring:16:0 --strength \(strength) -o m.bin x.npy")
      let z = try codes("encode -m m.bin --solver cd x.npy", bench)
      return z.floats.count { $0 != 0 }
    }
    #expect(densities[0] > densities[1] && densities[1] > densities[2], "\(densities)")
  }

  @Test(
    "every fit takes the penalty, of records and of maps",
    arguments: [
      "dictionary", "psd", "autoencoder", "drsae --labels y --unsupervised-epochs 1",
    ])
  func otherFits(_ command: String) throws {
    let bench = try Bench(records: 200)
    let options = "--penalty lateral --inhibition ring:8:1 --strength 20 --epochs 3 -q"
    try bench.output("fit \(command) \(options) -o m.bin x.npy")
    try bench.output("fit \(command) --code 8 --epochs 3 -q -o l1.bin x.npy")
    let (own, plain) = (
      try bench.folder.read("m.bin"), try bench.folder.read("l1.bin")
    )
    #expect(own != plain)
    let isSigned = command == "dictionary"
    try bench.output("encode -m m.bin \(isSigned ? "--solver cd" : "") --stats x.npy -o z.npy")
    try bench.output("fit lista -m m.bin --epochs 2 -q -o lista.bin x.npy")
    try bench.output("encode -m lista.bin x.npy | decode -m lista.bin -o back.npy")
    try bench.output(
      "fit \(command) \(options) --geometry conv --kernel 3 --nonnegative code "
        + "\(command == "psd" ? "--nonlinearity relu" : "") -o c.bin x.npy")
    try bench.output("encode -m c.bin --solver cd --stats x.npy -o z.npy")
    try bench.output("encode -m c.bin x.npy | decode -m c.bin -o back.npy")
  }

  @Test("signed units that inhibit each other have no encoder of their own")
  func signed() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --inhibition ring:16:3 --nonnegative none -o m.bin x.npy")
    expectFailure(
      try bench.run("encode -m m.bin x.npy -o z.npy"), from: "encode",
      saying: "try --solver cd, or fit lista", "signed")
    try bench.output("fit lista -m m.bin --iterations 2 --epochs 2 -q -o lista.bin x.npy")
    try bench.output("encode -m lista.bin x.npy -o z.npy")
  }

  static let refused: [(options: String, saying: String, code: Int32)] = [
    ("", "--inhibition, or --learn", 2),
    ("--inhibition tree:1,3 --code 5", "tree:1,3 are of 4 units", 2),
    ("--inhibition ring:16", "ring:UNITS:RADIUS", 2),
    (
      "--inhibition ring:16:99",
      "no two units that inhibit each other, expected a radius from 0 to 7", 2
    ),
    ("--inhibition grid:1x1:0", "expected more than one unit", 2),
    ("--inhibition tree:1,1,1", "expected several roots, or children of a node", 2),
    ("--learn --code 1", "--learn needs --code of at least 2, got 1", 2),
    ("--inhibition ring:4x4:1", "ring:UNITS:RADIUS", 2),
    ("--inhibition grid:4:1", "grid:ROWSxCOLUMNS:RADIUS", 2),
    ("--inhibition torus:4x4:-1", "torus:", 2),
    ("--inhibition ring:16:3 --strength -1", "--strength must be", 2),
    ("--inhibition ring:16:3 --strength nan", "--strength must be", 2),
    ("--inhibition square.npy --strength 2 --code 4", "--strength has no effect", 2),
    ("--inhibition ring:16:3 --bound 2", "--bound has no effect without --learn", 2),
    ("--learn --code 16 --bound 1 --sum 16", "--sum must be from 0 to 15.0", 2),
    ("--learn --code 16 --bound 0", "--bound must be", 2),
    ("--learn --code 16 --ascent 0", "--ascent must be", 2),
    ("--inhibition ring:16:3 --penalty l1", "--inhibition has no effect", 2),
    ("--inhibition ring:16:3 --geometry local --kernel 3", "needs dense or conv units", 2),
    ("--learn --geometry conv --kernel 3", "--learn needs dense units", 2),
    ("--inhibition - --code 4 -", "standard input, -, can be read once", 2),
    ("--inhibition - --code 4 </dev/null", "<stdin>: empty", 1),
    ("--inhibition none.npy --code 4", "none.npy", 1),
    ("--inhibition square.npy --code 5", "square.npy: S is of 4 units, expected 5", 1),
    ("--inhibition diagonal.npy --code 4", "diagonal.npy: S has 1.0 at 2,2", 1),
    ("--inhibition negative.npy --code 4", "negative.npy: S has -1.0 at 0,1", 1),
    ("--inhibition uneven.npy --code 4", "uneven.npy: S is not symmetric", 1),
    ("--inhibition oblong.npy --code 4", "oblong.npy: S is [4,3]", 1),
    ("--inhibition two.npy --code 4", "two.npy: more than one array", 1),
    ("--inhibition cut.npy --code 4", "cut.npy: array cut short", 1),
    ("--inhibition vector.npy --code 4", "vector.npy: an array of 1 axes, expected S, [K,K]", 1),
    ("--inhibition nan.npy --code 4", "nan.npy", 1),
  ]

  @Test("what cannot be an S is refused by name", arguments: refused)
  func refusal(_ refusal: (options: String, saying: String, code: Int32)) throws {
    let bench = try Bench()
    func write(_ name: String, _ change: (inout [Float]) -> Void) throws {
      var s: [Float] = (0..<16).map { $0 % 5 == 0 ? 0 : 1 }
      change(&s)
      let shape = name == "oblong.npy" ? [4, 3] : name == "vector.npy" ? [16] : [4, 4]
      try bench.folder.write(
        NPY(shape: shape, Array(s.prefix(shape.reduce(1, *)))).bytes, to: name)
    }
    for name in ["square.npy", "oblong.npy", "vector.npy"] { try write(name) { _ in } }
    try write("diagonal.npy") { $0[10] = 1 }
    try write("negative.npy") {
      $0[1] = -1
      $0[4] = -1
    }
    try write("uneven.npy") { $0[1] = 2 }
    let square = try bench.folder.read("square.npy")
    try bench.folder.write(square + square, to: "two.npy")
    try bench.folder.write(Array(square.dropLast(4)), to: "cut.npy")
    try write("nan.npy") { $0[1] = .nan }
    let outcome = try bench.run("fit lateral \(refusal.options) -q -o m.bin x.npy")
    #expect(outcome.status == .exited(refusal.code), "\(outcome.errors)")
    #expect(outcome.errors.contains(refusal.saying), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(try !bench.folder.names().contains("m.bin"))
  }

  @Test("solvers that do not serve it say which do")
  func otherSolvers() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --inhibition ring:16:3 -o m.bin x.npy")
    for solver in ["fista", "sparsa", "homotopy", "reweighted", "lcod"] {
      expectFailure(
        try bench.run("encode -m m.bin --solver \(solver) x.npy -o z.npy"), from: "encode",
        saying: "expected one of ista, cd", "\(solver)")
    }
  }

  @Test("inspect tells S, and how often units are in use together")
  func inspects() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --inhibition tree:1,3,2 --strength 30 -o m.bin x.npy")
    let model = text(try bench.output("inspect m.bin"))
    #expect(
      model.contains("inhibition  S up to") && model.contains("a tree of 3 levels"), "\(model)")
    try bench.output("encode -m m.bin --solver cd x.npy -o z.npy")
    let codes = text(try bench.output("inspect --inhibition m.bin z.npy"))
    for words in ["pairs with S > 0", "with S = 0", "in the same branch", "in two branches"] {
      #expect(codes.contains(words), "\(codes)")
    }
    #expect(text(try bench.output("inspect --json --inhibition m.bin z.npy")).contains("\"lift\""))
    // Of a file S may be zero.
    for units in [1, 4] {
      let zeros = [Float](repeating: 0, count: units * units)
      try bench.folder.write(NPY(shape: [units, units], zeros).bytes, to: "s.npy")
      try bench.output("\(Self.fit) --inhibition s.npy --code \(units) -o zero.bin x.npy")
      let zero = text(try bench.output("inspect zero.bin"))
      #expect(zero.contains("inhibition  none: S is 0 everywhere"), "\(zero)")
      #expect(text(try bench.output("inspect --json zero.bin")).contains("\"zeros\" : 1"))
    }
    try bench.output("\(Self.fit) --learn --code 10 -o l.bin x.npy")
    try bench.output("encode -m l.bin --solver cd x.npy -o l.npy")
    #expect(text(try bench.output("inspect --inhibition l.bin l.npy")).contains("largest S"))
    // The same dictionary without S.
    try bench.output(
      "fit dictionary --code 10 --nonnegative code --epochs 0 --start l.bin -q -o p.bin x.npy")
    try bench.output("encode -m p.bin --solver cd x.npy | inspect --inhibition l.bin")
    for (line, words) in [
      ("inspect --inhibition d.bin z.npy", "d.bin has no units that inhibit each other"),
      ("inspect --inhibition m.bin x.npy", "codes of 1 units, expected 10 as m.bin has"),
      ("inspect --inhibition m.bin m.bin", "--inhibition has no effect on a model"),
      ("inspect --inhibition m.bin --codes z.npy", "--codes has no effect beside --inhibition"),
      ("inspect --inhibition none.bin z.npy", "none.bin"),
    ] {
      let outcome = try bench.run(line)
      #expect(!outcome.succeeded && outcome.errors.contains(words), "\(line): \(outcome.errors)")
    }
  }

  @Test("pictures of S and of what it joins")
  func pictures() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --learn --code 10 -o m.bin x.npy")
    for options in [
      "--filters inhibition", "--inhibitors", "--inhibitors --strongest 3 --labels",
      "--layout graph",
      "--layout graph --labels",
    ] {
      let picture = try bench.output("mosaic \(options) m.bin")
      #expect(Array(picture.prefix(4)) == [0x89, 0x50, 0x4E, 0x47], "\(options)")
    }
    for (line, words) in [
      ("mosaic --filters inhibition d.bin", "has no filters of the inhibition"),
      ("mosaic --inhibitors d.bin", "do not inhibit each other"),
      ("mosaic --layout graph d.bin", "do not inhibit each other"),
      ("mosaic --inhibitors --filters decoder m.bin", "exclude each other"),
      ("mosaic --inhibitors --columns 2 m.bin", "--columns has no effect with --inhibitors"),
      (
        "mosaic --inhibitors --layout graph m.bin", "--inhibitors has no effect with --layout graph"
      ),
      ("mosaic --filters inhibition --layout graph m.bin", "rows are no units"),
      ("mosaic --strongest 3 m.bin", "--strongest has no effect"),
      ("mosaic --inhibitors x.npy", "--inhibitors has no effect on a stream"),
    ] {
      let outcome = try bench.run(line)
      #expect(!outcome.succeeded && outcome.errors.contains(words), "\(line): \(outcome.errors)")
    }
  }
}
