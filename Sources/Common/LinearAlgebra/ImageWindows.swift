/// Windows of images of one size, [H,W,C] each, taken out of them and put back.
///
/// Windows lie at places, row by row. What of a window lies outside its image is 0 where it is taken, and left
/// out where it is put back.
public struct ImageWindows: Equatable, Sendable {
  /// The places from top to bottom, and from left to right.
  public let vertical, horizontal: WindowAxis
  /// C.
  public let channels: Int

  public init(_ vertical: WindowAxis, _ horizontal: WindowAxis, channels: Int) {
    precondition(channels >= 1, "images of \(channels) channels")
    self.vertical = vertical
    self.horizontal = horizontal
    self.channels = channels
  }

  /// H·W·C.
  public var imageLength: Int { vertical.length * rowLength }
  /// W·C.
  public var rowLength: Int { horizontal.length * channels }
  /// h·w·C, row by row.
  public var windowLength: Int { vertical.size * horizontal.size * channels }
  /// How many there are.
  public var count: Int { vertical.count * horizontal.count }

  /// Windows of a row of places: of the first image those of `columns`, then of the next.
  /// - Parameters:
  ///   - x: images, [N, H·W·C], or of each the rows from `top` on that the windows cover, at least.
  ///   - row: of the places.
  ///   - columns: of the places.
  /// - Returns: [N·columns, h·w·C].
  public func taken(
    from x: Matrix, row: Int, columns: some Collection<Int>, top: Int = 0
  ) -> Matrix {
    checkRows(of: x, row: row, top: top)
    // Of a type that is known here: others are gone through by calls.
    let columns = Array(columns)
    let (rows, length) = (x.rows * columns.count, windowLength)
    let elements = [Float](unsafeUninitializedCapacity: rows * length) { to, count in
      count = rows * length
      x.elements.withUnsafeBufferPointer { from in
        guard count > 0, let from = from.baseAddress, let to = to.baseAddress else { return }
        var window = to
        for image in 0..<x.rows {
          for column in columns {
            if !isInside(row, column) { window.initialize(repeating: 0, count: length) }
            eachRun(row, column, top: top) { place, pixel, count in
              let (to, from) = (window + place, from + image * x.columns + pixel)
              // A call for a few values takes longer than they do.
              if count > 16 {
                to.initialize(from: from, count: count)
              } else {
                for index in 0..<count { to[index] = from[index] }
              }
            }
            window += length
          }
        }
      }
    }
    return Matrix(rows: rows, columns: length, elements: elements)
  }

  /// Adds the windows of a row of places to images, one column after another.
  /// - Parameters:
  ///   - windows: [N·columns, h·w·C], as ``taken(from:row:columns:)`` gives them.
  ///   - columns: of the places.
  ///   - x: images, [N, H·W·C], or of each the rows from `top` on that the windows cover, at least.
  public func add(
    _ windows: Matrix, row: Int, columns: some Collection<Int>, to x: inout Matrix, top: Int = 0
  ) {
    checkRows(of: x, row: row, top: top)
    let columns = Array(columns)
    let (images, imageLength, length) = (x.rows, x.columns, windowLength)
    precondition(
      windows.columns == length && windows.rows == images * columns.count, "shapes disagree")
    x.elements.withUnsafeMutableBufferPointer { x in
      windows.elements.withUnsafeBufferPointer { windows in
        guard let to = x.baseAddress, var window = windows.baseAddress else { return }
        for image in 0..<images {
          for column in columns {
            eachRun(row, column, top: top) { place, pixel, count in
              let target = to + image * imageLength + pixel
              for index in 0..<count { target[index] += window[place + index] }
            }
            window += length
          }
        }
      }
    }
  }

  private func checkRows(of x: Matrix, row: Int, top: Int) {
    let (span, held) = (vertical.span(row), rowLength > 0 ? x.columns / rowLength : 0)
    precondition(
      x.columns == held * rowLength
        && (span.isEmpty || span.lowerBound >= top && span.upperBound <= top + held),
      "images of \(x.columns) from row \(top) on, expected rows \(span) of \(rowLength)")
  }

  private func isInside(_ row: Int, _ column: Int) -> Bool {
    vertical.span(row).count == vertical.size && horizontal.span(column).count == horizontal.size
  }

  /// Calls `body` with each run of elements that a window has of its image: where it begins in the window and in
  /// the image from its row `top` on, and how long it is.
  @inline(__always)
  private func eachRun(
    _ row: Int, _ column: Int, top first: Int, _ body: (Int, Int, Int) -> Void
  ) {
    let (ys, xs) = (vertical.span(row), horizontal.span(column))
    guard !xs.isEmpty else { return }
    let (top, left) = (vertical.start(row), horizontal.start(column))
    for y in ys {
      body(
        ((y - top) * horizontal.size + xs.lowerBound - left) * channels,
        ((y - first) * horizontal.length + xs.lowerBound) * channels, xs.count * channels)
    }
  }
}
