/// Windows put back together: where they overlap, their mean; the padding is left out.
///
/// Sums are kept in Double, so windows that were cut from an image give it back to the bit. Memory
/// is that of the image, whatever the number of windows.
public struct Reassembly: Sendable {
  public let grid: WindowGrid
  public let channels: Int
  /// `[H,W,C]`
  private var sums: [Double]
  /// How many windows have added to a pixel, `[H,W]`.
  private var counts: [Int32]

  /// - Parameter channels: C of the windows.
  public init(grid: WindowGrid, channels: Int) {
    precondition(channels > 0, "windows of \(channels) channels")
    self.grid = grid
    self.channels = channels
    sums = []
    counts = []
  }

  /// Adds one row of the grid. Equal windows in equal order give equal sums.
  ///
  /// - Parameters:
  ///   - row: 0..<gy, its place in the grid.
  ///   - windows: `[gx,h,w,C]`.
  public mutating func add(row: Int, windows: [Float]) {
    precondition((0..<grid.rows).contains(row), "row \(row) of a grid of \(grid.rows)")
    precondition(
      windows.count == grid.columns * grid.height * grid.width * channels,
      "\(windows.count) values for a row of \(grid.columns) windows")
    grow(to: grid.covered(row, 0).rows.upperBound)
    for column in 0..<grid.columns {
      let (ys, xs) = grid.covered(row, column)
      for y in ys {
        let source = grid.offset(row, column, column, y, xs.lowerBound) * channels
        let target = y * grid.imageWidth + xs.lowerBound
        for i in 0..<xs.count * channels {
          sums[target * channels + i] += Double(windows[source + i])
        }
        for i in 0..<xs.count { counts[target + i] += 1 }
      }
    }
  }

  /// Makes room for so many rows of the image: no sooner than the windows that cover them are there.
  private mutating func grow(to height: Int) {
    let missing = height * grid.imageWidth - counts.count
    guard missing > 0 else { return }
    sums += repeatElement(0, count: missing * channels)
    counts += repeatElement(0, count: missing)
  }

  /// The picture so far, `[H',W',C]`: the area from the upper left corner that the grid covers,
  /// without the ``WindowGrid/leftoverRows`` and ``WindowGrid/leftoverColumns`` that lie in the
  /// image. Pixels between windows (a stride larger than the window) are 0.
  public func image() -> Image {
    let height = grid.covered(grid.rows - 1, 0).rows.upperBound
    let width = grid.covered(0, grid.columns - 1).columns.upperBound
    var whole = self
    whole.grow(to: height)
    let (sums, counts) = (whole.sums, whole.counts)
    var pixels: [Float] = []
    pixels.reserveCapacity(height * width * channels)
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * grid.imageWidth + x
        let count = Double(max(counts[pixel], 1))
        for c in 0..<channels { pixels.append(Float(sums[pixel * channels + c] / count)) }
      }
    }
    return Image(height: height, width: width, channels: channels, pixels: pixels)
  }
}
