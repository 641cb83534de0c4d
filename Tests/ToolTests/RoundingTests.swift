import TestSupport
import Testing

/// Codes of few bits: `encode --round`, and `inspect --bits`.
@Suite struct RoundingTests {
  typealias Bench = LearnedEncoderTests.Bench

  private func array(_ line: String, _ bench: Bench) throws -> NPY {
    try #require(NPY.stream(try bench.output(line))?.first)
  }

  /// What a unit adds goes in steps: of columns of any norm, and at all places of a period.
  @Test(
    "what units add is rounded",
    arguments: [
      "dictionary --dc", "autoencoder --noise 0.02 --no-dc",
      "autoencoder --noise 0.02 --geometry conv --kernel 3",
      "autoencoder --noise 0.02 --geometry local --kernel 3 --period 2",
    ])
  func rounded(_ command: String) throws {
    let bench = try Bench()
    try bench.output("fit \(command) --code 3 --epochs 2 -q -o m.bin x.npy")
    let codes = try array("encode -m m.bin x.npy", bench)
    let rounded = try array("encode -m m.bin --round 0.1 x.npy", bench)
    // Records of each code value by itself, which are the columns.
    let count = codes.shape.dropFirst().reduce(1, *)
    var one = [Float](repeating: 0, count: count * count)
    for index in 0..<count { one[index * count + index] = 1 }
    try bench.folder.write(
      NPY(shape: [count] + codes.shape.dropFirst(), one).bytes, to: "one.npy")
    let columns = try array("decode -m m.bin one.npy", bench)
    let length = columns.floats.count / count
    let steps = (0..<count).map { index -> Float in
      let column = columns.floats[index * length..<(index + 1) * length]
      return 0.1 / column.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    #expect(rounded.floats != codes.floats)
    for (index, value) in rounded.floats.enumerated() {
      let step = steps[index % count]
      let times = value / step
      #expect(abs(times - times.rounded()) < 1e-3 * max(1, abs(times)), "value \(index % count)")
      #expect(abs(value - codes.floats[index]) <= 0.501 * step, "value \(index % count)")
    }
    // Steps that nothing is coarser than leave codes as they are.
    #expect(try array("encode -m m.bin --round 1e-40 x.npy", bench).floats == codes.floats)
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
