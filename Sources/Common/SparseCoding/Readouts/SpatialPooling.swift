import LinearAlgebra

/// Pooling over space: maps [y, x, K] into windows, each unit by itself.
public struct SpatialPooling: Equatable, Sendable {
  /// How the windows lie.
  public enum Windows: Equatable, Sendable {
    /// What is left over at the edge is dropped.
    case sliding(MapWindows)
    /// The map cut into rows × columns parts, as equal as whole numbers allow; nothing is dropped.
    case grid(rows: Int, columns: Int)

    /// Windows of `size` × `size`, `stride` apart.
    public static func sliding(size: Int, stride: Int) -> Windows {
      .sliding(MapWindows(height: size, width: size, rowStride: stride, columnStride: stride))
    }
  }

  public let windows: Windows
  public let reduction: PoolLayout.Reduction

  public init(windows: Windows, reduction: PoolLayout.Reduction) {
    self.windows = windows
    self.reduction = reduction
  }

  /// Windows along one axis of a map, by number.
  struct Axis {
    let count: Int
    let span: (Int) -> Range<Int>

    var spans: [Range<Int>] { (0..<count).map(span) }
  }

  /// The windows along an axis of `length`, which may be what a header says and no more; nil where not even
  /// one fits, none of an axis of 0.
  static func axis(_ length: Int, windows: Windows, alongRows: Bool) -> Axis? {
    switch windows {
    case .sliding(let windows):
      if length == 0 { return Axis(count: 0) { _ in 0..<0 } }
      guard let axis = windows.axis(length, alongRows: alongRows) else { return nil }
      return Axis(count: axis.count, span: axis.span)
    case .grid(let rows, let columns):
      let parts = alongRows ? rows : columns
      guard parts >= 1, length >= parts else { return nil }
      return Axis(count: parts) { $0 * length / parts..<($0 + 1) * length / parts }
    }
  }

  /// The pooled shape of a map of height × width, or nil where no window fits. Windows of an axis of 0
  /// are an axis of 0.
  public func pooledShape(height: Int, width: Int) -> (rows: Int, columns: Int)? {
    guard let rows = Self.axis(height, windows: windows, alongRows: true),
      let columns = Self.axis(width, windows: windows, alongRows: false)
    else { return nil }
    return (rows.count, columns.count)
  }

  /// Groups of units at each place reduced, before places are. Where each unit is a group by itself there is nothing to
  /// do: what windows make of codes is what they make of their sizes.
  /// - Parameter places: [N·y·x, K].
  /// - Returns: [N·y·x, P].
  public func units(of places: Matrix, in layout: PoolLayout) -> Matrix {
    layout.keepsUnits(places.columns) ? places : layout.pool(places, by: reduction)
  }

  /// Pools maps.
  /// - Parameter maps: [N·y·x, K], each row by row.
  /// - Returns: [N·y'·x', K].
  public func pool(_ maps: Matrix, height: Int, width: Int) -> Matrix {
    pool(maps, spans(of: height), rows: height, width)
  }

  /// The rows of maps of `height` that some rows of windows cover, from the first to the last.
  /// - Precondition: these windows are there.
  public func mapRows(for rows: Range<Int>, height: Int) -> Range<Int> {
    guard let axis = Self.axis(height, windows: windows, alongRows: true) else {
      preconditionFailure("no window in \(height) rows")
    }
    return axis.span(rows.lowerBound).lowerBound..<axis.span(rows.upperBound - 1).upperBound
  }

  /// Some rows of windows of maps of `height` × `width`.
  /// - Parameter maps: the rows of ``mapRows(for:height:)`` alone, [N·those·x, K].
  /// - Returns: [N·rows·x', K].
  public func pool(_ maps: Matrix, windowRows rows: Range<Int>, height: Int, width: Int) -> Matrix {
    let held = mapRows(for: rows, height: height)
    guard let axis = Self.axis(height, windows: windows, alongRows: true) else { return maps }
    let spans = rows.map { row in
      let span = axis.span(row)
      return span.lowerBound - held.lowerBound..<span.upperBound - held.lowerBound
    }
    return pool(maps, spans, rows: held.count, width)
  }

  private func spans(of height: Int) -> [Range<Int>] {
    Self.axis(height, windows: windows, alongRows: true)?.spans ?? []
  }

  /// - Parameters:
  ///   - maps: [N·rows·width, K].
  ///   - spans: the rows of each row of windows.
  private func pool(_ maps: Matrix, _ spans: [Range<Int>], rows: Int, _ width: Int) -> Matrix {
    reducePlaces(of: maps, places: rows * width, windows: places(spans, width), by: reduction)
  }

  /// The places of each window, of those that cover some rows.
  private func places(_ spans: [Range<Int>], _ width: Int) -> [[Int]] {
    let columns = Self.axis(width, windows: windows, alongRows: false)?.spans ?? []
    return spans.flatMap { ys in
      columns.map { xs in ys.flatMap { y in xs.map { y * width + $0 } } }
    }
  }

  /// Backwards through ``pool(_:height:width:)``.
  /// - Parameters:
  ///   - maps: [N·y·x, K].
  ///   - pooled: what came of them, [N·y'·x', K].
  ///   - delta: ∂/∂pooled, [N·y'·x', K].
  /// - Returns: ∂/∂maps, [N·y·x, K].
  public func gradient(
    _ delta: Matrix, of maps: Matrix, pooled: Matrix, height: Int, width: Int
  ) -> Matrix {
    reducePlacesGradient(
      of: maps, places: height * width, windows: places(spans(of: height), width), by: reduction,
      reduced: pooled, delta: delta)
  }
}
