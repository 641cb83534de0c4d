/// A matrix for the length of a call, for loops that several threads run over the same one: a view
/// has no count of references, which they would fight over. Bounds are checked.
public struct MatrixView {
  public let rows: Int
  public let columns: Int
  let elements: UnsafeBufferPointer<Float>

  fileprivate init(_ matrix: Matrix, _ elements: UnsafeBufferPointer<Float>) {
    rows = matrix.rows
    columns = matrix.columns
    self.elements = elements
  }

  public subscript(_ r: Int, _ c: Int) -> Float {
    precondition(
      r >= 0 && r < rows && c >= 0 && c < columns, "element \(r),\(c) of \(rows)×\(columns)")
    return elements[r * columns + c]
  }

  func row(_ r: Int) -> UnsafeBufferPointer<Float> {
    precondition(r >= 0 && r < rows, "row \(r) of \(rows)")
    return UnsafeBufferPointer(rebasing: elements[r * columns..<(r + 1) * columns])
  }
}

extension Matrix {
  /// Calls `body` with a view of this matrix, which must not leave the call.
  public func withView<Result>(_ body: (MatrixView) throws -> Result) rethrows -> Result {
    try elements.withUnsafeBufferPointer { try body(MatrixView(self, $0)) }
  }
}

/// y += a·(row r of m); m [rows, n], y [n].
public func addScaled(_ a: Float, rowOf m: MatrixView, _ r: Int, to y: inout [Float]) {
  addScaled(a, m.row(r), to: &y)
}
