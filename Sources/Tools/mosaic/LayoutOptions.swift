import ArgumentParser
import CommandLineSupport
import Imaging

/// How tiles become a picture.
struct LayoutOptions: ParsableArguments {
  @Option(
    help: """
      tile: 0 is mid grey (black where nothing is negative), each tile scaled by its largest \
      magnitude; shared: by the largest of all; root: √ of the magnitude, which shows weak values; \
      pixels: 0 black, 1 white (default: tile for models, root for --maps, pixels for streams within \
      0…1, else shared).
      """)
  var contrast: Contrast?

  @Option(
    help: """
      Tiles or pairs in a row (default: as square as they fit; of local units a row of places, of maps of \
      several images those of one).
      """)
  var columns: Int?
  @Option(
    help: "Pixels between tiles (default: 1, 0 of --orientation, a quarter of a tile in trees).")
  var gap: Int?
  @Option(help: "Pixels a value (default: so that a tile has at least 48).") var scale: Int?
  @Option(
    help: "The most tiles, pairs, places or units that are drawn (default: 400, or all places).")
  var count: Int?

  @Flag(help: "Write under each tile the number of its unit or record, from 0.") var labels = false

  enum Contrast: String, ExpressibleByArgument, CaseIterable {
    case tile
    case shared
    case root
    case pixels

    var value: FilterContrast {
      switch self {
      case .tile: .perTile
      case .shared: .shared
      case .root: .root
      case .pixels: .none
      }
    }
  }

  func validate() throws {
    for (name, value, least) in [
      ("--columns", columns ?? 1, 1), ("--gap", gap ?? 0, 0), ("--scale", scale ?? 1, 1),
      ("--count", limit, 1),
    ] where value < least {
      throw ValidationError("\(name) must be at least \(least), got \(value)")
    }
  }

  /// The most groups of tiles that are drawn.
  var limit: Int { count ?? 400 }

  /// - Parameters:
  ///   - columns: nil is what the options say.
  ///   - usualGap: where the options say nothing.
  func picture(
    of tiles: Tiles, columns: Int? = nil, usualGap: Int = 1, overlay: Tiles.Overlay? = nil
  ) throws -> Image {
    try tiles.picture(
      contrast: contrast?.value, columns: columns ?? self.columns, gap: gap ?? usualGap,
      scale: scale, numbered: labels, overlay: overlay)
  }

  /// - Parameters: as in `Tiles`, of each node its parent and its tiles, and nodes that are joined.
  func picture(
    of tiles: Tiles, parents: [Int?], members: [[Int]], links: [(Int, Int)] = []
  ) throws -> Image {
    try tiles.picture(
      parents: parents, members: members, links: links, contrast: contrast?.value, gap: gap,
      scale: scale,
      numbered: labels)
  }
}
