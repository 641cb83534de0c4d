import CKernels

/// Products with vectors in Double; no multiply-add is fused, the same bits on every level.
extension Matrix {
  /// out = M v.
  /// - Parameters:
  ///   - v: [columns].
  ///   - out: [rows].
  public func apply(to v: [Double], into out: inout [Double]) {
    precondition(v.count == columns && out.count == rows, "shapes disagree")
    elements.withUnsafeBufferPointer { elements in
      guard let elements = elements.baseAddress else { return }
      sp_apply_double(elements, rows, columns, v, &out)
    }
  }

  /// y += a·(row r), y [columns].
  public func addRow(_ r: Int, scaledBy a: Double, to y: inout [Double]) {
    precondition(r >= 0 && r < rows && y.count == columns, "row \(r) of [\(rows),\(columns)]")
    elements.withUnsafeBufferPointer { elements in
      guard let elements = elements.baseAddress else { return }
      sp_add_scaled_mixed(a, elements + r * columns, &y, columns)
    }
  }

  /// (row r)·(row s).
  public func dotOfRows(_ r: Int, _ s: Int) -> Double {
    precondition((0..<rows).contains(r) && (0..<rows).contains(s), "rows \(r), \(s) of \(rows)")
    return elements.withUnsafeBufferPointer { elements in
      guard let elements = elements.baseAddress else { return 0 }
      return sp_kernels.current.dot_in_double(
        elements + r * columns, elements + s * columns, columns)
    }
  }
}
