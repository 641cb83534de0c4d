import LinearAlgebra
import TestSupport
import Testing

@testable import Imaging

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct LocalContrast {
  /// The formula as it stands, window by window, in Double.
  func reference(_ image: Image, _ window: Int) -> [Float] {
    let deviation = Double(window) / 4
    func average(_ y: Int, _ x: Int, _ value: (Int) -> Double) -> Double {
      var sum = 0.0
      var total = 0.0
      for j in max(0, y - window / 2)...min(image.height - 1, y + window / 2) {
        for i in max(0, x - window / 2)...min(image.width - 1, x + window / 2) {
          let distance = Double((j - y) * (j - y) + (i - x) * (i - x))
          let weight = exp(-distance / (2 * deviation * deviation))
          for c in 0..<image.channels {
            sum += weight * value((j * image.width + i) * image.channels + c)
            total += weight
          }
        }
      }
      return sum / total
    }
    func plane(_ value: (Int, Int) -> Double) -> [Double] {
      (0..<image.height * image.width).map { value($0 / image.width, $0 % image.width) }
    }
    let x = image.pixels.map(Double.init)
    let means = plane { average($0, $1) { x[$0] } }
    let v = x.indices.map { x[$0] - means[$0 / image.channels] }
    let sigma = plane { average($0, $1) { v[$0] * v[$0] }.squareRoot() }
    let c = sigma.reduce(0, +) / Double(sigma.count)
    return v.indices.map { Float(v[$0] / max(c, sigma[$0 / image.channels])) }
  }

  @Test(arguments: [[16, 12, 1, 9], [7, 9, 3, 5], [3, 4, 1, 9], [10, 1, 2, 3]])
  func agreesWithTheFormula(_ c: [Int]) {
    let image = noise(c[0], c[1], c[2], seed: 4)
    let found = image.localContrastNormalized(window: c[3])
    #expect(found.info == image.info)
    #expect(agree(found.pixels, reference(image, c[3]), within: 1e-5))
    #expect(!agree(found.pixels, reference(image, c[3] + 2), within: 1e-2))
  }

  @Test(arguments: [0, 0.1, 1] as [Float]) func aFlatImageGivesZeros(_ level: Float) {
    let pixels = [Float](repeating: level, count: 9 * 8 * 3)
    let flat = Image(height: 9, width: 8, channels: 3, pixels: pixels)
    #expect(flat.localContrastNormalized(window: 5).pixels.allSatisfy { $0 == 0 })
    let none = Image(height: 0, width: 8, channels: 1, pixels: [])
    #expect(none.localContrastNormalized(window: 5) == none)
  }

  @Test func brightnessAndContrastDoNotCount() {
    let image = noise(12, 12, 1, seed: 5)
    var other = image
    for i in other.pixels.indices { other.pixels[i] = 0.25 * other.pixels[i] + 0.5 }
    #expect(
      agree(
        image.localContrastNormalized(window: 7).pixels,
        other.localContrastNormalized(window: 7).pixels, within: 1e-4))
  }
}

@Suite struct FilterPictures {
  static let filters: [[Float]] = [[1, -1, 0, 0.5], [0.5, 0, 0, 0], [0, 0, 0, 0]]

