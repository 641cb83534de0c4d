extension Tiles {
  /// The picture of trees: single roots in the middle, nodes of each depth on a circle around it, lines from
  /// each node to those below. Several trees share the turn.
  /// - Parameters:
  ///   - parents: of each node, nil of roots, [nodes]; none is below itself.
  ///   - members: tiles of each node, side by side; one of none is a dot. Tiles stand by themselves.
  ///   - links: nodes that straight lines join, under all tiles.
  ///   - gap: the least number of pixels between nodes; nil is a quarter of a tile.
  ///   - contrast, scale, numbered: as in ``picture(contrast:columns:gap:scale:numbered:overlay:)``.
  /// - Throws: ``PictureProblem``.
  public func picture(
    parents: [Int?], members: [[Int]], links: [(Int, Int)] = [], contrast: FilterContrast?,
    gap: Int?, scale: Int?, numbered: Bool = false
  ) throws -> Image {
    precondition(parents.count == members.count && group == 1, "members of other nodes")
    guard !parents.isEmpty else { throw PictureProblem.noPicture }
    let tree = RadialTree(parents: parents)
    func plan(_ scale: Int, under: Int = 0) -> TreePlan {
      TreePlan(
        tree, counts: members.map(\.count), height: Double(height) * Double(scale) + Double(under),
        width: Double(width) * Double(scale), gap: gap.map(Double.init))
    }
    let scale = scale ?? readableScale { plan($0).size }
    let numbers = try numbered ? labels(scale: scale) : nil
    let plan = plan(scale, under: numbers?.height ?? 0)
    try Self.check(plan.size)
    let brightness = Brightness(contrast ?? defaultContrast, of: tiles)
    var picture = Image(
      height: Int(plan.size.height), width: Int(plan.size.width), channels: channels,
      level: brightness.background)
    plan.drawLines(in: &picture)
    for (node, other) in links { plan.drawLink(node, other, in: &picture) }
    for (node, tiles) in members.enumerated() {
      for (place, index) in tiles.enumerated() {
        guard let tile = self.tiles[index] else { continue }
        let (top, left) = plan.corner(of: place, in: node)
        picture.draw(
          brightness(tile), height: height, width: width, scale: scale, top: top, left: left)
        picture.light(
          numbers?.pixels(of: index) ?? [], top: top + height * scale, left: left)
      }
    }
    return picture
  }
}

/// Where the tiles of trees lie in a picture.
private struct TreePlan {
  private let tree: RadialTree
  private let radii: [Double]
  /// Width and height of a tile.
  private let tile: SIMD2<Double>
  /// Tiles side by side in each node, [nodes].
  private let columns: [Int]
  /// Whether a node has no tiles, [nodes].
  private let isEmpty: [Bool]
  /// Width and height of each node, [nodes], and where its middle is.
  private let boxes: [SIMD2<Double>]
  private let centres: [SIMD2<Double>]
  /// The middle of the circles.
  private let middle: SIMD2<Double>
  let size: Tiles.Size

  /// Pixels between tiles of a node.
  private static let seam = 1.0

  /// - Parameter counts: tiles of each node.
  init(_ tree: RadialTree, counts: [Int], height: Double, width: Double, gap: Double?) {
    let gap = gap ?? (max(height, width) / 4).rounded()
    let tile = SIMD2(width, height)
    isEmpty = counts.map { $0 == 0 }
    columns = counts.map { TileLayout.squareColumns(groups: $0, of: 1) }
    boxes = zip(counts, columns).map { count, columns in
      guard count > 0 else { return tile / 4 }
      let rows = (count + columns - 1) / columns
      return SIMD2(Double(columns), Double(rows)) * (tile + Self.seam) - Self.seam
    }
    radii = tree.radii(boxes: boxes.map { $0 + gap })
    var offsets = [SIMD2<Double>](repeating: .zero, count: counts.count)
    for (radius, circle) in zip(radii, tree.circles) {
      for node in circle { offsets[node] = RadialTree.direction(tree.turns[node]) * radius }
    }
    var (low, high) = (SIMD2(repeating: Double.infinity), SIMD2(repeating: -Double.infinity))
    for (offset, box) in zip(offsets, boxes) {
      low = pointwiseMin(low, offset - box / 2)
      high = pointwiseMax(high, offset + box / 2)
    }
    let edge = max(gap, 1)
    let middle = (edge - low).rounded(.up)
    centres = offsets.map { $0 + middle }
    let sides = (high + middle + edge).rounded(.up)
    (self.tree, self.tile, self.middle, size) = (tree, tile, middle, (sides.y, sides.x))
  }

  /// The upper left corner of a tile. Rounded down, corners that are apart by whole pixels stay so.
  func corner(of place: Int, in node: Int) -> (top: Int, left: Int) {
    let corner = (centres[node] - boxes[node] / 2).rounded(.down)
    let (row, column) = place.quotientAndRemainder(dividingBy: columns[node])
    let inside = SIMD2(Double(column), Double(row)) * (tile + Self.seam)
    return (Int(corner.y + inside.y), Int(corner.x + inside.x))
  }

  private var thickness: Double { max(1, tile.max() / 24) }

  func drawLink(_ node: Int, _ other: Int, in picture: inout Image) {
    picture.drawLine(
      from: centres[node], to: centres[other], thickness: thickness, level: Self.level)
  }

  func drawLines(in picture: inout Image) {
    for (depth, circle) in tree.circles.enumerated() {
      for node in circle {
        if isEmpty[node] {
          picture.drawDisc(at: centres[node], radius: tile.min() / 8, level: Self.level)
        }
        guard depth > 0 else { continue }
        let way = tree.way(to: node, from: radii[depth - 1], to: radii[depth])
        for (start, end) in zip(way, way.dropFirst()) {
          picture.drawLine(
            from: start + middle, to: end + middle, thickness: thickness, level: Self.level)
        }
      }
    }
  }

  /// Of lines, a grey.
  private static let level: Float = 0.5
}
