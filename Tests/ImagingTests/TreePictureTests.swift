import LinearAlgebra
import TestSupport
import Testing

@testable import Imaging

/// Trees around a middle.
@Suite struct TreePictures {
  /// A tree of so many nodes, each below a random earlier one, or of `roots` trees.
  private static func parents(_ count: Int, roots: Int, seed: UInt64) -> [Int?] {
    var generator = SeededGenerator(seed)
    return (0..<count).map { $0 < roots ? nil : Int.random(in: 0..<$0, using: &generator) }
  }

  /// A tile a node, of one value each that no other has.
  private static func tiles(_ count: Int, height: Int, width: Int) throws -> Tiles {
    let values = (0..<count).flatMap { node in
      [Float](repeating: value(node), count: height * width)
    }
    return try Tiles(
      rows: Matrix(rows: count, columns: height * width, elements: values),
      shape: [height, width], groups: (0..<count).map { .init(rows: [$0]) }, limit: count)
  }

  private static func value(_ node: Int) -> Float { Float(node + 2) / 1024 }

  @Test func sharesOfTheTurn() {
    // Below the root a leaf, and a node of three leaves.
    let tree = RadialTree(parents: [nil, 0, 0, 2, 2, 2])
    #expect(tree.circles == [[0], [1, 2], [3, 4, 5]])
    #expect(tree.turns == [0.5, 0.125, 0.625, 0.375, 0.625, 0.875])
    let forest = RadialTree(parents: [nil, nil, 1, 1])
    #expect(forest.circles == [[0, 1], [2, 3]])
    let sixths = forest.turns.map { Float(6 * $0) }
    #expect(agree(sixths, [1, 4, 3, 5], within: 1e-6))
  }

  @Test func directions() {
    let half = 0.5.squareRoot()
    let directions: [(Double, SIMD2<Double>)] = [
      (0, SIMD2(0, -1)), (0.25, SIMD2(1, 0)), (0.5, SIMD2(0, 1)), (0.75, SIMD2(-1, 0)),
      (0.125, SIMD2(half, -half)), (1, SIMD2(0, -1)),
    ]
    for (turn, expected) in directions {
      let difference = RadialTree.direction(turn) - expected
      #expect((difference * difference).sum() < 1e-30, "\(turn)")
    }
  }

  @Test func radiiOfCircles() {
    let box = SIMD2(10.0, 10)
    // Four around one: at 45°, where they keep 10 of x and of y from the middle.
    let four = RadialTree(parents: [nil, 0, 0, 0, 0]).radii(boxes: .init(repeating: box, count: 5))
    #expect(four[0] == 0 && abs(four[1] - 200.0.squareRoot()) < 1e-9)
    // Two roots at the left and the right of the middle.
    let two = RadialTree(parents: [nil, nil]).radii(boxes: [box, box])
    #expect(abs(two[0] - 5) < 1e-9)
  }

  /// Every pixel of every tile is in the picture.
  @Test(arguments: [
    (1, 1, 1), (2, 1, 1), (9, 1, 2), (40, 1, 3), (60, 5, 4), (30, 30, 5), (90, 2, 6),
  ])
  func tilesDoNotOverlap(_ count: Int, _ roots: Int, _ seed: Int) throws {
    let parents = Self.parents(count, roots: roots, seed: UInt64(seed))
    let shapes: [(Int, Int, Int?)] = [(3, 3, 0), (2, 5, 1), (4, 1, nil)]
    for (height, width, gap) in shapes {
      let picture = try Self.tiles(count, height: height, width: width).picture(
        parents: parents, members: (0..<count).map { [$0] }, contrast: FilterContrast.none,
        gap: gap, scale: 2)
      for node in 0..<count {
        let found = picture.pixels.count { $0 == Self.value(node) }
        #expect(found == 4 * height * width, "node \(node) of \(parents), \(height)x\(width)")
      }
    }
  }

  /// Lines leave the root at its middle; tiles lie over them.
  @Test func linesBelowTiles() throws {
    let picture = try Self.tiles(2, height: 4, width: 4).picture(
      parents: [nil, 0], members: [[0], [1]], contrast: FilterContrast.none, gap: 4, scale: 1)
    // The only child is below its root.
    #expect(picture.channels == 1 && picture.height > picture.width)
    let column = (0..<picture.height).map { picture.pixels[$0 * picture.width + picture.width / 2] }
    #expect(column.filter { $0 == Self.value(0) }.count == 4)
    let between = try #require(column.lastIndex(of: Self.value(0))) + 1
    let end = try #require(column.firstIndex(of: Self.value(1)))
    #expect(column[between..<end].allSatisfy { $0 > 0.2 && $0 <= 0.5 }, "\(column)")
    #expect(!picture.pixels.contains { $0 > 0.5 })
  }

