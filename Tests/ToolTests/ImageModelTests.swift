import TestSupport
import Testing

/// Models whose units see windows of images, as a shell runs them.
@Suite struct ImageModelTests {
  /// A folder with 60 images of 10×12 and a larger one.
  private func bench() throws -> LearnedEncoderTests.Bench {
    let bench = try LearnedEncoderTests.Bench()
    let folder = bench.folder
    try folder.write(
      Fixtures.array([60, 10, 12, 1], note: "record=3", seed: 5).bytes, to: "images.npy")
    try folder.write(
      Fixtures.array([1, 25, 31, 1], note: "record=3", seed: 6).bytes, to: "large.npy")
    return bench
  }

  private static let convolution = "--geometry conv --kernel 3x4 --stride 2 --padding 1 --code 5"
  private static let local = "--geometry local --kernel 3 --period 2x5 --code 2"
  private static let passes =
    "--geometry conv --kernel 4x3 --stride 2 --padding 1 --code 4 --iterations 2"
  private static let localPasses =
    "--geometry local --kernel 3 --period 2x5 --code 2 --iterations 2"
  private static let fit = "fit autoencoder --epochs 2 --batch 16 --lambda 0.05 -q"

  @Test(
    "codes and images of any size",
    arguments: [
      (convolution, [60, 5, 6, 5], [1, 13, 15, 5]), (local, [60, 8, 10, 2], [1, 23, 29, 2]),
      (passes, [60, 5, 6, 4], [1, 12, 16, 4]), (localPasses, [60, 8, 10, 2], [1, 23, 29, 2]),
    ])
  func anySize(_ geometry: String, _ small: [Int], _ large: [Int]) throws {
    let bench = try bench()
    try bench.output("\(Self.fit) \(geometry) -o m.bin <images.npy")
    let both = "cat images.npy large.npy | encode -m m.bin"
    let codes = try #require(NPY.stream(try bench.output(both)))
    #expect(codes.map(\.shape) == [small, large])
    for code in codes {
      #expect(code.floats.contains { $0 > 0 } && code.floats.allSatisfy { $0 >= 0 })
    }
    let images = try #require(NPY.stream(try bench.output("\(both) | decode -m m.bin")))
    #expect(images.map(\.shape) == [[60, 10, 12, 1], [1, 25, 31, 1]])
    try bench.output("mosaic m.bin -o m.png")
    let report = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(report.contains("geometry = "))
    #expect(
      try bench.output("\(both) -j 1") == bench.output("\(both) -j 2"))
  }

  @Test("encode --iterations", arguments: [passes, localPasses])
  func iterations(_ geometry: String) throws {
    let bench = try bench()
    try bench.output("\(Self.fit) \(geometry) -o m.bin <images.npy")
    let codes = try (0...3).map {
      try #require(
        NPY.stream(try bench.output("encode -m m.bin --iterations \($0) <large.npy"))?.first)
    }
    let own = try #require(NPY.stream(try bench.output("encode -m m.bin <large.npy"))?.first)
    #expect(sameBits(own.floats, codes[2].floats))
    for passes in 1...3 {
      #expect(codes[passes].floats != codes[passes - 1].floats)
      #expect(codes[passes].shape == codes[0].shape)
    }
    let report = String(decoding: try bench.output("inspect m.bin"), as: UTF8.self)
    #expect(report.contains("encoder.recurrent"))
  }

  /// A convolution is an encoder of the windows that patches cuts.
  @Test("codes of a convolution are those of its windows, to the bit")
  func windows() throws {
    let bench = try bench()
    try bench.output(
      "\(Self.fit) --geometry conv --kernel 4 --code 6 --epochs 1 -o m.bin <images.npy")
    // The same model without its geometry is one of windows.
    try bench.output(
      """
      python3 - <<'E'
      import json, struct
      data = open('m.bin', 'rb').read()
      size = struct.unpack('<Q', data[:8])[0]
      header = json.loads(data[8:8 + size])
      for key in ('geometry', 'stride', 'padding'): del header['__metadata__'][key]
      text = json.dumps(header).encode()
      text += b' ' * (-len(text) % 8)
      open('windows.bin', 'wb').write(struct.pack('<Q', len(text)) + text + data[8 + size:])
      E
      """)
    let whole = try #require(NPY.stream(try bench.output("encode -m m.bin <large.npy"))?.first)
    let parts = try #require(
      NPY.stream(try bench.output("patches -q --size 4 large.npy | encode -m windows.bin"))?.first)
    #expect(whole.shape == [1, 22, 28, 6])
    #expect(sameBits(whole.floats, parts.floats))
  }

  /// What is done with a whole image is not done with strips of it: an energy, what is missing.
  @Test("a large image in strips and as a whole")
  func largeImage() throws {
    let bench = try bench()
    try bench.output("\(Self.fit) --geometry conv --kernel 4 --code 6 -o m.bin <images.npy")
    try bench.folder.write(
      Fixtures.array([1, 150, 210, 1], note: "record=3", seed: 12).bytes, to: "huge.npy")
    let codes = try bench.output("encode -m m.bin --no-notes -j 2 <huge.npy")
    #expect(NPY.stream(codes)?.map(\.shape) == [[1, 147, 207, 6]])
    #expect(try bench.output("encode -m m.bin --no-notes --stats <huge.npy") == codes)
    let exact = try bench.output(
      "encode -m m.bin --no-notes --solver fista --iterations 3 --gap 0 <huge.npy")
    #expect(exact.count == codes.count && exact != codes)
  }

  @Test("the same bytes on any number of threads, and resumed")
  func reproducible() throws {
    let bench = try bench()
    for geometry in [Self.convolution, Self.local, Self.localPasses] {
      let line = "\(Self.fit) \(geometry)"
      try bench.output("\(line) -j 1 -o one.bin <images.npy")
      try bench.output("\(line) -j 2 -o two.bin <images.npy")
      #expect(try bench.folder.read("one.bin") == bench.folder.read("two.bin"))
      try bench.output(
        "\(line) --epochs 1 --schedule constant --checkpoint c -o half.bin <images.npy")
      try bench.output("\(line) --schedule constant --resume c -o on.bin <images.npy")
      try bench.output("\(line) --schedule constant -o once.bin <images.npy")
      #expect(try bench.folder.read("on.bin") == bench.folder.read("once.bin"))
    }
  }

  @Test("what does not suit is refused in one line")
  func refused() throws {
    let bench = try bench()
    try bench.output("\(Self.fit) \(Self.convolution) -o m.bin <images.npy")
    try bench.output("encode -m m.bin images.npy -o z.npy")
    try bench.folder.write(
      Fixtures.array([2, 10, 12, 3], note: "record=3", seed: 7).bytes, to: "color.npy")
    try bench.folder.write(
      Fixtures.array([2, 1, 12, 1], note: "record=3", seed: 8).bytes, to: "flat.npy")
    try bench.folder.write(
      Fixtures.array([40, 9], note: "record=1", seed: 9).bytes, to: "rows.npy")
    func fails(_ line: String, from name: String, saying part: String) throws {
      expectFailure(try bench.run(line), from: name, saying: part, line)
    }
    let images = "expects images [H,W,1] of at least 1x2"
    try fails("encode -m m.bin color.npy", from: "encode", saying: images)
    try fails("encode -m m.bin rows.npy", from: "encode", saying: images)
    for options in ["--solver homotopy", "--trace"] {
      try fails(
        "encode -m m.bin \(options) images.npy", from: "encode", saying: "windows")
    }
    try fails(
      "encode -m m.bin --iterations 3 images.npy", from: "encode",
      saying: "--iterations has no effect: m.bin has no recurrent encoder")
    try fails("mosaic m.bin --units part -o o", from: "mosaic", saying: "over images")
    try fails("decode -m m.bin images.npy", from: "decode", saying: "[rows,columns,5]")
    try fails(
      "fit prune -m m.bin --prune-below 0.1 -o o <x.npy", from: "fit", saying: "over images")
    try fails("fit lista -q -m m.bin -o o <color.npy", from: "fit", saying: images)
    expectFailure(
      try bench.run("fit lista -m m.bin -o o --kind lcod <images.npy"), code: 2, from: "fit",
      saying: "--kind lcod has no", "lcod")
    let local = "\(Self.fit) --geometry local --kernel 3 -o o"
    try fails("\(local) --period 3 <images.npy", from: "fit", saying: "does not divide the 8x10")
    try fails("\(local) <flat.npy", from: "fit", saying: "hold no window of 3x3")
    try fails("\(local) <rows.npy", from: "fit", saying: "expected images [H,W,C]")
    expectFailure(
      try bench.run("\(local) --center <images.npy"), code: 2, from: "fit",
      saying: "or prepared by --contrast and --scale",
      "center")
  }
}

