import CKernels

// Norms are summed in Double, and an element is multiplied in Double before it is rounded.

extension Matrix {
  /// Scales each row whose norm is beyond `limit` to a norm of `limit`.
  public mutating func boundRowNorms(_ limit: Float) { scaleRows { bound($0, limit) } }

  /// Scales each column whose norm is beyond `limit` to a norm of `limit`.
  public mutating func boundColumnNorms(_ limit: Float) { scaleColumns { bound($0, limit) } }

  /// Scales each row to a norm of 1; rows of zeros stay.
  public mutating func normalizeRows() { scaleRows(toUnit) }

  /// Scales each column to a norm of 1; columns of zeros stay.
  public mutating func normalizeColumns() { scaleColumns(toUnit) }

  /// Scales each row by a factor for its norm, nil being 1.
  private mutating func scaleRows(_ factor: (Double) -> Double?) {
    let (rows, columns) = (rows, columns)
    let kernels = sp_kernels.current
    elements.withUnsafeMutableBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      for row in 0..<rows {
        let row = start + row * columns
        let norm = kernels.dot_in_double(row, row, columns).squareRoot()
        if let factor = factor(norm) { sp_scale(factor, row, columns) }
      }
    }
  }

  /// Scales each column by a factor for its norm, nil being 1: passes over rows, which lie together.
  private mutating func scaleColumns(_ factor: (Double) -> Double?) {
    let (rows, columns) = (rows, columns)
    var squares = [Double](repeating: 0, count: columns)
    elements.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      for row in 0..<rows { sp_accumulate_squares(start + row * columns, &squares, columns) }
    }
    let factors = squares.map { factor($0.squareRoot()) }
    guard factors.contains(where: { $0 != nil }) else { return }
    let all = factors.map { $0 ?? 1 }
    elements.withUnsafeMutableBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      for row in 0..<rows { sp_scale_each(all, start + row * columns, columns) }
    }
  }
}

private func bound(_ norm: Double, _ limit: Float) -> Double? {
  norm > Double(limit) ? Double(limit) / norm : nil
}

private func toUnit(_ norm: Double) -> Double? { norm > 0 ? 1 / norm : nil }
