import Imaging
import Testing

@Suite struct Windows {
  /// Size of image, of window, stride, padding, channels.
  static let cases: [[Int]] = [
    [8, 8, 3, 3, 1, 0, 1], [8, 8, 3, 3, 1, 2, 1], [9, 7, 3, 2, 2, 1, 3], [5, 5, 5, 5, 1, 0, 2],
    [5, 6, 5, 5, 3, 4, 1], [1, 1, 3, 3, 1, 1, 1], [12, 10, 4, 4, 4, 0, 16], [7, 11, 2, 3, 5, 0, 1],
    [30, 20, 12, 12, 1, 0, 1], [3, 3, 1, 1, 1, 0, 3], [1, 9, 1, 4, 2, 0, 1],
  ]

  static func grid(_ c: [Int]) throws -> WindowGrid {
    try WindowGrid(
      imageHeight: c[0], imageWidth: c[1], height: c[2], width: c[3], stride: c[4], padding: c[5])
  }

  /// A pixel of the image with zeros around it.
  static func pixel(_ image: Image, _ y: Int, _ x: Int, _ c: Int) -> Float {
    guard (0..<image.height).contains(y) && (0..<image.width).contains(x) else { return 0 }
    return image.pixels[(y * image.width + x) * image.channels + c]
  }

  @Test(arguments: cases) func windowsAreThePixelsBelowThem(_ c: [Int]) throws {
    let grid = try Self.grid(c)
    let image = noise(c[0], c[1], c[6], seed: 1)
    for row in 0..<grid.rows {
      var expected: [Float] = []
      for column in 0..<grid.columns {
        let start = expected.count
        for y in 0..<c[2] {
          for x in 0..<c[3] {
            for channel in 0..<c[6] {
              expected.append(
                Self.pixel(image, row * c[4] - c[5] + y, column * c[4] - c[5] + x, channel))
            }
          }
        }
        #expect(grid.cut(image, y: row, x: column) == Array(expected[start...]))
      }
      #expect(grid.cut(image, row: row) == expected)
    }
  }

  @Test(arguments: cases) func theGridFillsTheImage(_ c: [Int]) throws {
    let grid = try Self.grid(c)
    #expect((grid.rows - 1) * c[4] + c[2] + grid.leftoverRows == c[0] + 2 * c[5])
    #expect((grid.columns - 1) * c[4] + c[3] + grid.leftoverColumns == c[1] + 2 * c[5])
    #expect(grid.leftoverRows < c[4] && grid.leftoverColumns < c[4])
    #expect(grid.count == grid.rows * grid.columns)
  }

  @Test(arguments: cases) func cutThenReassembledIsTheCoveredImage(_ c: [Int]) throws {
    let grid = try Self.grid(c)
    let image = noise(c[0], c[1], c[6], seed: 2)
    var whole = Reassembly(grid: grid, channels: c[6])
    for row in 0..<grid.rows { whole.add(row: row, windows: grid.cut(image, row: row)) }
    let back = whole.image()
    #expect(back.height == min(c[0], c[0] + c[5] - grid.leftoverRows))
    #expect(back.width == min(c[1], c[1] + c[5] - grid.leftoverColumns))
    #expect(back.channels == c[6])
    let isGapped = c[4] > min(c[2], c[3])
    for y in 0..<back.height {
      for x in 0..<back.width {
        for channel in 0..<c[6] {
          let found = Self.pixel(back, y, x, channel)
          let inGap = isGapped && ((y + c[5]) % c[4] >= c[2] || (x + c[5]) % c[4] >= c[3])
          #expect(found == (inGap ? 0 : Self.pixel(image, y, x, channel)), "\(c) at \(y),\(x)")
        }
      }
    }
  }

  @Test func overlapsAreAveraged() throws {
    let grid = try WindowGrid(imageHeight: 1, imageWidth: 3, height: 1, width: 2)
    var whole = Reassembly(grid: grid, channels: 1)
    whole.add(row: 0, windows: [1, 2, 4, 8])
    #expect(whole.image().pixels == [1, 3, 8])
  }