/// Exact codes of images, as a shell asks for them.
@Suite struct ImageInferenceTests {
  private func bench(_ geometry: String) throws -> LearnedEncoderTests.Bench {
    let bench = try LearnedEncoderTests.Bench()
    try bench.folder.write(
      Fixtures.array([6, 10, 12, 1], note: "record=3", seed: 5).bytes, to: "images.npy")
    try bench.folder.write(
      Fixtures.array([1, 18, 22, 1], note: "record=3", seed: 6).bytes, to: "large.npy")
    try bench.output(
      "fit autoencoder --epochs 2 --batch 2 --lambda 0.2 -q \(geometry) -o m.bin <images.npy")
    return bench
  }

  private static let geometries = [
    "--geometry conv --kernel 3x4 --stride 2 --padding 1 --code 5",
    "--geometry conv --kernel 3 --border full --code 6 --penalty group --pools consecutive:2",
    "--geometry local --kernel 3 --period 4x5 --code 2 --nonlinearity tanh",
    "--geometry local --kernel 3 --period 4x5 --penalty group --pools torus:4x5:2:1 --nonlinearity tanh",
  ]

  @Test("exact codes have the least energy of all", arguments: geometries)
  func exact(_ geometry: String) throws {
    let bench = try bench(geometry)
    func energy(_ options: String) throws -> Double {
      let result = try bench.run("encode -m m.bin \(options) --stats images.npy large.npy >z.npy")
      #expect(result.succeeded, "\(result.errors)")
      let words = result.errors.split(separator: " ").map(String.init)
      let index = try #require(words.firstIndex { $0.hasSuffix("energy") })
      return try #require(Double(words[index + 1]))
    }
    let encoded = try energy("")
    let fista = try energy("--solver fista --gap 1e-5")
    let sparsa = try energy("--solver sparsa --gap 1e-5 -j 2")
    #expect(abs(fista - sparsa) <= 1e-4 * fista)
    #expect(fista < encoded)
    #expect(try energy("--solver fista --gap 1e-5 --warm-start") <= fista * 1.0001)
    let codes = try #require(NPY.stream(try bench.folder.read("z.npy")))
    let shapes = try #require(
      NPY.stream(try bench.output("encode -m m.bin images.npy large.npy")))
    #expect(codes.map(\.shape) == shapes.map(\.shape))
    let images = try #require(NPY.stream(try bench.output("decode -m m.bin z.npy")))
    #expect(images.map(\.shape) == [[6, 10, 12, 1], [1, 18, 22, 1]])
  }

  @Test("what is missing is not looked at, and filled in", arguments: geometries)
  func masks(_ geometry: String) throws {
    let bench = try bench(geometry)
    var x = try #require(NPY.stream(try bench.folder.read("images.npy"))?.first)
    let masks = (0..<x.words.count).map { Float($0 * 7 % 5 < 3 ? 1 : 0) }
    try bench.folder.write(NPY(shape: x.shape, masks).bytes, to: "k.npy")
    for (index, mask) in masks.enumerated() where mask == 0 {
      x.words[index] = Float.nan.bitPattern
    }
    try bench.folder.write(x.bytes, to: "nan.npy")
    let encode = "encode -m m.bin --solver fista --mask k.npy"
    try bench.output(
      "\(encode) images.npy >a.npy && \(encode) -j 2 nan.npy >b.npy && cmp a.npy b.npy")
    let filled = try bench.output("decode -m m.bin --fill nan.npy --mask k.npy a.npy")
    let found = try #require(NPY.stream(filled)?.first)
    let whole = try #require(NPY.stream(try bench.output("decode -m m.bin a.npy"))?.first)
    for (index, mask) in masks.enumerated() {
      #expect(found.words[index] == (mask == 1 ? x : whole).words[index], "value \(index)")
    }
    // One mask for all, and all of it there.
    let one = NPY(shape: [10, 12, 1], [Float](repeating: 1, count: 120))
    try bench.folder.write(one.bytes, to: "one.npy")
    let all = "encode -m m.bin --solver fista"
    #expect(
      try bench.output("\(all) --mask one.npy images.npy") == bench.output("\(all) images.npy"))
    expectFailure(
      try bench.run("\(all) --mask one.npy images.npy large.npy"), from: "encode",
      saying: "one.npy: one record of [10,12,1] for all, expected [18,22,1]", "another size")
  }

  @Test("what does not suit is refused in one line")
  func refused() throws {
    let bench = try bench("--geometry local --kernel 3 --period 4x5")
    try bench.folder.write(
      Fixtures.array([1, 11, 12, 1], note: "record=3", seed: 5).bytes, to: "odd.npy")
    try bench.output("encode -m m.bin odd.npy >z.npy")
    for (options, words) in [
      (
        "--solver fista odd.npy",
        "odd.npy: m.bin expects images whose places are whole periods of 4x5"
      ),
      ("--solver homotopy images.npy", "--solver homotopy does not serve m.bin"),
      ("--solver lcod images.npy", "--solver lcod: m.bin has units of windows"),
      ("--trace images.npy", "--trace: m.bin has units of windows"),
    ] {
      expectFailure(
        try bench.run("encode -m m.bin \(options) >z.npy"), from: "encode", saying: words, options)
    }
  }
}
