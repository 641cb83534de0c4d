import TestSupport
import Testing

/// Codes with noise, as a shell has them: `fit autoencoder --noise` and what reads their variances.
@Suite struct NoiseTests {
  typealias Bench = LearnedEncoderTests.Bench

  private static let fit = "fit autoencoder --code 16 --epochs 3 -q"

  private func array(_ line: String, _ bench: Bench) throws -> NPY {
    try #require(NPY.stream(try bench.output(line))?.first)
  }

  private func number(_ key: String, in json: String) throws -> Double {
    let found = try #require(json.firstRange(of: "\"\(key)\" : "), "\(json)")
    let digits = json[found.upperBound...].prefix {
      $0.isNumber || $0 == "." || $0 == "e" || $0 == "-"
    }
    return try #require(Double(digits))
  }

  @Test(
    "means, variances and samples go together",
    arguments: [
      "", "--dc", "--center --normalize", "--nonlinearity relu --iterations 2",
      "--nonnegative code", "--geometry conv --kernel 3 --code 4",
      "--geometry local --kernel 3 --padding 1 --period 2 --code 2",
    ])
  func contents(_ options: String) throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --noise 0.02 \(options) -o m.bin x.npy")
    let means = try array("encode -m m.bin x.npy", bench)
    let variances = try array("encode -m m.bin --variance x.npy", bench)
    #expect(means.shape == variances.shape)
    let units = try #require(means.shape.last)
    // Records are bright: there is a DC unit where none is refused.
    let isOfDC = units == 17
    for (index, variance) in variances.floats.enumerated() {
      #expect(isOfDC && index % units == units - 1 ? variance == 0 : variance > 0)
    }
    #expect(Set(variances.floats).count > units)
    let sample = try array("encode -m m.bin --sample -s 3 -j 1 x.npy", bench)
    let threads = try array("encode -m m.bin --sample -s 3 -j 3 x.npy", bench)
    #expect(sample.floats == threads.floats)
    #expect(try array("encode -m m.bin --sample -s 4 x.npy", bench).floats != sample.floats)
    // ε = (z − μ)/σ is standard normal.
    var sums = (count: 0.0, first: 0.0, second: 0.0)
    for index in means.floats.indices where variances.floats[index] > 0 {
      let deviation = Double(variances.floats[index]).squareRoot()
      let epsilon = Double(sample.floats[index] - means.floats[index]) / deviation
      sums = (sums.count + 1, sums.first + epsilon, sums.second + epsilon * epsilon)
    }
    let error = 5 / sums.count.squareRoot()
    #expect(abs(sums.first / sums.count) < error)
    #expect(abs(sums.second / sums.count - 1) < 2 * error)
    try bench.output("encode -m m.bin --sample x.npy | decode -m m.bin -o back.npy")
  }

  /// Records of several arrays are numbered through, so that the noise of a stream does not depend on how it is cut.
  @Test(
    "noise is that of the records of a stream",
    arguments: ["", "--geometry conv --kernel 3 --code 4"])
  func ofStreams(_ options: String) throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --noise 0.02 \(options) -o m.bin x.npy")
    let x = try #require(NPY.stream(try bench.folder.read("x.npy"))?.first)
    func part(_ records: Range<Int>) -> [UInt8] {
      NPY(
        shape: [records.count, 4, 4, 1],
        Array(x.floats[16 * records.lowerBound..<16 * records.upperBound])
      ).bytes
    }
    try bench.folder.write(part(0..<400), to: "whole.npy")
    try bench.folder.write(part(0..<7) + part(7..<300) + part(300..<400), to: "cut.npy")
    let whole = try array("encode -m m.bin --sample whole.npy", bench)
    let cut = try #require(NPY.stream(try bench.output("encode -m m.bin --sample cut.npy")))
    #expect(cut.count == 3 && cut.flatMap(\.floats) == whole.floats)
  }

  /// The less a nat may cost, the more units tell something; all of it is what `inspect` adds up.
  @Test("units fall silent as the divergence counts for more")
  func activeUnits() throws {
    let bench = try Bench()
    var found: [(active: Double, nats: Double)] = []
    for noise in ["0.0001", "0.01", "0.03", "0.1", "3"] {
      try bench.output(
        "fit autoencoder --code 16 --center --normalize --epochs 40 -q --noise \(noise) -o m.bin x.npy"
      )
      try bench.output("encode -m m.bin --variance -o v.npy x.npy")
      let json = String(
        decoding: try bench.output("encode -m m.bin x.npy | inspect --json --variances v.npy"),
        as: UTF8.self)
      found.append((try number("active", in: json), try number("nats", in: json)))
    }
    for (more, less) in zip(found, found.dropFirst()) {
      #expect(more.active >= less.active && more.nats > less.nats, "\(found)")
    }
    // Records are of 15 dimensions.
    #expect(found[0].active >= 15 && found[4].active == 0, "\(found)")
  }

  /// Linear means and a linear decoder: the least energy is that of the principal directions whose variance l is above v,
  /// Σ ½ min(l, v) + ½v log(l/v) (Tipping & Bishop 1999; Lucas et al. 2019).
  @Test("linear units come to the least energy there is")
  func principalDirections() throws {
    let bench = try Bench(records: 2000)
    let (count, length) = (2000, 4)
    var x = [Float](repeating: 0, count: count * length)
    // Directions that are apart, of variances 8, 2, 0.5 and 0.02: their sum is 10.52.
    let variances = [8, 2, 0.5, 0.02]
    var state: UInt64 = 1
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    for index in x.indices {
      // A sum of twelve is about normal; only its variance matters.
      let sum = (0..<12).reduce(0.0) { total, _ in total + uniform() } - 6
      x[index] = Float(sum * variances[index % length].squareRoot())
    }
    try bench.folder.write(NPY(shape: [count, length], x).bytes, to: "p.npy")
    try bench.output(
      "fit autoencoder --code 8 --no-dc --epochs 60 --noise 0.01 --log log.tsv -q --record 1 -o m.bin p.npy"
    )
    let rows = String(decoding: try bench.folder.read("log.tsv"), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: "\t") }
    let column = try #require(rows[0].firstIndex(of: "energy"))
    let energy = try #require(Double(rows[rows.count - 1][column]))
    var found = [Double](repeating: 0, count: length)
    for (index, value) in x.enumerated() { found[index % length] += Double(value) * Double(value) }
    found = found.map { $0 / Double(count) }
    let v = 0.01 * found.reduce(0, +)
    let least = found.reduce(0) { sum, l in
      sum + (l > v ? 0.5 * v * (1 + logarithm(l / v)) : 0.5 * l)
    }
    #expect(energy > 0.99 * least && energy < 1.04 * least, "\(energy) of \(least)")
  }

  /// ln x by its series, x = m·2ⁿ.
  private func logarithm(_ x: Double) -> Double {
    let s = (x.significand - 1) / (x.significand + 1)
    let series = stride(from: 1.0, to: 60, by: 2).reduce((0.0, s)) {
      ($0.0 + 2 * $0.1 / $1, $0.1 * s * s)
    }
    return series.0 + Double(x.exponent) * 0.693147180559945
  }

  /// Adam's ε goes with the size of gradients.
  @Test("records of any size are learned from alike", arguments: ["linear", "relu"])
  func sizeOfRecords(_ f: String) throws {
    let bench = try Bench()
    let x = try #require(NPY.stream(try bench.folder.read("x.npy"))?.first)
    var energies: [Double] = []
    for exponent in [0, -20, 12] {
      let scale = Float(sign: .plus, exponent: exponent, significand: 1)
      try bench.folder.write(
        NPY(shape: [400, 16], x.floats.map { $0 * scale }).bytes, to: "scaled.npy")
      try bench.output(
        "fit autoencoder --code 16 --no-dc --epochs 20 -q --record 1 --noise 0.01 --nonlinearity \(f) --log log.tsv -o m.bin scaled.npy"
      )
      let rows = String(decoding: try bench.folder.read("log.tsv"), as: UTF8.self)
        .split(separator: "\n").map { $0.split(separator: "\t") }
      let column = try #require(rows[0].firstIndex(of: "energy"))
      let energy = try #require(Double(rows[rows.count - 1][column]))
      energies.append(energy / Double(scale) / Double(scale))
    }
    for energy in energies { #expect(abs(energy / energies[0] - 1) < 1e-3, "\(energies)") }
  }

  @Test("a classifier learns beside it, from some of the labels")
  func classifier() throws {
    let bench = try Bench()
    let labels = (0..<400).map { $0 % 4 == 0 ? "\($0 % 3)\n" : "-1\n" }.joined()
    try bench.folder.write(labels, to: "some")
    let line =
      "fit drsae --labels some --noise 0.01 --anneal 2 --code 16 --iterations 0 --unsupervised-epochs 1 --epochs 3 -q"
    try bench.output("\(line) -o m.bin x.npy")
    let text = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(text.contains("variance.encoder.weight") && text.contains("classifier.weight"))
    try bench.output("encode -m m.bin x.npy | classify -m m.bin -o l.npy")
    try bench.output("encode -m m.bin --sample x.npy | classify -m m.bin -o l2.npy")
    try bench.output("\(line) --geometry conv --kernel 3 --code 4 -o c.bin x.npy")
    try bench.output("encode -m c.bin --variance x.npy -o v.npy")
  }

  @Test("layers that are trained further have no noise any more")
  func stacked() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --noise 0.02 -o m.bin x.npy")
    try bench.output("encode -m m.bin x.npy | fit classifier --labels y -q -o c.bin")
    try bench.output("fit join -m m.bin -m c.bin -o net2.bin")
    try bench.output("encode -m net2.bin --sample x.npy | classify -m net2.bin -o l.npy")
    try bench.output("fit stack -m net2.bin --labels y --epochs 1 -q -o tuned.bin x.npy")
    try bench.output("encode -m tuned.bin -o z.npy x.npy")
    expectFailure(
      try bench.run("encode -m tuned.bin --variance x.npy"), from: "encode",
      saying: "layer 1 of tuned.bin have no noise", "tuned")
    try bench.output("fit stack -m net2.bin --labels y --freeze 1 --epochs 1 -q -o half.bin x.npy")
    try bench.output("encode -m half.bin --variance -o v.npy x.npy")
  }

  @Test("what a training goes on from is the same, with noise and without")
  func start() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --noise 0.02 -o m.bin x.npy")
    try bench.output("\(Self.fit) --noise 0.02 --start m.bin --epochs 0 -o same.bin x.npy")
    for what in ["", "--variance"] {
      let (a, b) = (
        try array("encode -m m.bin \(what) x.npy", bench),
        try array("encode -m same.bin \(what) x.npy", bench)
      )
      for (first, second) in zip(a.floats, b.floats) { #expect(abs(first - second) < 1e-5) }
    }
    expectFailure(
      try bench.run("\(Self.fit) --nonlinearity linear --start m.bin -o o x.npy"), from: "fit",
      saying: "m.bin: cannot begin with it: its codes have noise", "noise")
    // A model without noise is a start: its codes come to the size of the noise.
    try bench.output("\(Self.fit) --nonlinearity linear -o plain.bin x.npy")
    try bench.output("\(Self.fit) --noise 0.02 --start plain.bin -o n.bin x.npy")
  }

  @Test("fewer units are the same units")
  func pruned() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --noise 0.02 -o m.bin x.npy")
    try bench.output("fit prune -m m.bin --prune-quantile 0.25 --at-random -q -o p.bin x.npy")
    let (all, left) = (
      try array("encode -m m.bin --variance x.npy", bench),
      try array("encode -m p.bin --variance x.npy", bench)
    )
    #expect(left.shape[1] < all.shape[1])
    #expect(Set(left.floats).isSubset(of: Set(all.floats)))
  }

  @Test("codes that no record has")
  func codeSpace() throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --noise 0.02 --no-dc -o m.bin x.npy")
    let drawn = try array("decode -m m.bin --random 1000 -s 2", bench)
    #expect(drawn.shape == [1000, 4, 4, 1])
    #expect(
      try array("decode -m m.bin --random 3 -s 2", bench).floats == Array(drawn.floats[..<48]))
    #expect(
      try array("decode -m m.bin --random 3 -s 3", bench).floats != Array(drawn.floats[..<48]))
    // Their variance is that of Dz with z standard normal: ‖D‖² over all elements.
    let mean = drawn.floats.reduce(0) { $0 + Double($1) * Double($1) } / 1000
    let columns = try array("decode -m m.bin unit.npy", bench.withUnits(16))
    let square = columns.floats.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(mean / square - 1) < 0.15, "\(mean) \(square)")
    let walk = try array("encode -m m.bin x.npy | decode -m m.bin --walk 4", bench)
    let back = try array("encode -m m.bin x.npy | decode -m m.bin", bench)
    #expect(walk.shape == [399 * 4 + 1, 4, 4, 1])
    for record in 0..<400 {
      #expect(
        walk.floats[64 * record..<64 * record + 16] == back.floats[16 * record..<16 * record + 16])
    }
    for index in 0..<16 {
      let middle = 0.5 * (back.floats[index] + back.floats[16 + index])
      #expect(abs(walk.floats[32 + index] - middle) < 1e-5)
    }
  }

  static let refused: [(line: String, saying: String, code: Int32)] = [
    ("fit autoencoder --noise 0 -o o x.npy", "--noise must be above 0, got 0", 2),
    ("fit autoencoder --noise nan -o o x.npy", "--noise must be", 2),
    ("fit autoencoder --noise -1 -o o x.npy", "--noise must be", 2),
    ("fit autoencoder --anneal 3 -o o x.npy", "--anneal has no effect without --noise", 2),
    ("fit autoencoder --noise 1 --anneal -3 -o o x.npy", "--anneal must be", 2),
    ("fit psd --noise 1 -o o x.npy", "--noise", 2),
    (
      "fit autoencoder --noise 1 --penalty group --pools consecutive:4 -o o x.npy",
      "--penalty has no effect with --noise without --lambda", 2
    ),
    ("encode --variance x.npy", "codes of the built-in model have no noise", 1),
    ("encode -m m.bin --variance --sample x.npy", "exclude each other", 2),
    ("encode -m m.bin --variance --trace x.npy", "--variance and --trace exclude", 2),
    ("encode -m m.bin --sample --stats x.npy", "--sample and --stats exclude", 2),
    ("encode -m m.bin -s 3 x.npy", "--seed has no effect without --sample", 2),
    ("encode -m m.bin --variance --solver cd x.npy", "variances of m.bin are those", 1),
    ("decode -m m.bin --random 0", "--random must be", 2),
    ("decode -m m.bin --random 3 z.npy", "--random reads no codes", 2),
    ("decode -m m.bin -s 3 z.npy", "--seed has no effect without --random", 2),
    ("decode -m d.bin --random 3", "codes of d.bin have no noise", 1),
    ("decode -m m.bin --walk 0 z.npy", "--walk must be", 2),
    ("decode -m m.bin --walk 3 one.npy", "expected two or more, found 1", 1),
    ("inspect --variances short.npy z.npy", "short.npy: expected variances of [400,16]", 1),
    ("inspect --variances minus.npy z.npy", "unit 0 in record 0 is -1.0, expected it above 0", 1),
    ("inspect --variances v.npy m.bin", "--variances has no effect on a model", 2),
    ("inspect --variances v.npy z.npy z.npy", "those of one stream", 2),
    ("inspect --variances none.npy z.npy", "none.npy: cannot open", 1),
  ]

  @Test("what cannot be is refused in one line", arguments: refused)
  func refuses(_ line: String, _ words: String, _ code: Int32) throws {
    let bench = try Bench()
    try bench.output("\(Self.fit) --noise 0.02 --no-dc -o m.bin x.npy")
    try bench.output("encode -m m.bin -o z.npy x.npy")
    try bench.output("encode -m m.bin --variance -o v.npy x.npy")
    try bench.folder.write(
      NPY(shape: [3, 16], [Float](repeating: 1, count: 48)).bytes, to: "short.npy")
    try bench.folder.write(
      NPY(shape: [1, 16], [Float](repeating: 1, count: 16)).bytes, to: "one.npy")
    try bench.folder.write(
      NPY(shape: [400, 16], [Float](repeating: -1, count: 6400)).bytes, to: "minus.npy")
    let outcome = try bench.run(line)
    expectFailure(
      outcome, code: code, from: String(line.prefix { $0 != " " }), saying: words, line)
    #expect(try !bench.folder.names().contains("o"))
  }
}

extension LearnedEncoderTests.Bench {
  /// The same with `unit.npy`, a code for each unit by itself.
  fileprivate func withUnits(_ count: Int) throws -> Self {
    var codes = [Float](repeating: 0, count: count * count)
    for unit in 0..<count { codes[unit * count + unit] = 1 }
    try folder.write(NPY(shape: [count, count], codes).bytes, to: "unit.npy")
    return self
  }
}
