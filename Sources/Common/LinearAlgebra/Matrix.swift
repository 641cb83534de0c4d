/// A matrix of Float32, [rows, columns], row-major. A product reads `n` records as [n, units].
public struct Matrix: Equatable, Sendable {
  /// How many rows: records, in a product.
  public let rows: Int
  /// How many elements a row has.
  public let columns: Int
  /// [rows · columns]. Its count must not be changed.
  public var elements: [Float]

  /// - Parameter elements: [rows · columns], row after row.
  public init(rows: Int, columns: Int, elements: [Float]) {
    precondition(
      rows >= 0 && columns >= 0 && elements.count == rows * columns,
      "a matrix [\(rows),\(columns)] cannot hold \(elements.count) elements")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// All zeros, [rows, columns].
  public init(zeros rows: Int, _ columns: Int) {
    self.init(rows: rows, columns: columns, elements: [Float](repeating: 0, count: rows * columns))
  }

  /// All zeros, [rows, columns].
  public init(zeros rows: Int, columns: Int) {
    self.init(zeros: rows, columns)
  }

  /// The element in row `r`, column `c`.
  public subscript(_ r: Int, _ c: Int) -> Float {
    get {
      checkIndex(r, c)
      return elements[r * columns + c]
    }
    set {
      checkIndex(r, c)
      elements[r * columns + c] = newValue
    }
  }

  /// Row `r`, [columns]; indexed as in ``elements``.
  public func row(_ r: Int) -> ArraySlice<Float> {
    elements[r * columns..<(r + 1) * columns]
  }

  /// The rows of `range`, [range.count, columns].
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows outside the matrix")
    return Matrix(
      rows: range.count, columns: columns,
      elements: Array(elements[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The same elements in rows of another length, [elements / count, count].
  /// - Precondition: they fill them.
  public func reshaped(columns count: Int) -> Matrix {
    if count == columns { return self }
    precondition(count > 0 && elements.count.isMultiple(of: count), "rows of \(count)")
    return Matrix(rows: elements.count / count, columns: count, elements: elements)
  }

  /// [columns, rows].
  public var transposed: Matrix {
    let turned = [Float](unsafeUninitializedCapacity: elements.count) { to, count in
      elements.withUnsafeBufferPointer { from in
        // Square blocks, so that both sides stay in cache.
        let side = 16
        for top in stride(from: 0, to: rows, by: side) {
          for left in stride(from: 0, to: columns, by: side) {
            for r in top..<min(top + side, rows) {
              for c in left..<min(left + side, columns) { to[c * rows + r] = from[r * columns + c] }
            }
          }
        }
      }
      count = elements.count
    }
    return Matrix(rows: columns, columns: rows, elements: turned)
  }

  private func checkIndex(_ r: Int, _ c: Int) {
    precondition(
      r >= 0 && r < rows && c >= 0 && c < columns, "(\(r),\(c)) is outside [\(rows),\(columns)]")
  }
}
