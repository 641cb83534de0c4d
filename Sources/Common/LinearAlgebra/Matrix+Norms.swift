import CKernels

// Norms are summed in Double, and an element is multiplied in Double before it is rounded.

extension Matrix {
  /// The norm of each row, [rows].
  public var rowNorms: [Double] {
    let kernels = sp_kernels.current
    return elements.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return [Double](repeating: 0, count: rows) }
      return (0..<rows).map { row in
        let row = start + row * columns
        return kernels.dot_in_double(row, row, columns).squareRoot()
      }
    }
  }

  /// Scales each row whose norm is beyond `limit` to a norm of `limit`.
  public mutating func boundRowNorms(_ limit: Float) {
    scaleRows { $0 > Double(limit) ? Double(limit) / $0 : nil }
  }

  /// Scales each row to a norm of 1; rows of zeros stay.
  public mutating func normalizeRows() { scaleRows { $0 > 0 ? 1 / $0 : nil } }

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
}
