import LinearAlgebra

/// Pooling over space: maps [y, x, K] into windows, each unit by itself.
public struct SpatialPooling: Equatable, Sendable {
  /// How the windows lie.
  public enum Windows: Equatable, Sendable {
    /// Windows of `size`, `stride` apart; what is left over at the edge is dropped.
    case sliding(size: Int, stride: Int)
    /// The map cut into rows × columns parts, as equal as whole numbers allow; nothing is dropped.
    case grid(rows: Int, columns: Int)
  }

  public let windows: Windows
  public let reduction: PoolLayout.Reduction

  public init(windows: Windows, reduction: PoolLayout.Reduction) {
    self.windows = windows
    self.reduction = reduction
  }

  /// The spans along one axis of `length`, or nil where not even one window fits.
  static func spans(_ length: Int, windows: Windows, alongRows: Bool) -> [Range<Int>]? {
    switch windows {
    case .sliding(let size, let stride):
      guard size >= 1, stride >= 1, length >= size else { return nil }
      return Swift.stride(from: 0, through: length - size, by: stride).map { $0..<$0 + size }
    case .grid(let rows, let columns):
      let count = alongRows ? rows : columns
      guard count >= 1, length >= count else { return nil }
      return (0..<count).map { $0 * length / count..<($0 + 1) * length / count }
    }
  }

  /// How many spans there are along an axis of `length`, which may be what a header says and no more.
  private func count(_ length: Int, alongRows: Bool) -> Int? {
    switch windows {
    case .sliding(let size, let stride):
      return size >= 1 && stride >= 1 && length >= size ? (length - size) / stride + 1 : nil
    case .grid(let rows, let columns):
      let parts = alongRows ? rows : columns
      return parts >= 1 && parts <= length ? parts : nil
    }
  }

  /// The pooled shape of a map of height × width, or nil where no window fits.
  public func pooledShape(height: Int, width: Int) -> (rows: Int, columns: Int)? {
    guard let rows = count(height, alongRows: true), let columns = count(width, alongRows: false)
    else { return nil }
    return (rows, columns)
  }

  /// Pools one map.
  /// - Parameter map: [y·x, K], row by row.
  /// - Returns: [y'·x', K].
  public func pool(_ map: Matrix, height: Int, width: Int) -> Matrix {
    precondition(map.rows == height * width, "a map of \(height)×\(width), \(map.rows) places")
    let rows = Self.spans(height, windows: windows, alongRows: true) ?? []
    let columns = Self.spans(width, windows: windows, alongRows: false) ?? []
    let units = map.columns
    var result = Matrix(zeros: rows.count * columns.count, columns: units)
    let places = map.elements.span
    var pooled = result.elements.mutableSpan
    for (gy, ys) in rows.enumerated() {
      for (gx, xs) in columns.enumerated() {
        let window = (gy * columns.count + gx) * units
        for y in ys {
          for x in xs {
            let place = (y * width + x) * units
            add(places.extracting(place..<place + units), to: &pooled, at: window)
          }
        }
        finish(&pooled, window..<window + units, places: ys.count * xs.count)
      }
    }
    return result
  }

  private func add(_ z: Span<Float>, to pooled: inout MutableSpan<Float>, at window: Int) {
    switch reduction {
    case .l2: for unit in z.indices { pooled[window + unit] += z[unit] * z[unit] }
    case .max:
      for unit in z.indices {
        pooled[window + unit] = Swift.max(pooled[window + unit], abs(z[unit]))
      }
    case .mean: for unit in z.indices { pooled[window + unit] += abs(z[unit]) }
    }
  }

  private func finish(_ pooled: inout MutableSpan<Float>, _ window: Range<Int>, places: Int) {
    switch reduction {
    case .l2: for index in window { pooled[index] = pooled[index].squareRoot() }
    case .max: break
    case .mean: for index in window { pooled[index] /= Float(places) }
    }
  }
}
