extension Tiles {
  /// What is drawn over tiles: dots where four of them meet, and a frame.
  public struct Overlay: Equatable, Sendable {
    public let dots: [Dot]
    /// Rows and columns that are outside of the frame, at each edge; 0 is no frame.
    public let margin: Int

    public init(dots: [Dot] = [], margin: Int = 0) {
      self.dots = dots
      self.margin = margin
    }

    /// Where four tiles meet.
    public struct Dot: Equatable, Sendable {
      /// Row and column of the tile above and left of it; −1 is beyond the edge of the picture.
      public let row: Int
      public let column: Int
      /// White, or black.
      public let isWhite: Bool
      public let isLarge: Bool

      public init(row: Int, column: Int, isWhite: Bool, isLarge: Bool = false) {
        self.row = row
        self.column = column
        self.isWhite = isWhite
        self.isLarge = isLarge
      }
    }

    func draw(in picture: inout Image, _ layout: TileLayout) {
      if margin > 0 {
        let (rows, columns) = ([margin, layout.rows - margin], [margin, layout.columns - margin])
        let ends = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)].map { row, column in
          layout.crossing(row: rows[row], column: columns[column])
        }
        for (start, end) in zip(ends, ends.dropFirst()) {
          picture.drawLine(from: start, to: end, thickness: 2, level: 1)
        }
      }
      let side = Double(min(layout.tile.height, layout.tile.width))
      // Large ones over small ones.
      for dot in dots.filter({ !$0.isLarge }) + dots.filter(\.isLarge) {
        let radius = dot.isLarge ? max(4, 0.28 * side) : max(2, 0.1 * side)
        let centre = layout.crossing(row: dot.row + 1, column: dot.column + 1)
        // A rim of the other shade, or it is not seen on tiles of its own.
        picture.drawDisc(at: centre, radius: radius, level: dot.isWhite ? 0 : 1)
        picture.drawDisc(at: centre, radius: 0.75 * radius, level: dot.isWhite ? 1 : 0)
      }
    }
  }
}
