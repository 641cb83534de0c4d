import CKernels

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
  public func taken(from x: Matrix, row: Int, columns: Places, top: Int = 0) -> Matrix {
    checkRows(of: x, row..<row + 1, top: top)
    let padded = PaddedImages(x, self, rows: row..<row + 1, top: top)
    let (rows, length) = (x.rows * columns.count, windowLength)
    let elements = [Float](unsafeUninitializedCapacity: rows * length) { to, count in
      count = rows * length
      padded.images.elements.withUnsafeBufferPointer { from in
        guard count > 0, let from = from.baseAddress, let to = to.baseAddress else { return }
        for image in 0..<x.rows {
          var left = padded.left(
            from, first: padded.first(image: image, row: row, column: columns[0]),
            stride: columns.step * horizontal.stride * channels, self)
          sp_take_windows(&left, columns.count, to + image * columns.count * length)
        }
      }
    }
    return Matrix(rows: rows, columns: length, elements: elements)
  }

  /// Adds the windows of a row of places to images, one column after another.
  /// - Parameters:
  ///   - windows: [N·columns, h·w·C], as ``taken(from:row:columns:top:)`` gives them.
  ///   - columns: of the places.
  ///   - x: images, [N, H·W·C], or of each the rows from `top` on that the windows cover, at least.
  public func add(
    _ windows: Matrix, row: Int, columns: Places, to x: inout Matrix, top: Int = 0
  ) {
    checkRows(of: x, row..<row + 1, top: top)
    precondition(
      windows.columns == windowLength && windows.rows == x.rows * columns.count, "shapes disagree")
    windows.elements.withUnsafeBufferPointer { windows in
      guard let windows = windows.baseAddress else { return }
      add(windows, row: row, columns: columns, to: &x, images: 0..<x.rows, top: top)
    }
  }

  /// The same to some of the images.
  func add(
    _ windows: UnsafePointer<Float>, row: Int, columns: Places, to x: inout Matrix,
    images: Range<Int>, top: Int = 0
  ) {
    let (imageLength, length) = (x.columns, windowLength)
    let parts = partsOfLikeSpans(columns)
    x.elements.withUnsafeMutableBufferPointer { x in
      guard let to = x.baseAddress else { return }
      for (number, image) in images.enumerated() {
        for part in parts {
          let place = placement(row: row, column: columns[part.lowerBound])
          sp_add_windows(
            windows + (number * columns.count + part.lowerBound) * length + place.element,
            length, windowStride, part.count, place.rows, place.run,
            to + image * imageLength + place.pixel - top * rowLength,
            columns.step * horizontal.stride * channels, rowLength)
        }
      }
    }
  }

  /// Columns in parts, one after another, whose windows have the same of their images: those at the sides one by one.
  private func partsOfLikeSpans(_ columns: Places) -> [Range<Int>] {
    let whole = columns.indices.filter {
      horizontal.span(columns[$0]).count == horizontal.size
    }
    guard let first = whole.first, let last = whole.last else {
      return columns.indices.map { $0..<$0 + 1 }
    }
    return (0..<first).map { $0..<$0 + 1 } + [first..<last + 1]
      + (last + 1..<columns.count).map { $0..<$0 + 1 }
  }

  func checkRows(of x: Matrix, _ rows: Range<Int>, top: Int) {
    let (span, held) = (vertical.reach(of: rows), rowLength > 0 ? x.columns / rowLength : 0)
    precondition(
      x.columns == held * rowLength
        && (span.isEmpty || span.lowerBound >= top && span.upperBound <= top + held),
      "images of \(x.columns) from row \(top) on, expected rows \(span) of \(rowLength)")
  }
}

/// Places along an axis, `step` apart: no array of them, for a header may lie about how many there are.
public struct Places: RandomAccessCollection, Sendable {
  public let first, step, end: Int

  public init(first: Int, step: Int = 1, end: Int) {
    self.first = first
    self.step = step
    self.end = end
  }

  /// A single one.
  public init(_ place: Int) { self.init(first: place, end: place + 1) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { (end - first + step - 1) / step }
  public subscript(index: Int) -> Int { first + index * step }

  /// Whether a place is one of them.
  public func contains(_ place: Int) -> Bool {
    place >= first && place < end && (place - first).isMultiple(of: step)
  }
}
