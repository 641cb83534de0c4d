import CKernels

/// Images, or some rows of them, with the zeros around them that windows see: every window lies inside.
struct PaddedImages {
  /// [N, rows·(W + padding)·C].
  let images: Matrix
  /// The row of an image that is the first here, negative in the padding.
  private let top: Int
  private let windows: ImageWindows

  /// - Parameters:
  ///   - x: images, [N, H·W·C], or of each the rows from `top` on that the windows cover, at least.
  ///   - rows: of the places.
  init(_ x: Matrix, _ windows: ImageWindows, rows: Range<Int>, top: Int) {
    let (vertical, horizontal) = (windows.vertical, windows.horizontal)
    self.windows = windows
    if vertical.padding == 0 && horizontal.padding == 0 {
      images = x
      self.top = top
      return
    }
    let first = vertical.start(rows.lowerBound)
    let end = vertical.start(rows.upperBound - 1) + vertical.size
    let length = Self.rowLength(windows)
    var padded = Matrix(zeros: x.rows, columns: (end - first) * length)
    let held = windows.rowLength
    padded.elements.withUnsafeMutableBufferPointer { to in
      x.elements.withUnsafeBufferPointer { from in
        guard let to = to.baseAddress, let from = from.baseAddress else { return }
        for image in 0..<x.rows {
          for row in vertical.reach(of: rows) {
            let place = (image * (end - first) + row - first) * length
            (to + place + horizontal.padding * windows.channels).update(
              from: from + image * x.columns + (row - top) * held, count: held)
          }
        }
      }
    }
    images = padded
    self.top = first
  }

  private static func rowLength(_ windows: ImageWindows) -> Int {
    (windows.horizontal.length + 2 * windows.horizontal.padding) * windows.channels
  }

  /// Where a window begins in the elements of the images.
  func first(image: Int, row: Int, column: Int) -> Int {
    let (y, x) = (
      windows.vertical.start(row) - top,
      windows.horizontal.start(column) + windows.horizontal.padding
    )
    return image * images.columns + y * Self.rowLength(windows) + x * windows.channels
  }

  /// Windows as the kernels take them.
  /// - Parameters:
  ///   - first: where the first of them begins in the elements of the images.
  ///   - stride: elements from one to the next.
  ///   - windows: of these images, of any width.
  func left(
    _ images: UnsafePointer<Float>, first: Int, stride: Int, _ windows: ImageWindows
  ) -> sp_left {
    sp_left(
      pointer: images + first, row_stride: stride, inner_stride: 1,
      runs: windows.vertical.size, run: windows.horizontal.size * windows.channels,
      run_stride: Self.rowLength(windows))
  }

  /// Windows of some places, which are counted through the images and row by row.
  /// - Parameter windows: [places, h·w·C].
  func take(
    _ places: Range<Int>, of part: WindowPlaces, _ images: UnsafePointer<Float>,
    into windows: UnsafeMutablePointer<Float>
  ) {
    let columns = part.columns
    let spread = columns.step * part.windows.horizontal.stride * part.windows.channels
    var place = places.lowerBound
    while place < places.upperBound {
      let (row, column) = (place / columns.count, place % columns.count)
      let count = min(columns.count - column, places.upperBound - place)
      let first = first(
        image: row / part.rows.count, row: part.rows[row % part.rows.count],
        column: columns[column])
      var left = left(images, first: first, stride: spread, part.windows)
      sp_take_windows(
        &left, count, windows + (place - places.lowerBound) * part.windows.windowLength)
      place += count
    }
  }
}
