/// How the values of filters become brightness.
public enum FilterContrast: String, CaseIterable, Sendable {
  /// 0 is mid grey, and black where no value of any filter is negative; the largest magnitude of each
  /// filter is black or white.
  case perTile
  /// The same with the largest magnitude of all filters.
  case shared
  /// Values are pixels, 0…1, as of image patches.
  case none
}

/// A picture of filters side by side, row by row, black between them and where the last row ends.
///
/// - Parameters:
///   - filters: each `[h,w,C]`, row-major; the caller guarantees their number of values. Where there is
///     none, its place stays black.
///   - channels: C, 1 or 3.
///   - group: filters that stand together in a row, at a distance from other groups.
///   - columns: groups in a row; nil makes about as many rows as filters in a row.
///   - gap: pixels between filters, four times as many between groups of several; there are none around
///     the picture.
///   - scale: pixels of the picture a pixel of a filter, in both directions.
/// - Returns: `[H,W,C]`, 0…1 (with ``FilterContrast/none`` whatever the values are); 0 by 0 pixels
///   where there are no filters.
public func filterGrid(
  filters: [[Float]?], height: Int, width: Int, channels: Int, group: Int = 1, columns: Int? = nil,
  gap: Int = 1, scale: Int = 1, contrast: FilterContrast = .perTile
) -> Image {
  precondition(channels == 1 || channels == 3, "a picture of \(channels) channels")
  precondition(
    gap >= 0 && scale >= 1 && group >= 1 && columns ?? 1 >= 1,
    "gap, scale, group or columns out of range")
  let layout = TileLayout(
    count: filters.count, height: height * scale, width: width * scale, group: group, gap: gap,
    columns: columns)
  let largest = filters.map { $0?.reduce(0) { max($0, $1.magnitude) } ?? 0 }
  let sharedLargest = largest.reduce(0, max)
  let isSigned = filters.contains { $0?.contains { $0 < 0 } ?? false }

  var pixels = [Float](repeating: 0, count: layout.pictureHeight * layout.pictureWidth * channels)
  for (index, filter) in filters.enumerated() {
    guard let filter else { continue }
    precondition(
      filter.count == height * width * channels, "filter \(index): \(filter.count) values")
    let tile = brightness(
      of: filter, largest: contrast == .shared ? sharedLargest : largest[index], contrast,
      isSigned: isSigned)
    let (top, left) = layout.corner(of: index)
    for y in 0..<height * scale {
      for x in 0..<width * scale {
        let source = (y / scale * width + x / scale) * channels
        let target = ((top + y) * layout.pictureWidth + left + x) * channels
        for c in 0..<channels { pixels[target + c] = tile[source + c] }
      }
    }
  }
  return Image(
    height: layout.pictureHeight, width: layout.pictureWidth, channels: channels, pixels: pixels)
}

private func brightness(
  of filter: [Float], largest: Float, _ contrast: FilterContrast, isSigned: Bool
) -> [Float] {
  if contrast == .none { return filter }
  let scale = largest > 0 ? largest : 1
  return isSigned ? filter.map { 0.5 + 0.5 * ($0 / scale) } : filter.map { $0 / scale }
}

/// Where tiles of one size lie in a picture: groups of them side by side, row by row.
struct TileLayout {
  /// Groups in a row.
  private let columns: Int
  private let tile: (height: Int, width: Int)
  private let group: Int
  private let gap: Int
  /// Pixels between groups.
  private let groupGap: Int
  private let rows: Int
  private let usedColumns: Int

  /// - Parameter columns: nil makes about as many rows as tiles in a row.
  init(count: Int, height: Int, width: Int, group: Int, gap: Int, columns: Int?) {
    let groups = (count + group - 1) / group
    let columns = columns ?? Self.squareColumns(groups: groups, of: group)
    self.columns = columns
    tile = (height, width)
    self.group = group
    self.gap = gap
    groupGap = gap * Self.gaps(between: group)
    rows = (groups + columns - 1) / columns
    usedColumns = min(columns, groups)
  }

  /// Groups in a row, so that there are about as many rows as tiles in a row.
  static func squareColumns(groups: Int, of group: Int) -> Int {
    max(1, Int((Double(groups) / Double(group)).squareRoot().rounded(.up)))
  }

  /// Gaps between groups of so many tiles.
  static func gaps(between group: Int) -> Int { group > 1 ? 4 : 1 }

  private var groupWidth: Int { group * (tile.width + gap) - gap }
  var pictureHeight: Int { max(0, rows * (tile.height + groupGap) - groupGap) }
  var pictureWidth: Int { max(0, usedColumns * (groupWidth + groupGap) - groupGap) }

  func corner(of index: Int) -> (top: Int, left: Int) {
    let (place, inside) = index.quotientAndRemainder(dividingBy: group)
    return (
      place / columns * (tile.height + groupGap),
      place % columns * (groupWidth + groupGap) + inside * (tile.width + gap)
    )
  }
}