  /// Units of a node are a block; a node of none is a dot.
  @Test func nodesOfSeveralAndNoTiles() throws {
    let tiles = try Self.tiles(3, height: 8, width: 8)
    let picture = try tiles.picture(
      parents: [nil, 0, 0], members: [[], [0, 1], [2]], contrast: FilterContrast.none, gap: 2,
      scale: 1)
    let row = try #require(
      (0..<picture.height).map { y in
        Array(picture.pixels[y * picture.width..<(y + 1) * picture.width])
      }.first { $0.contains(Self.value(0)) })
    let first = try #require(row.firstIndex(of: Self.value(0)))
    #expect(row[first..<first + 8].allSatisfy { $0 == Self.value(0) })
    #expect(row[first + 9..<first + 17].allSatisfy { $0 == Self.value(1) })
    #expect(picture.pixels.contains { $0 > 0.3 })
  }

  @Test func numbersAndLimits() throws {
    let tiles = try Self.tiles(3, height: 4, width: 4)
    let members = [[0], [1], [2]]
    let picture = try tiles.picture(
      parents: [nil, 0, 0], members: members, contrast: FilterContrast.none, gap: 1, scale: 2,
      numbered: true)
    #expect(picture.pixels.contains(1))
    #expect(throws: PictureProblem.self) {
      try tiles.picture(
        parents: [nil, 0, 0], members: members, contrast: nil, gap: .max, scale: .max)
    }
    #expect(throws: PictureProblem.noPicture) {
      try tiles.picture(parents: [], members: [], contrast: nil, gap: nil, scale: nil)
    }
    let usual = try tiles.picture(
      parents: [nil, 0, 0], members: members, contrast: nil, gap: nil, scale: nil)
    #expect(max(usual.height, usual.width) >= 256)
  }
}

/// What is drawn over tiles, and of what.
@Suite struct DrawingTests {
  @Test func discsAndLines() {
    var picture = Image(height: 40, width: 60, channels: 3, level: 0)
    picture.drawDisc(at: SIMD2(20, 20), radius: 10, level: 1)
    let area = picture.pixels.reduce(0, +) / 3
    #expect(abs(area - 314.16) < 3, "\(area)")
    #expect(picture.pixels[(20 * 60 + 20) * 3] == 1 && picture.pixels[(20 * 60 + 31) * 3] == 0)
    picture.drawDisc(at: SIMD2(20, 20), radius: 12, level: 0)
    #expect(picture.pixels.allSatisfy { $0 == 0 })
    // Twice the same line is no brighter, and what is beyond the edges is left out.
    var line = Image(height: 10, width: 10, channels: 1, level: 0.25)
    line.drawLine(from: SIMD2(-20, 5), to: SIMD2(30, 5), thickness: 2, level: 0.5)
    let once = line
    line.drawLine(from: SIMD2(-20, 5), to: SIMD2(30, 5), thickness: 2, level: 0.5)
    #expect(line == once)
    let column = (0..<10).map { line.pixels[10 * $0 + 3] }
    #expect(column == [0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25])
    line.drawLine(from: SIMD2(-50, -50), to: SIMD2(-40, 1e9), thickness: 2, level: 1)
    #expect(line == once)
  }

  @Test func colorsOfDirections() {
    let side = 0.75.squareRoot()
    let colors: [(SIMD2<Double>, [Float])] = [
      (SIMD2(1, 0), [1, 0, 0]), (SIMD2(0.5, side), [1, 1, 0]), (SIMD2(-0.5, side), [0, 1, 0]),
      (SIMD2(-1, 0), [0, 1, 1]), (SIMD2(-0.5, -side), [0, 0, 1]), (SIMD2(0.5, -side), [1, 0, 1]),
    ]
    for (direction, expected) in colors {
      #expect(agree(directionColor(direction, strength: 1), expected, within: 1e-6))
      #expect(agree(directionColor(3 * direction, strength: 2), expected, within: 1e-6))
      let half = expected.map { ($0 + 0.25) / 2 }
      #expect(agree(directionColor(direction, strength: 0.5), half, within: 1e-6))
    }
    for color in [directionColor(nil, strength: 1), directionColor(SIMD2(1, 0), strength: 0)] {
      #expect(color == [0.25, 0.25, 0.25])
    }
  }

  @Test func dotsAndFrames() throws {
    let tiles = Tiles(colors: .init(repeating: [1, 0, 0], count: 9))
    func picture(_ overlay: Tiles.Overlay?) throws -> Image {
      try tiles.picture(contrast: nil, columns: 3, gap: 0, scale: 20, overlay: overlay)
    }
    let plain = try picture(nil)
    #expect(plain.info == ImageInfo(height: 60, width: 60, channels: 3))
    #expect(try picture(.init()) == plain)
    let dotted = try picture(
      .init(dots: [
        .init(row: 0, column: 0, isWhite: true), .init(row: 1, column: -1, isWhite: false),
      ]))
    func pixel(_ picture: Image, _ y: Int, _ x: Int) -> [Float] {
      Array(picture.pixels[(y * 60 + x) * 3..<(y * 60 + x) * 3 + 3])
    }
    #expect(pixel(dotted, 20, 20) == [1, 1, 1] && pixel(dotted, 19, 19) == [1, 1, 1])
    #expect(pixel(dotted, 40, 0) == [0, 0, 0] && pixel(dotted, 20, 25) == [1, 0, 0])
    let framed = try picture(.init(margin: 1))
    #expect(pixel(framed, 20, 30) == [1, 1, 1] && pixel(framed, 30, 40) == [1, 1, 1])
    #expect(pixel(framed, 10, 20) == [1, 0, 0] && pixel(framed, 30, 30) == [1, 0, 0])
    // In the middle of the gaps between pairs.
    let layout = TileLayout(count: 8, height: 5, width: 3, group: 2, gap: 1, columns: 2)
    #expect(layout.crossing(row: 1, column: 1) == SIMD2(9, 7))
    #expect(layout.crossing(row: 0, column: 0) == SIMD2(-2, -2))
  }
}