  @Test func tilesAndGaps() {
    let picture = filterGrid(filters: Self.filters, height: 2, width: 2, channels: 1)
    #expect(picture.info == ImageInfo(height: 5, width: 5, channels: 1))
    #expect(
      picture.pixels == [
        1, 0, 0, 1, 0.5,
        0.5, 0.75, 0, 0.5, 0.5,
        0, 0, 0, 0, 0,
        0.5, 0.5, 0, 0, 0,
        0.5, 0.5, 0, 0, 0,
      ])
  }

  @Test func contrasts() {
    func row(_ contrast: FilterContrast) -> [Float] {
      Array(
        filterGrid(
          filters: Self.filters, height: 2, width: 2, channels: 1, columns: 3, gap: 0,
          contrast: contrast
        ).pixels.prefix(6))
    }
    #expect(row(.perTile) == [1, 0, 1, 0.5, 0.5, 0.5])
    #expect(row(.shared) == [1, 0, 0.75, 0.5, 0.5, 0.5])
    #expect(row(.none) == [1, -1, 0.5, 0, 0, 0])
  }

  @Test func scaleEnlargesTilesAndNotGaps() {
    let picture = filterGrid(
      filters: [[0.25, 0.5], [0.75, 1]], height: 1, width: 2, channels: 1, columns: 2, gap: 1,
      scale: 2, contrast: .none)
    let row: [Float] = [0.25, 0.25, 0.5, 0.5, 0, 0.75, 0.75, 1, 1]
    #expect(picture.info == ImageInfo(height: 2, width: 9, channels: 1))
    #expect(picture.pixels == row + row)
  }

  /// Gaps inside a group are one pixel, those between groups four; an empty place is black.
  @Test func groupsStandTogether() {
    let picture = filterGrid(
      filters: [[1], [0.5], [0.25], nil, [0.75], [1]], height: 1, width: 1, channels: 1, group: 2,
      columns: 2, gap: 1, contrast: .none)
    #expect(picture.info == ImageInfo(height: 6, width: 10, channels: 1))
    #expect(Array(picture.pixels.prefix(10)) == [1, 0, 0.5, 0, 0, 0, 0, 0.25, 0, 0])
    #expect(Array(picture.pixels.suffix(10)) == [0.75, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    #expect(picture.pixels[10..<50].allSatisfy { $0 == 0 })
  }

  @Test func rowsInGroups() throws {
    let weights = Matrix(rows: 4, columns: 1, elements: [1, -2, 0, 4])
    let pairs = try Tiles(
      rows: weights, shape: [1, 1], groups: [.init(rows: [0, 1]), .init(rows: [2, 3])], limit: 1)
    #expect(pairs.count == 1 && pairs.left == 1)
    func pixels(_ tiles: Tiles) throws -> [Float] {
      try tiles.picture(contrast: .shared, columns: nil, gap: 0, scale: 1).pixels
    }
    #expect(try pixels(pairs) == [0.75, 0])
    let chosen = try Tiles(
      rows: weights, shape: [1, 1], groups: [.init(rows: [3, nil, 1]), .init(rows: [2, 0, nil])],
      limit: 2)
    #expect(chosen.count == 2 && chosen.left == 0)
    // Two groups of three: one a row, which is nearest to a square.
    #expect(try pixels(chosen) == [1, 0, 0.25, 0.5, 0.625, 0])
    #expect(throws: PictureProblem.noPicture) {
      try pixels(Tiles(rows: weights, shape: [1, 1], groups: [], limit: 2))
    }
  }

  @Test func colorAndNothing() throws {
    let color = filterGrid(
      filters: [[0, 0.5, 1, 1, 0, 0]], height: 1, width: 2, channels: 3, contrast: .none)
    #expect(color == Image(height: 1, width: 2, channels: 3, pixels: [0, 0.5, 1, 1, 0, 0]))
    let none = filterGrid(filters: [], height: 3, width: 3, channels: 1)
    #expect(none.info == ImageInfo(height: 0, width: 0, channels: 1))
  }

  /// How many columns the default takes.
  @Test(arguments: [(1, 1), (2, 2), (4, 2), (5, 3), (256, 16)])
  func columns(_ count: Int, _ columns: Int) {
    let filters = [[Float]](repeating: [0], count: count)
    let picture = filterGrid(filters: filters, height: 1, width: 1, channels: 1, gap: 0)
    #expect(picture.width == columns)
  }

  /// √ of the share of the 98th percentile of what is not 0; black is 0, so tiles stand apart in grey.
  @Test func weakValuesAreSeen() {
    let values = (0..<100).map { $0 < 98 ? 0.25 : Float(1000) } + [0]
    let filters: [[Float]] = [values.map { $0 / 4 }, [Float](repeating: 0, count: 101)]
    let picture = filterGrid(
      filters: filters, height: 1, width: 101, channels: 1, columns: 2, contrast: .root)
    #expect(abs(picture.pixels[0] - 1) < 0.01 && picture.pixels[98] == 1)
    #expect(picture.pixels[100] == 0 && picture.pixels[101] == 0.25 && picture.pixels[102] == 0)
    let signed = filterGrid(
      filters: [[4, -1, 0.25, 0]], height: 1, width: 4, channels: 1, contrast: .root)
    #expect(
      agree(signed.pixels, [1, 0.25, 0.625, 0.5], within: 0.01), "\(signed.pixels)")
  }

  @Test func numbersUnderTiles() throws {
    let numbers = try TileNumbers([7, nil, 12], tileWidth: 9)
    let picture = filterGrid(
      filters: [[1], [1], [1]], height: 1, width: 1, channels: 1, columns: 3, gap: 0, scale: 9,
      contrast: .none, numbers: numbers)
    #expect(picture.info == ImageInfo(height: 9 + 7, width: 27, channels: 1))
    let strip = (9..<16).map { y in
      String((0..<27).map { picture.pixels[y * 27 + $0] > 0 ? "#" as Character : "." })
    }
    let expected = [
      "...........................",
      "###................#..###..",
      "..#...............##....#..",
      ".#.................#..###..",
      ".#.................#..#....",
      ".#................###.###..",
      "...........................",
    ]
    #expect(strip == expected, "\(strip.joined(separator: "\n"))")
    #expect(throws: PictureProblem.tooNarrow(digits: 2, expected: 7, found: 6)) {
      try TileNumbers([7, nil, 12], tileWidth: 6)
    }
  }

  /// A tile has 48 pixels or more and the picture 256, unless it would have more than 4096.
  @Test(arguments: [(1, 12, 264), (100, 12, 10 * 49 - 1), (4, 28, 10 * 28 + 1), (10_000, 12, 3699)])
  func smallTilesAreEnlarged(_ count: Int, _ side: Int, _ expected: Int) throws {
    let rows = Matrix(zeros: count, side * side)
    let tiles = try Tiles(
      rows: rows, shape: [side, side], groups: (0..<count).map { .init(rows: [$0]) }, limit: count)
    let picture = try tiles.picture(contrast: nil, columns: nil, gap: 1, scale: nil)
    #expect(picture.width == expected)
  }

  @Test(arguments: [
    ("a.png", "a.png", false), ("a-%d.png", "a-3.png", true), ("%d/%d", "3/3", true),
    ("50%%.png", "50%.png", false), ("a%%d.png", "a%d.png", false), ("%%%d%", "%3%", true),
    ("100%", "100%", false), ("%x", "%x", false),
  ])
  func namesOfPictures(_ text: String, _ path: String, _ isNumbered: Bool) {
    let name = PictureName(text)
    #expect(name.path(3) == path && name.isNumbered == isNumbered)
  }

  @Test func namesOfOtherFormats() {
    for name in ["x.png", "x", "/dev/null", "a.jpg/x", "x.tmp", ".jpg-", "jpg", "x.PNG"] {
      #expect(PictureName(name).otherFormat == nil, "\(name)")
    }
    #expect(PictureName("a/x.JPG").otherFormat == "jpg")
    #expect(PictureName("x-%d.tiff").otherFormat == "tiff")
  }
}
