/// How the values of filters become brightness.
public enum FilterContrast: String, CaseIterable, Sendable {
  /// 0 is mid grey, and black where no value of any filter is negative; the largest magnitude of each
  /// filter is black or white.
  case perTile
  /// The same with the largest magnitude of all filters.
  case shared
  /// For values of which few are large: the square root of the magnitude, of which all above the 98th
  /// percentile of those other than 0, of all filters, are black or white.
  case root
  /// Values are pixels, 0…1, as of image patches.
  case none
}

/// A picture of filters side by side, row by row, black between them and where the last row ends; dark
/// grey, where black is the 0 of scaled filters.
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
///   - numbers: what is written under each filter.
/// - Returns: `[H,W,C]`, 0…1 (with ``FilterContrast/none`` whatever the values are); 0 by 0 pixels
///   where there are no filters.
public func filterGrid(
  filters: [[Float]?], height: Int, width: Int, channels: Int, group: Int = 1, columns: Int? = nil,
  gap: Int = 1, scale: Int = 1, contrast: FilterContrast = .perTile, numbers: TileNumbers? = nil
) -> Image {
  precondition(channels == 1 || channels == 3, "a picture of \(channels) channels")
  precondition(
    gap >= 0 && scale >= 1 && group >= 1 && columns ?? 1 >= 1,
    "gap, scale, group or columns out of range")
  let layout = TileLayout(
    count: filters.count, height: height * scale + (numbers?.height ?? 0), width: width * scale,
    group: group, gap: gap, columns: columns)
  let brightness = Brightness(contrast, of: filters)
  var picture = Image(
    height: layout.pictureHeight, width: layout.pictureWidth, channels: channels,
    level: brightness.background)
  for (index, filter) in filters.enumerated() {
    let (top, left) = layout.corner(of: index)
    guard let filter else { continue }
    precondition(
      filter.count == height * width * channels, "filter \(index): \(filter.count) values")
    picture.draw(
      brightness(filter), height: height, width: width, scale: scale, top: top, left: left)
    picture.light(numbers?.pixels(of: index) ?? [], top: top + height * scale, left: left)
  }
  return picture
}

/// Values to 0…1.
struct Brightness {
  private let contrast: FilterContrast
  /// The magnitude of black or white; nil is that of each filter.
  private let largest: Float?
  private let isSigned: Bool

  init(_ contrast: FilterContrast, of filters: [[Float]?]) {
    self.contrast = contrast
    isSigned = filters.contains { $0?.contains { $0 < 0 } ?? false }
    switch contrast {
    case .perTile, .none: largest = nil
    case .shared: largest = filters.reduce(0) { max($0, Self.largest($1 ?? [])) }
    case .root: largest = Self.percentile(98, of: filters)
    }
  }

  /// The magnitude that `percent` of those other than 0 are not above, to 8 bits; 0 where there are none.
  private static func percentile(_ percent: Int, of filters: [[Float]?]) -> Float {
    // Patterns of positive numbers are in their order.
    var counts = [Int](repeating: 0, count: 1 << 15)
    for filter in filters {
      for value in filter ?? [] where value != 0 { counts[Int(abs(value).bitPattern >> 16)] += 1 }
    }
    var left = (counts.reduce(0, +) * percent + 99) / 100
    for (pattern, count) in counts.enumerated() where count > 0 {
      left -= count
      if left <= 0 { return Float(bitPattern: UInt32(pattern) << 16 | 0xffff) }
    }
    return 0
  }

  private static func largest(_ filter: [Float]) -> Float { filter.reduce(0) { max($0, abs($1)) } }

  /// Whether a filter that is 0 is black.
  private var isBlackZero: Bool { contrast != .none && !isSigned }
  /// What is between filters.
  var background: Float { isBlackZero ? 0.25 : 0 }

  func callAsFunction(_ filter: [Float]) -> [Float] {
    if contrast == .none { return filter }
    let largest = largest ?? Self.largest(filter)
    let scale = largest > 0 ? largest : 1
    return filter.map { value in
      var share = value / scale
      if contrast == .root {
        share = min(1, abs(share)).squareRoot()
        if value < 0 { share = -share }
      }
      return isSigned ? 0.5 + 0.5 * share : share
    }
  }
}

/// Where tiles of one size lie in a picture: groups of them side by side, row by row.
struct TileLayout {
  /// Groups in a row.
  let columns: Int
  let tile: (height: Int, width: Int)
  private let group: Int
  private let gap: Int
  /// Pixels between groups.
  private let groupGap: Int
  let rows: Int
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

  /// The point between a row and a column of groups and those before them, in the middle of the gaps; what is
  /// after the last ends the picture.
  func crossing(row: Int, column: Int) -> SIMD2<Double> {
    let gap = Double(groupGap)
    return SIMD2(Double(column), Double(row))
      * SIMD2(Double(groupWidth) + gap, Double(tile.height) + gap) - gap / 2
  }

  func corner(of index: Int) -> (top: Int, left: Int) {
    let (place, inside) = index.quotientAndRemainder(dividingBy: group)
    return (
      place / columns * (tile.height + groupGap),
      place % columns * (groupWidth + groupGap) + inside * (tile.width + gap)
    )
  }
}
