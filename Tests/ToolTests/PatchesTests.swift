import Foundation
import TestSupport
import Testing

/// Windows out of images of every format, and back.
@Suite struct PatchesTests {
  private func cut(
    _ options: String, _ input: [UInt8] = [], _ folder: TemporaryFolder? = nil
  ) throws -> (arrays: [NPY], errors: String) {
    let outcome = try Fixtures.run(
      "patches \(options)", input: input,
      options: .init(folder: folder?.path ?? Fixtures.folder.path))
    #expect(outcome.succeeded, "\(options): \(outcome.errors)")
    return (try #require(NPY.stream(outcome.output), "\(options)"), outcome.errors)
  }

  @Test func sizesAndLeftovers() throws {
    let image = Fixtures.pgm(height: 30, width: 21)
    for (options, shape, errors) in [
      ("", [19, 10, 12, 12, 1], ""), ("--size 4x6", [27, 16, 4, 6, 1], ""),
      ("--size 5 --stride 4", [7, 5, 5, 5, 1], ": 1 row below of 30x21 left over"),
      ("--size 5 --stride 5 --padding 2", [6, 5, 5, 5, 1], ": 4 rows below of 30x21 left over"),
      ("--size 30x21", [1, 1, 30, 21, 1], ""), ("--size full", [1, 30, 21, 1], ""),
      ("--size 8 --color", [23, 14, 8, 8, 3], ""), ("-m d.bin", [27, 18, 4, 4, 1], ""),
      ("--size 4 --contrast 7", [27, 18, 4, 4, 1], ""),
    ] {
      let result = try cut(options, image)
      #expect(result.arrays.map(\.shape) == [shape], "\(options)")
      #expect(errors.isEmpty ? result.errors.isEmpty : result.errors.contains(errors), "\(options)")
    }
  }

  @Test func valuesAndPadding() throws {
    let image = Array("P2 3 2 100\n0 50 100\n25 75 10\n".utf8)
    let full = try cut("--size full", image).arrays[0]
    #expect(full.floats == [0, 0.5, 1, 0.25, 0.75, 0.1])
    #expect(full.comment == "# sparsepipe record=3")
    let padded = try cut("--size 2 --padding 1 --stride 2", image).arrays[0]
    #expect(padded.shape == [2, 2, 2, 2, 1])
    #expect(padded.floats == [0, 0, 0, 0, 0, 0, 0.5, 1, 0, 0.25, 0, 0, 0.75, 0.1, 0, 0])
    #expect(padded.comment == "# sparsepipe record=3 image=2x3 stride=2 padding=1")
  }

  @Test func severalFilesAndKinds() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.pgm(height: 6, width: 5), to: "a.pgm")
    try folder.write(Fixtures.idx(3, 6, 7), to: "b.idx")
    try folder.write(Fixtures.array([2, 2, 6, 5, 4]).bytes, to: "maps.npy")
    #expect(try Child.run("/usr/bin/env", ["gzip", "-k", folder.file("b.idx")]).succeeded)
    let result = try cut("--size 3 a.pgm b.idx b.idx.gz maps.npy", [], folder).arrays
    #expect(
      result.map(\.shape)
        == [[4, 3, 3, 3, 1], [3, 4, 5, 3, 3, 1], [3, 4, 5, 3, 3, 1], [2, 2, 4, 3, 3, 3, 4]])
    #expect(result[1] == result[2])
    let full = try cut("--size full a.pgm b.idx maps.npy", [], folder).arrays
    #expect(full.map(\.shape) == [[1, 6, 5, 1], [3, 6, 7, 1], [2, 2, 6, 5, 4]])
    #expect(full[2].floats == Fixtures.array([2, 2, 6, 5, 4]).floats)
    let color = try Child.shell("patches --color maps.npy", options: .init(folder: folder.path))
    expectFailure(color, from: "patches", saying: "--color has no effect", "--color of maps")
  }

  @Test func integersAreDividedByTheirMaximum() throws {
    let array = NPY(shape: [2, 2], integers: [0, Int32.max, 1 << 30, 0])
    let result = try cut("--size full", array.bytes).arrays[0]
    #expect(result.shape == [1, 2, 2, 1] && result.floats == [0, 1, 0.5, 0])
  }

  @Test func thousandsOfFiles() throws {
    let folder = try TemporaryFolder()
    for number in 0..<1500 {
      try folder.write(Fixtures.pgm(height: 2, width: 2), to: "\(number).pgm")
    }
    let limited = try Child.shell(
      "ulimit -n 64; patches --size 2 *.pgm | inspect | wc -l; patches --size 2 --sample 9 *.pgm | inspect",
      options: .init(folder: folder.path))
    #expect(limited.errors.isEmpty && limited.text.hasPrefix("1500\n[9,2,2,1]"))
    let missing = try Child.shell(
      "patches --size 2 0.pgm x.pgm", options: .init(folder: folder.path))
    expectFailure(missing, from: "patches", saying: "x.pgm: cannot open", "missing")
    #expect(missing.output.isEmpty)
  }

  // MARK: Samples and ranges

  @Test func samples() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.idx(10, 6, 6), to: "a.idx")
    try folder.write(Fixtures.idx(10, 4, 4), to: "b.idx")
    let options = "--size 3 --sample 60 -s 4 a.idx b.idx"
    let first = try cut(options, [], folder).arrays
    #expect(first.map(\.shape) == [[60, 3, 3, 1]] && first[0].comment == "# sparsepipe record=3")
    #expect(try cut(options, [], folder).arrays == first)
    #expect(try cut("--size 3 --sample 60 -s 5 a.idx b.idx", [], folder).arrays != first)
    // All there are, each once: 16 windows of each larger image, 4 of each smaller one.
    let all = try cut("--size 3 --sample 200 a.idx b.idx", [], folder).arrays[0]
    let grey = stride(from: 0, to: all.words.count, by: 9).map {
      Int((all.floats[$0] * 25.5).rounded())
    }
    #expect(
      grey == (0..<10).flatMap { [Int](repeating: $0, count: 16) }
        + (0..<10).flatMap { [Int](repeating: $0, count: 4) })
    for (options, words) in [("--sample 201", "201 samples of 200"), ("--range 5:21", "20 images")]
    {
      let outcome = try Child.shell(
        "patches --size 3 \(options) a.idx b.idx", options: .init(folder: folder.path))
      expectFailure(outcome, from: "patches", saying: words, options)
    }
  }

  /// Over many seeds every window is drawn about as often, from files and from a stream alike.
  @Test(arguments: ["a.idx", "- < a.idx", "fifo & cat a.idx > fifo; wait"])
  func uniform(_ source: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.idx(20, 2, 2), to: "a.idx")
    var counts = [Int](repeating: 0, count: 20)
    let isPipe = source.hasPrefix("fifo")
    if isPipe { _ = try Child.run("/usr/bin/env", ["mkfifo", folder.file("fifo")]) }
    let seeds = isPipe ? 1 : 60
    for seed in 0..<seeds {
      let drawn = try cut("--size 2 --sample 10 -s \(seed) \(source)", [], folder).arrays[0]
      #expect(drawn.shape == [10, 2, 2, 1])
      for index in stride(from: 0, to: 40, by: 4) {
        counts[Int((drawn.floats[index] * 25.5).rounded())] += 1
      }
    }
    #expect(counts.max() ?? 0 <= seeds)
    // Binomial(60, ½): the chance of a count beyond five deviations is below one in a million.
    if !isPipe { #expect(counts.allSatisfy { abs($0 - 30) < 20 }, "\(counts)") }
  }

  @Test func labelsFollow() throws {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.idx(6, 4, 4), to: "a.idx")
    try folder.write(Fixtures.idx(6, 4, 4), to: "b.idx")
    try folder.write((0..<12).map { "\($0 % 6 * 10)\n" }.joined(), to: "labels")
    for options in [
      "--size full --range 2:9", "--size 2 --sample 40", "--size 2 --range 3:8 --sample 9",
    ] {
      let windows = try cut("\(options) --labels labels --labels-out out a.idx b.idx", [], folder)
      let labels = try #require(NPY.stream(try folder.read("out"))?.first)
      #expect(labels.isInteger && labels.shape == [windows.arrays.map { $0.shape[0] }.reduce(0, +)])
      let brightness = windows.arrays.flatMap { array in
        let length = array.words.count / array.shape[0]
        return (0..<array.shape[0]).map { Int32((array.floats[$0 * length] * 255).rounded()) }
      }
      #expect(labels.integers == brightness, "\(options)")
    }
    try folder.write("1\n2\n", to: "few")
    let outcome = try Child.shell(
      "patches --size 2 --labels few --labels-out out2 a.idx", options: .init(folder: folder.path))
    expectFailure(outcome, from: "patches", saying: "few: holds 2 labels, expected 6", "few labels")
    #expect(try outcome.output.isEmpty && !folder.names().contains("out2"))
  }

  @Test func nothing() throws {
    for input in [Fixtures.idx(0, 28, 20), Fixtures.array([0, 28, 20, 1]).bytes] {
      #expect(try cut("--size full", input).arrays.map(\.shape) == [[0, 28, 20, 1]])
      #expect(try cut("--size 5", input).arrays.map(\.shape) == [[0, 24, 16, 5, 5, 1]])
      #expect(try cut("--size 5 --sample 0", input).arrays.map(\.shape) == [[0, 5, 5, 1]])
    }
  }

  // MARK: And back

  @Test func backAgain() throws {
    let folder = try TemporaryFolder()
    let image = Fixtures.pgm(height: 17, width: 23)
    try folder.write(image, to: "a.pgm")
    try folder.write(Fixtures.pgm(height: 12, width: 14, seed: 9), to: "b.pgm")
    for (options, full) in [
      ("--size 4", ""), ("--size 5x4 --stride 3 --padding 1", ""), ("--size 12", ""),
      ("--size 3 --color", "--color"), ("--size 3 --stride 2", ""),
    ] {
      let outcome = try Child.shell(
        """
        patches \(options) a.pgm b.pgm 2> /dev/null | patches -r -o back-%d.png 2> /dev/null
        patches --size full \(full) a.pgm b.pgm > want
        patches --size full \(full) back-0.png back-1.png > got
        """, options: .init(folder: folder.path))
      let want = try #require(NPY.stream(try folder.read("want")))
      let got = try #require(NPY.stream(try folder.read("got")), "\(options) \(outcome.errors)")
      // What a stride leaves over is cut off; the rest is the same to the bit.
      for (want, got) in zip(want, got) {
        let (rows, columns, channels) = (got.shape[1], got.shape[2], got.shape[3])
        #expect(want.shape[1] - rows < 3 && want.shape[2] - columns < 3, "\(options)")
        let kept = (0..<rows).flatMap { row in
          let start = row * want.shape[2] * channels
          return want.words[start..<start + columns * channels]
        }
        #expect(kept == got.words, "\(options)")
      }
      #expect(got.count == 2)
    }
    let several = try Child.shell(
      "patches a.pgm b.pgm | patches -r -o one.png", options: .init(folder: folder.path))
    expectFailure(several, from: "patches", saying: "back-%d.png", "several")
    #expect(try !folder.names().contains("one.png"))
  }

  @Test func pictureCutShort() throws {
    let folder = try TemporaryFolder()
    let made = try Child.shell(
      "patches --size 4 | patches -r -o a.png", input: Fixtures.pgm(height: 9, width: 11),
      options: .init(folder: folder.path))
    #expect(made.succeeded && made.errors.isEmpty)
    let picture = try folder.read("a.png")
    for count in stride(from: 1, to: picture.count, by: 7) {
      try folder.write(Array(picture[..<count]), to: "short.png")
      let outcome = try Child.shell(
        "patches --size 4 short.png", options: .init(folder: folder.path))
      expectFailure(outcome, from: "patches", saying: "short.png: ", "\(count) bytes")
      #expect(outcome.output.isEmpty || NPY.stream(outcome.output) == nil)
    }
  }

  @Test func foreignAndDangerousFiles() throws {
    let folder = try TemporaryFolder()
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // IHDR of 60000 x 60000 grey pixels; its checksum is right.
    let header: [UInt8] =
      [0, 0, 0, 13] + Array("IHDR".utf8) + [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]
    try folder.write(signature + header + [8, 0, 0, 0, 0, 0xA5, 0xB9, 0x2A, 0x9E], to: "bomb.png")
    try folder.write(signature + [0, 0, 0], to: "short.png")
    try folder.write([0xFF, 0xD8, 0xFF, 0xE0, 0, 0], to: "photo.jpg")
    try folder.write(
      [0, 0, 8, 4] + [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2] + [0, 0, 0, 0, 0, 0, 0, 0],
      to: "two.idx")
    for (file, words) in [
      ("bomb.png", "bomb.png: "), ("short.png", "short.png: "), ("two.idx", "1 or 3 channels"),
      ("photo.jpg", "a JPEG; try djpeg photo.jpg | patches"),
    ] {
      for options in ["", "--size full", "--size 1 --sample 1"] {
        let outcome = try Child.shell(
          "patches \(options) \(file)", options: .init(folder: folder.path))
        expectFailure(outcome, from: "patches", saying: words, "\(file) \(options)")
        #expect(outcome.output.isEmpty)
      }
    }
  }
}