  @Test func faults() {
    func problem(_ c: [Int]) -> WindowProblem? {
      do {
        _ = try Self.grid(c)
        return nil
      } catch { return error as? WindowProblem }
    }
    #expect(problem([0, 4, 1, 1, 1, 0]) == .emptyImage(height: 0, width: 4))
    #expect(problem([4, 4, 0, 1, 1, 0]) == .tooSmall(what: "window height", found: 0))
    #expect(problem([4, 4, 1, -1, 1, 0]) == .tooSmall(what: "window width", found: -1))
    #expect(problem([4, 4, 1, 1, 0, 0]) == .tooSmall(what: "stride", found: 0))
    #expect(problem([4, 4, 3, 2, 1, 2]) == .padding(found: 2, limit: 1))
    #expect(problem([4, 4, 3, 2, 1, -1]) == .padding(found: -1, limit: 1))
    let large = WindowProblem.largerThanImage(
      height: 12, width: 12, imageHeight: 8, imageWidth: 20, padding: 1)
    #expect(problem([8, 20, 12, 12, 1, 1]) == large)
    #expect(large.description == "windows [12,12] do not fit an image [8,20] with padding 1")
    #expect(problem([8, 8, .max, .max, 1, 0]) != nil)
    #expect(problem([8, 8, .max, .max, .max, .max - 1]) != nil)
  }
}

/// A last window flush with the edge.
@Suite struct CoveringWindows {
  /// Every pixel is covered, windows stay inside, and the whole image comes back to the bit.
  @Test func everyPixelComesBack() throws {
    for (height, width, h, w, stride, padding) in [
      (17, 23, 4, 4, 3, 0), (17, 23, 5, 4, 5, 1), (12, 14, 12, 5, 4, 2), (9, 9, 3, 3, 7, 0),
      (8, 8, 4, 4, 2, 0), (5, 6, 5, 6, Int.max, 0), (6, 6, 5, 5, Int.max, 3),
    ] {
      let image = noise(height, width, 2, seed: 5)
      let grid = try WindowGrid(
        imageHeight: height, imageWidth: width, height: h, width: w, stride: stride,
        padding: padding, covers: true)
      let plain = try WindowGrid(
        imageHeight: height, imageWidth: width, height: h, width: w, stride: stride,
        padding: padding)
      let name = "\(height)x\(width) \(h)x\(w) \(stride) \(padding)"
      #expect(grid.leftoverRows == 0 && grid.leftoverColumns == 0, "\(name)")
      #expect(grid.covers == (plain.leftoverRows > 0 || plain.leftoverColumns > 0), "\(name)")
      #expect(grid.rows == plain.rows + (plain.leftoverRows > 0 ? 1 : 0), "\(name)")
      #expect(grid.columns == plain.columns + (plain.leftoverColumns > 0 ? 1 : 0), "\(name)")
      var back = Reassembly(grid: grid, channels: 2)
      for row in 0..<grid.rows {
        let windows = grid.cut(image, row: row)
        back.add(row: row, windows: windows)
        let single = (0..<grid.columns).flatMap { grid.cut(image, y: row, x: $0) }
        #expect(windows == single, "\(name)")
      }
      // A stride beyond the window leaves gaps, which are 0.
      let whole = back.image()
      #expect(whole.info == image.info, "\(name)")
      if stride <= min(h, w) || grid.rows <= 2 && h * 2 >= height + 2 * padding {
        #expect(whole == image, "\(name)")
      }
    }
  }
}

@Suite struct Sampling {
  @Test func exactDistinctAscending() throws {
    for seed in 0..<50 as Range<UInt64> {
      var generator = SeededGenerator(seed)
      for (count, total) in [(0, 0), (0, 5), (1, 1), (5, 5), (7, 100), (99, 100)] {
        let indices = try UniformSample(count, of: total, using: &generator).indices
        #expect(indices.count == count, "seed \(seed)")
        #expect(Set(indices).count == count && indices == indices.sorted(), "seed \(seed)")
        #expect(indices.allSatisfy { (0..<total).contains($0) }, "seed \(seed)")
      }
    }
  }

  @Test func moreThanThereIsIsRefused() {
    var generator = SeededGenerator(0)
    #expect(throws: WindowProblem.tooFew(asked: 6, available: 5)) {
      try UniformSample(6, of: 5, using: &generator)
    }
  }

  /// Chi-square of counts that should be equal.
  func chiSquare(_ counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  }

  @Test func everyPairIsAsLikely() throws {
    var generator = SeededGenerator(1)
    var sampled = [Int](repeating: 0, count: 64)
    for _ in 0..<28_000 {
      let pair = try UniformSample(2, of: 8, using: &generator).indices
      sampled[pair[0] * 8 + pair[1]] += 1
    }
    // 28 pairs, 27 degrees of freedom: the 0.999 quantile is 55.5.
    let counts = sampled.filter { $0 > 0 }
    #expect(counts.count == 28)
    #expect(chiSquare(counts) < 55.5, "seed 1: \(counts)")
  }

  @Test func aSeedDrawsTheSameForever() throws {
    var generator = SeededGenerator(3)
    let indices = try UniformSample(5, of: 1000, using: &generator).indices
    #expect(indices == [72, 112, 216, 611, 698])
  }
}
