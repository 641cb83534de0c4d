import TestSupport
import Testing

/// `--mask` of encode and decode: inference on what is there, and filling in the rest.
@Suite struct MissingValuesTests {
  private typealias Bench = LearnedEncoderTests.Bench

  /// Records `x.npy`, masks `m.npy` of two values in five missing, and `nan.npy`, with NaN there.
  private func bench(records: Int = 40) throws -> (bench: Bench, masks: [Float]) {
    let bench = try Bench(records: records)
    var x = try #require(NPY.stream(try bench.folder.read("x.npy"))?.first)
    let masks = (0..<x.words.count).map { Float($0 * 7 % 5 < 3 ? 1 : 0) }
    try bench.folder.write(NPY(shape: x.shape, masks).bytes, to: "m.npy")
    for (index, mask) in masks.enumerated() where mask == 0 {
      x.words[index] = Float.nan.bitPattern
    }
    try bench.folder.write(x.bytes, to: "nan.npy")
    return (bench, masks)
  }

  @Test(arguments: ["homotopy", "cd", "sparsa", "fista", "ista"])
  func nothingMissingChangesNothing(_ solver: String) throws {
    let (bench, _) = try bench()
    let one = NPY(shape: [4, 4, 1], [Float](repeating: 1, count: 16))
    try bench.folder.write(one.bytes, to: "one.npy")
    let encode = "encode -m d.bin --solver \(solver)"
    #expect(
      try bench.output("\(encode) --mask one.npy x.npy") == bench.output("\(encode) x.npy"))
  }

  /// A column of masks is a list of them, a grid of other sides is not.
  @Test func masksOfAGrid() throws {
    let (bench, masks) = try bench()
    let encode = "encode -m d.bin --solver homotopy --mask"
    for shape in [[40, 1, 4, 4, 1], [1, 40, 4, 4, 1]] {
      try bench.folder.write(NPY(shape: shape, masks).bytes, to: "column.npy")
      #expect(
        try bench.output("\(encode) column.npy x.npy") == bench.output("\(encode) m.npy x.npy"))
    }
    try bench.folder.write(NPY(shape: [8, 5, 4, 4, 1], masks).bytes, to: "grid.npy")
    expectFailure(
      try bench.run("\(encode) grid.npy x.npy"), from: "encode",
      saying: "grid.npy: expected an array of [40,4,4,1]", "a grid")
  }

  @Test func whatIsMissingIsNotLookedAt() throws {
    let (bench, masks) = try bench(records: 400)
    let encode = "encode -m d.bin --solver homotopy --mask m.npy --stats"
    try bench.output("\(encode) x.npy >a.npy && \(encode) -j 2 nan.npy >b.npy && cmp a.npy b.npy")
    let filled = try bench.output("decode -m d.bin --fill nan.npy --mask m.npy a.npy")
    let (found, x) = (
      try #require(NPY.stream(filled)?.first),
      try #require(NPY.stream(try bench.folder.read("x.npy"))?.first)
    )
    let whole = try #require(NPY.stream(try bench.output("decode -m d.bin a.npy"))?.first)
    for (index, mask) in masks.enumerated() {
      #expect(found.words[index] == (mask == 1 ? x : whole).words[index], "value \(index)")
    }
  }

  /// What preprocessing takes of a record it gets back: records of one value are filled in by that value.
  @Test(arguments: ["--center", "--center --normalize", "--dc"])
  func whatIsTakenIsPutBack(_ steps: String) throws {
    let (bench, masks) = try bench()
    try bench.output("fit dictionary --code 16 --epochs 1 \(steps) -q -o m.bin x.npy")
    let flat = (0..<masks.count).map { Float($0 / 16) / 40 + 0.1 }
    try bench.folder.write(NPY(shape: [40, 4, 4, 1], flat).bytes, to: "flat.npy")
    try bench.output("encode -m m.bin --solver homotopy --mask m.npy flat.npy >z.npy")
    let filled = try bench.output("decode -m m.bin --fill flat.npy --mask m.npy z.npy")
    let found = try #require(NPY.stream(filled)?.first).floats
    #expect(zip(found, flat).allSatisfy { abs($0 - $1) < 1e-4 }, "\(steps)")
  }

  @Test func badMasks() throws {
    let (bench, masks) = try bench()
    func write(_ name: String, _ change: (inout NPY) -> Void) throws {
      var array = NPY(shape: [40, 4, 4, 1], masks)
      change(&array)
      try bench.folder.write(array.bytes, to: name)
    }
    try write("grey.npy") { $0.words[20] = Float(0.5).bitPattern }
    try write("empty.npy") { for index in 32..<48 { $0.words[index] = 0 } }
    try write("few.npy") { $0 = NPY(shape: [20, 4, 4, 1], Array(masks.prefix(320))) }
    let encode = "encode -m d.bin --solver homotopy"
    for (line, words) in [
      ("\(encode) --mask grey.npy x.npy", "grey.npy: the mask of record 1 holds 0.5, expected 1"),
      ("\(encode) --mask empty.npy x.npy", "empty.npy: everything is missing in record 2"),
      ("\(encode) --mask few.npy x.npy", "few.npy: expected an array of [40,4,4,1]"),
      ("\(encode) --mask m.npy x.npy x.npy", "m.npy: ends before the stream"),
      (
        "cat m.npy m.npy >two.npy; \(encode) --mask two.npy x.npy", "two.npy: goes on after the end"
      ),
      ("\(encode) nan.npy", "nan.npy: record 0 of array 0 holds NaN"),
      ("\(encode) --mask y x.npy", "y: "),
      ("encode -m w.bin --solver homotopy --mask m.npy x.npy", "w.bin has none"),
    ] {
      expectFailure(try bench.run("\(line) >z.npy"), from: "encode", saying: words, line)
    }
    let nan = NPY(shape: [4, 4, 1], [Float](repeating: 1, count: 16))
    try bench.folder.write(nan.bytes, to: "one.npy")
    expectFailure(
      try bench.run("\(encode) --mask one.npy nan.npy"), from: "encode",
      saying: "nan.npy: record 0 has NaN or infinity where its mask says", "a mask of too much")
    try bench.output("\(encode) x.npy >z.npy")
    expectFailure(
      try bench.run("decode -m d.bin --fill nan.npy --mask one.npy z.npy"), from: "decode",
      saying: "nan.npy: record 0 has NaN or infinity where its mask says", "a fill of NaN")
    try bench.output("fit whiten -q -o wh.bin x.npy")
    try bench.output("fit dictionary --code 16 --epochs 1 --whitening wh.bin -q -o wd.bin x.npy")
    expectFailure(
      try bench.run("encode -m wd.bin --solver homotopy --mask m.npy x.npy"), from: "encode",
      saying: "--mask: wd.bin whitens, for which no value of a record may be missing", "whitened")
    for line in [
      "encode -m d.bin --mask m.npy x.npy", "encode -m d.bin --solver lcod --mask m.npy x.npy",
      "\(encode.replacing("homotopy", with: "cd")) --warm-start --mask m.npy x.npy",
      "decode -m d.bin --mask m.npy z.npy", "decode -m d.bin --fill x.npy z.npy",
    ] {
      let tool = line.hasPrefix("encode") ? "encode" : "decode"
      expectFailure(try bench.run(line), code: 2, from: tool, saying: "--mask", line)
    }
  }
}
