import TestSupport
import Testing

/// What `patches` does to whole images before it cuts them, and how -r undoes it.
@Suite struct PreparationTests {
  private func arrays(_ line: String, in folder: TemporaryFolder, _ input: [UInt8] = []) throws
    -> [NPY]
  {
    let outcome = try Child.shell(line, input: input, options: .init(folder: folder.path))
    #expect(outcome.succeeded, "\(line): \(outcome.errors)")
    return try #require(NPY.stream(outcome.output), "\(line)")
  }

  private func images() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Fixtures.pgm(height: 20, width: 17), to: "a.pgm")
    try folder.write(Fixtures.idx(3, 9, 8), to: "b.idx")
    return folder
  }

  /// The mean of the pixels that are there, weighted by the Gaussian, in Double; the plain way.
  private func localMean(
    _ x: [Float], _ isThere: [Bool], _ height: Int, _ width: Int, _ row: Int, _ column: Int,
    window: Int
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    let radius = window / 2
    for y in max(0, row - radius)...min(height - 1, row + radius) {
      for z in max(0, column - radius)...min(width - 1, column + radius)
      where isThere[y * width + z] {
        let squares = Double((y - row) * (y - row) + (z - column) * (z - column))
        let deviation = Double(window) / 4
        let weight = gaussian(squares / (2 * deviation * deviation))
        sum += weight * Double(x[y * width + z])
        total += weight
      }
    }
    return sum / total
  }

  /// e^(−v) by its series, of halves.
  private func gaussian(_ v: Double) -> Double {
    guard v < 0.5 else { return gaussian(v / 2) * gaussian(v / 2) }
    var (term, sum) = (1.0, 1.0)
    for n in 1...30 {
      term *= -v / Double(n)
      sum += term
    }
    return sum
  }

  @Test(arguments: [false, true]) func localMeans(hasMask: Bool) throws {
    let folder = try images()
    let isThere = (0..<20 * 17).map { !hasMask || $0 * 7 % 5 < 2 }
    let mask = "P1 17 20\n" + isThere.map { $0 ? "0" : "1" }.joined(separator: " ") + "\n"
    try folder.write(mask, to: "mask.pbm")
    let x = try arrays("patches --size full a.pgm", in: folder)[0].floats
    let option = hasMask ? "--mask mask.pbm" : ""
    let found = try arrays(
      "patches --size full --center 7 \(option) --means-out m.npy a.pgm && cat m.npy", in: folder)
    try #require(found.map(\.shape) == [[1, 20, 17, 1], [1, 20, 17, 1]])
    for pixel in x.indices {
      let expected = localMean(x, isThere, 20, 17, pixel / 17, pixel % 17, window: 7)
      #expect(abs(Double(found[1].floats[pixel]) - expected) < 1e-6, "\(pixel)")
      let centered = isThere[pixel] ? x[pixel] - found[1].floats[pixel] : 0
      #expect(found[0].floats[pixel] == centered, "\(pixel)")
    }
  }

  /// What was taken comes back: of whole images, of windows, of several images in a file.
  @Test(arguments: ["--size full", "--size 4 --stride 3", "--size 5 --stride 2 --cover"])
  func meansArePutBack(_ windows: String) throws {
    let folder = try images()
    let line = """
      patches -q \(windows) --center 5 --means-out m.npy a.pgm b.idx -o c.npy
      patches -q \(windows) a.pgm b.idx | patches -q -r -o plain-%d.png
      patches -q -r --means m.npy c.npy -o back-%d.png
      """
    let outcome = try Child.shell(line, options: .init(folder: folder.path))
    #expect(outcome.succeeded, "\(outcome.errors)")
    for number in 0..<4 {
      #expect(
        try folder.read("back-\(number).png") == folder.read("plain-\(number).png"), "\(number)")
    }
  }

  @Test func noiseIsSeeded() throws {
    let folder = try TemporaryFolder()
    let plain = NPY(shape: [2, 60, 50, 1], [Float](repeating: 0.5, count: 6000))
    try folder.write(plain.bytes, to: "x.npy")
    func noise(_ options: String) throws -> [Float] {
      try arrays("patches --size full --noise 0.1 \(options) x.npy", in: folder)[0].floats.map {
        $0 - 0.5
      }
    }
    let x = try noise("-s 1")
    let deviation = (x.reduce(0) { $0 + $1 * $1 } / 6000).squareRoot()
    #expect(abs(deviation - 0.1) < 0.004 && abs(x.reduce(0, +) / 6000) < 0.004)
    #expect(try noise("-s 1") == x)
    #expect(try noise("-s 2") != x)
    #expect(x[..<3000] != x[3000...], "two images have the same noise")
    let zero = try arrays("patches --size full --noise 0 x.npy", in: folder)[0]
    #expect(zero.floats == plain.floats)
  }

  @Test func missingPixelsAreZero() throws {
    let folder = try TemporaryFolder()
    let x = NPY(shape: [2, 2], [0.5, 2, 0.25, 1])
    try folder.write(x.bytes, to: "x.npy")
    try folder.write("P1 2 2\n0 1 0 1\n", to: "mask.pbm")
    let masked = try arrays("patches --size full --mask mask.pbm x.npy", in: folder)[0]
    #expect(masked.floats == [0.5, 0, 0.25, 0])
  }

  @Test(arguments: [
    (
      "--mask m.pbm", "P1 3 3\n0 0 0 0 0 0 0 0 0\n",
      "the mask is of [3,3] pixels, expected [20,17] as the image"
    ),
    ("--mask m.pbm", "P2 1 1 4\n2\n", "m.pbm: the mask holds 0.5, expected 1"),
    (
      "--mask m.pbm", "P1 1 1\n0\nP1 1 1\n0\n",
      "m.pbm: expected one mask for all images, found several"
    ),
    ("--mask m.pbm", "P3 1 1 1\n0 0 0\n", "m.pbm: expected one mask, a grey picture"),
  ]) func badMasks(_ options: String, _ mask: String, _ words: String) throws {
    let folder = try images()
    try folder.write(mask, to: "m.pbm")
    let outcome = try Child.shell(
      "patches --size full --center 3 \(options) a.pgm", options: .init(folder: folder.path))
    expectFailure(outcome, from: "patches", saying: words, mask)
  }

  @Test func nothingAround() throws {
    let folder = try images()
    let mask = "P1 17 20\n" + [String](repeating: "1", count: 339).joined(separator: " ") + " 0\n"
    try folder.write(mask, to: "m.pbm")
    let line = "patches --size full --mask m.pbm a.pgm --center"
    let narrow = try Child.shell("\(line) 9", options: .init(folder: folder.path))
    expectFailure(
      narrow, from: "patches", saying: "a.pgm: nothing is there around row 0, column 0", "9")
    #expect(try Child.shell("\(line) 41", options: .init(folder: folder.path)).succeeded)
  }

  @Test(arguments: [
    ("a.pgm", "ends before"), ("a.pgm a.pgm a.pgm", "goes on after"),
    ("a.pgm b.idx", "expected means of [20,17,1]"),
  ]) func otherMeans(_ images: String, _ words: String) throws {
    let folder = try self.images()
    let line = """
      patches --size full --center 3 --means-out m.npy -o /dev/null \(images)
      patches --size full --center 3 a.pgm a.pgm | patches -r --means m.npy -o %d.png
      """
    let outcome = try Child.shell(line, options: .init(folder: folder.path))
    expectFailure(outcome, from: "patches", saying: "m.npy: \(words)", images)
    let same = try Child.shell(
      "patches -r --means m.npy -o m.npy", options: .init(folder: folder.path))
    expectFailure(same, code: 2, from: "patches", saying: "need files of their own", "-o")
  }
}
