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

  /// The spans along one axis of `length`, or nil where not even one window fits; none of an axis of 0.
  static func spans(_ length: Int, windows: Windows, alongRows: Bool) -> [Range<Int>]? {
    switch windows {
    case .sliding(let size, let stride):
      if length == 0 { return [] }
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
      if length == 0 { return 0 }
      return size >= 1 && stride >= 1 && length >= size ? (length - size) / stride + 1 : nil
    case .grid(let rows, let columns):
      let parts = alongRows ? rows : columns
      return parts >= 1 && parts <= length ? parts : nil
    }
  }

  /// The pooled shape of a map of height × width, or nil where no window fits. Windows of an axis of 0
  /// are an axis of 0.
  public func pooledShape(height: Int, width: Int) -> (rows: Int, columns: Int)? {
    guard let rows = count(height, alongRows: true), let columns = count(width, alongRows: false)
    else { return nil }
    return (rows, columns)
  }

  /// Pools maps.
  /// - Parameter maps: [N·y·x, K], each row by row.
  /// - Returns: [N·y'·x', K].
  public func pool(_ maps: Matrix, height: Int, width: Int) -> Matrix {
    let rows = Self.spans(height, windows: windows, alongRows: true) ?? []
    let columns = Self.spans(width, windows: windows, alongRows: false) ?? []
    let places = rows.flatMap { ys in
      columns.map { xs in ys.flatMap { y in xs.map { y * width + $0 } } }
    }
    return reducePlaces(of: maps, places: height * width, windows: places, by: reduction)
  }
}
