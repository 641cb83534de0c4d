import TestSupport
import Testing

/// Codes of few bits: `encode --round`, and `inspect --bits`.
@Suite struct RoundingTests {
  typealias Bench = LearnedEncoderTests.Bench

  private func array(_ line: String, _ bench: Bench) throws -> NPY {
    try #require(NPY.stream(try bench.output(line))?.first)
  }

  /// What a unit adds goes in steps: of columns of any norm.
  @Test(
    "what units add is rounded",
    arguments: ["d.bin", "noise.bin", "conv.bin"])
  func rounded(_ model: String) throws {
    let bench = try Bench()
    try bench.output(
      "fit autoencoder --noise 0.02 --code 6 --no-dc --epochs 2 -q -o noise.bin x.npy")
    try bench.output(
      "fit autoencoder --geometry conv --kernel 3 --code 4 --epochs 1 -q -o conv.bin x.npy")
    let codes = try array("encode -m \(model) x.npy", bench)
    let rounded = try array("encode -m \(model) --round 0.1 x.npy", bench)
    let units = try #require(codes.shape.last)
    // The column of a unit, of its own code alone.
    var steps: [Float] = []
    if model != "conv.bin" {
      var one = [Float](repeating: 0, count: units * units)
      for unit in 0..<units { one[unit * units + unit] = 1 }
      try bench.folder.write(NPY(shape: [units, units], one).bytes, to: "one.npy")
      let columns = try array("decode -m \(model) one.npy", bench)
      let length = columns.floats.count / units
      steps = (0..<units).map { unit in
        let column = columns.floats[unit * length..<(unit + 1) * length]
        return 0.1 / column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
    }
    #expect(rounded.floats != codes.floats && Set(rounded.floats).count < Set(codes.floats).count)
    for (index, value) in rounded.floats.enumerated() where !steps.isEmpty {
      let step = steps[index % units]
      let times = value / step
      #expect(abs(times - times.rounded()) < 1e-3 * max(1, abs(times)), "unit \(index % units)")
      #expect(abs(value - codes.floats[index]) <= 0.5001 * step)
    }
  }

  /// Values 0 and 1 in halves, and 0, 1, 2, 3 in quarters: 1 and 2 bits.
  @Test("bits are those of the entropies of units")
  func entropy() throws {
    let bench = try Bench()
    let codes: [Float] = (0..<400).flatMap { [Float($0 % 2), Float($0 % 4), Float(7)] }
    try bench.folder.write(NPY(shape: [400, 3], codes).bytes, to: "z.npy")
    let text = String(decoding: try bench.output("inspect --bits z.npy"), as: UTF8.self)
    #expect(text.contains("bits of a code  3,") && text.contains("7 levels"), "\(text)")
    let json = String(decoding: try bench.output("inspect --json --bits z.npy"), as: UTF8.self)
    #expect(json.contains("\"levels\" : 7"))
    let few: [Float] = (0..<1000).map { $0 % 10 == 0 ? 1 : $0 % 2 == 0 ? 0 : -0.0 }
    // Nine of ten zeros: −0.9 log₂ 0.9 − 0.1 log₂ 0.1.
    try bench.folder.write(
      NPY(shape: [1000, 1], few).bytes,
      to: "z.npy")
    let said = String(decoding: try bench.output("inspect --bits z.npy"), as: UTF8.self)
    #expect(said.contains("bits of a code  0.469,") && said.contains("2 levels"), "\(said)")
  }

  static let refused: [(line: String, saying: String, code: Int32)] = [
    ("encode -m d.bin --round 0 x.npy", "--round must be above 0, got 0", 2),
    ("encode -m d.bin --round -1 x.npy", "--round must be above 0", 2),
    ("encode -m d.bin --round nan x.npy", "--round must be", 2),
    ("encode -m d.bin --round 1 --sample x.npy", "--sample and --round exclude", 2),
    ("encode -m d.bin --round 1 --stats x.npy", "--round and --stats exclude", 2),
    ("inspect --bits d.bin", "--bits has no effect on a model", 2),
    ("inspect --bits --compare x.npy x.npy", "--bits has no effect on --compare", 2),
  ]

  @Test("what cannot be is refused in one line", arguments: refused)
  func refuses(_ line: String, _ words: String, _ code: Int32) throws {
    let bench = try Bench()
    expectFailure(
      try bench.run(line), code: code, from: String(line.prefix { $0 != " " }), saying: words, line)
  }
}
