import TestSupport
import Testing

/// What units of windows cannot take: one line each, from every program that takes it.
@Suite struct ImageFaultTests {
  /// A folder with 20 images of 10×12, others that do not suit, and models of them.
  private func bench() throws -> LearnedEncoderTests.Bench {
    let bench = try LearnedEncoderTests.Bench()
    for (name, shape) in [
      ("images", [20, 10, 12, 1]), ("color", [20, 10, 12, 3]), ("small", [20, 2, 2, 1]),
      ("odd", [20, 11, 12, 1]), ("empty", [20, 0, 12, 1]), ("none", [0, 10, 12, 1]),
      ("maps", [20, 8, 10, 4]), ("no-maps", [20, 0, 10, 4]), ("other-maps", [20, 8, 10, 5]),
    ] {
      try bench.folder.write(Fixtures.array(shape, seed: 5).bytes, to: "\(name).npy")
    }
    for (name, shape) in [
      ("m", [20, 10, 12, 1]), ("low", [20, 9, 12, 1]), ("few", [19, 10, 12, 1]),
    ] {
      let values = [Float](repeating: 1, count: shape.reduce(1, *))
      try bench.folder.write(NPY(shape: shape, values).bytes, to: "mask-\(name).npy")
    }
    var broken = Fixtures.array([20, 10, 12, 1], seed: 5)
    broken.words[7 * 120 + 40] = Float.nan.bitPattern
    try bench.folder.write(broken.bytes, to: "nan.npy")
    try bench.folder.write([], to: "nothing.npy")
    for (name, options) in [
      ("c", "conv --kernel 3 --code 4"), ("f", "conv --kernel 3 --border full --code 4"),
      ("l", "local --kernel 3 --period 4x5 --code 4"),
    ] {
      try bench.output(
        "fit dictionary --record 3 --epochs 0 -q --geometry \(options) -o \(name).bin <images.npy")
    }
    return bench
  }

  private static let images = "expects images [H,W,1] of at least"

  @Test(arguments: [
    ("encode -m c.bin small.npy", "c.bin \(images) 3x3, stream has [20,2,2,1]"),
    ("encode -m c.bin color.npy", "c.bin \(images) 3x3, stream has [20,10,12,3]"),
    ("encode -m c.bin nothing.npy", "nothing.npy: empty, expected a tensor stream"),
    ("encode -m l.bin --solver fista nan.npy", "record 7 of array 0 holds NaN (value 40 of 120)"),
    ("encode -m l.bin --solver fista odd.npy", "whose places are whole periods of 4x5"),
    // Padding makes windows of no pixel at all.
    ("encode -m f.bin empty.npy", "f.bin \(images) 1x1, stream has [20,0,12,1]"),
    ("encode -m f.bin --solver cd empty.npy", "f.bin \(images) 1x1, stream has [20,0,12,1]"),
    ("decode -m f.bin no-maps.npy", "f.bin expects codes [rows,columns,4] of images, stream has"),
    ("decode -m l.bin other-maps.npy", "l.bin expects codes [rows,columns,4] of images, stream"),
    ("pool -m c.bin other-maps.npy", "c.bin expects records of [4], stream has [20,8,10,5]"),
    ("pool -m c.bin --window 9 maps.npy", "no spatial window fits maps of [20,8,10,4]"),
    (
      "encode -m c.bin --solver fista --mask mask-low.npy images.npy",
      "mask-low.npy: expected an array of [20,10,12,1]"
    ),
    (
      "encode -m c.bin --solver fista --mask mask-few.npy images.npy",
      "mask-few.npy: expected an array of [20,10,12,1]"
    ),
    (
      "decode -m c.bin --fill odd.npy --mask mask-m.npy maps.npy",
      "odd.npy: expected an array of [20,10,12,1]"
    ),
    ("fit lista -m c.bin -q -o o small.npy", "c.bin \(images) 3x3, stream has [20,2,2,1]"),
    ("fit lista -m c.bin -q -o o color.npy", "c.bin \(images) 3x3, stream has [20,10,12,3]"),
    ("fit lista -m l.bin -q -o o odd.npy", "whose places are whole periods of 4x5"),
    ("fit lista -m c.bin -q -o o none.npy", "holds no records"),
    ("fit lista -m c.bin -q -o o nan.npy", "record 7 of array 0 holds NaN"),
    ("fit psd \(conv) --border full empty.npy", "records of [0,12,1]"),
    ("fit psd \(conv) small.npy", "images of [2,2,1] hold no window of 3x3 with padding 0"),
    (
      "fit psd -q --record 3 -o o --geometry local --kernel 3 --period 3 images.npy",
      "period of 3x3"
    ),
    ("fit psd \(conv) --stride 11 nothing.npy", "nothing.npy: empty"),
  ])
  func refused(_ line: String, _ words: String) throws {
    let bench = try bench()
    expectFailure(
      try bench.run(line), from: String(line.prefix { $0 != " " }), saying: words, line)
    #expect(try !bench.folder.names().contains("o"))
  }

  private static let conv = "-q --record 3 -o o --geometry conv --kernel 3"

  /// The model says what a record is: no option could.
  @Test("fit lista takes images without notes")
  func plainImages() throws {
    let bench = try bench()
    var noted = try #require(NPY.stream(try bench.folder.read("images.npy"))?.first)
    noted.comment = "# sparsepipe record=3"
    try bench.folder.write(noted.bytes, to: "noted.npy")
    for model in ["c", "l"] {
      let line = "fit lista -m \(model).bin --iterations 1 --epochs 1 -q"
      try bench.output("\(line) -o plain.bin images.npy")
      try bench.output("\(line) -o noted.bin noted.npy")
      #expect(try bench.folder.read("plain.bin") == bench.folder.read("noted.bin"))
    }
  }
}
