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
///   - filters: each `[h,w,C]`, row-major; the caller guarantees their number of values.
///   - channels: C, 1 or 3.
///   - columns: filters in a row; nil is the square root of their number, rounded up.
///   - gap: pixels between filters; there are none around the picture.
///   - scale: pixels of the picture a pixel of a filter, in both directions.
/// - Returns: `[H,W,C]`, 0…1 (with ``FilterContrast/none`` whatever the values are); 0 by 0 pixels
///   where there are no filters.
public func filterGrid(
  filters: [[Float]], height: Int, width: Int, channels: Int, columns: Int? = nil, gap: Int = 1,
  scale: Int = 1, contrast: FilterContrast = .perTile
) -> Image {
  precondition(channels == 1 || channels == 3, "a picture of \(channels) channels")
  precondition(gap >= 0 && scale >= 1 && columns ?? 1 >= 1, "gap, scale or columns out of range")
  let layout = TileLayout(
    count: filters.count, height: height * scale, width: width * scale, gap: gap,
    columns: columns ?? max(1, Int(Double(filters.count).squareRoot().rounded(.up))))
  let largest = filters.map { $0.reduce(0) { max($0, $1.magnitude) } }
  let sharedLargest = largest.reduce(0, max)
  let isSigned = filters.contains { $0.contains { $0 < 0 } }

  var pixels = [Float](repeating: 0, count: layout.pictureHeight * layout.pictureWidth * channels)
  for (index, filter) in filters.enumerated() {
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

/// Where tiles of one size lie in a picture.
private struct TileLayout {
  let columns: Int
  let height: Int
  let width: Int
  let gap: Int
  let pictureHeight: Int
  let pictureWidth: Int

  init(count: Int, height: Int, width: Int, gap: Int, columns: Int) {
    self.columns = columns
    self.height = height
    self.width = width
    self.gap = gap
    let usedColumns = min(columns, count)
    let rows = (count + columns - 1) / columns
    pictureHeight = max(0, rows * (height + gap) - gap)
    pictureWidth = max(0, usedColumns * (width + gap) - gap)
  }

  func corner(of index: Int) -> (top: Int, left: Int) {
    (index / columns * (height + gap), index % columns * (width + gap))
  }
}
