/// Some rows of a matrix side by side, one a lane, so that what is done to each of them is sums and products
/// of vectors, whatever columns they are of.
public struct RowLanes: Sendable {
  public typealias Vector = SIMD8<Float>

  /// Rows at a time.
  public static var count: Int { Vector.scalarCount }

  /// A vector a column, [columns].
  public var columns: [Vector]

  public init(columns: Int) { self.columns = [Vector](repeating: .zero, count: columns) }

  /// Takes rows of a matrix, [N, columns], from `first` on; lanes without one are 0.
  public mutating func take(_ matrix: Matrix, from first: Int) {
    let rows = Self.rows(matrix, first, columns.count)
    matrix.elements.withUnsafeBufferPointer { from in
      columns.withUnsafeMutableBytes { bytes in
        let lanes = bytes.bindMemory(to: Float.self)
        if rows.count < Self.count { lanes.update(repeating: 0) }
        for (lane, row) in rows.enumerated() {
          let own = UnsafeBufferPointer(
            rebasing: from[row * matrix.columns..<(row + 1) * matrix.columns])
          for column in own.indices { lanes[column * Self.count + lane] = own[column] }
        }
      }
    }
  }

  /// Puts the rows back where they were taken from.
  /// - Parameter matrix: [N, columns].
  public func put(into matrix: inout Matrix, from first: Int) {
    write(to: &matrix, from: first) { $0 = $1 }
  }

  /// Adds the rows to those of a matrix, [N, columns].
  public func add(to matrix: inout Matrix, from first: Int) {
    write(to: &matrix, from: first) { $0 += $1 }
  }

  @inline(__always)
  private func write(to matrix: inout Matrix, from first: Int, _ move: (inout Float, Float) -> Void)
  {
    let rows = Self.rows(matrix, first, columns.count)
    let count = matrix.columns
    matrix.elements.withUnsafeMutableBufferPointer { to in
      columns.withUnsafeBytes { bytes in
        let lanes = bytes.bindMemory(to: Float.self)
        for (lane, row) in rows.enumerated() {
          let own = UnsafeMutableBufferPointer(rebasing: to[row * count..<(row + 1) * count])
          for column in own.indices { move(&own[column], lanes[column * Self.count + lane]) }
        }
      }
    }
  }

  private static func rows(_ matrix: Matrix, _ first: Int, _ columns: Int) -> Range<Int> {
    precondition(
      matrix.columns == columns && first >= 0 && first < matrix.rows,
      "row \(first) of [\(matrix.rows),\(matrix.columns)] as \(columns) columns")
    return first..<min(first + count, matrix.rows)
  }
}
