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
  private static let fit = "fit autoencoder --epochs 2 --batch 16 --lambda 0.05 -q"

  @Test(
    "codes and images of any size",
    arguments: [
      (convolution, [60, 5, 6, 5], [1, 13, 15, 5]), (local, [60, 8, 10, 2], [1, 23, 29, 2]),
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

  @Test("the same bytes on any number of threads, and resumed")
  func reproducible() throws {
    let bench = try bench()
    for geometry in [Self.convolution, Self.local] {
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
    for options in ["--solver fista", "--stats", "--trace", "--iterations 3"] {
      try fails(
        "encode -m m.bin \(options) images.npy", from: "encode", saying: "windows over images")
    }
    try fails("decode -m m.bin images.npy", from: "decode", saying: "[rows,columns,5]")
    try fails(
      "fit prune -m m.bin --prune-below 0.1 -o o <x.npy", from: "fit", saying: "over images")
    try fails("fit lista -m m.bin -o o <x.npy", from: "fit", saying: "over images")
    try fails(
      "\(Self.fit) --start m.bin -o o <images.npy", from: "fit", saying: "whole records")
    let local = "\(Self.fit) --geometry local --kernel 3 -o o"
    try fails("\(local) --period 3 <images.npy", from: "fit", saying: "does not divide the 8x10")
    try fails("\(local) <flat.npy", from: "fit", saying: "hold no window of 3x3")
    try fails("\(local) <rows.npy", from: "fit", saying: "expected images [H,W,C]")
    expectFailure(
      try bench.run("\(local) --center <images.npy"), code: 2, from: "fit",
      saying: "patches --contrast",
      "center")
  }
}
