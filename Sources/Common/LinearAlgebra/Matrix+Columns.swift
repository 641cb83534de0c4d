import CKernels

extension Matrix {
  /// Multiplies each column by a factor of its own, as an ``Epilogue`` does with its gain. No result
  /// is −0.
  /// - Parameter factors: [columns].
  public mutating func scaleColumns(by factors: [Float]) {
    precondition(factors.count == columns, "\(factors.count) factors for \(columns) columns")
    let (rows, columns) = (rows, columns)
    elements.withUnsafeMutableBufferPointer { m in
      factors.withUnsafeBufferPointer { factors in
        guard let m = m.baseAddress, let factors = factors.baseAddress else { return }
        sp_scale_columns(m, rows, columns, factors)
      }
    }
  }

  /// The largest |m| of each column, [columns], and how many of m are not zero.
  public var columnSizes: (largest: [Float], nonzeros: Int) {
    var (largest, nonzeros) = ([Float](repeating: 0, count: columns), 0)
    largest.withUnsafeMutableBufferPointer { largest in
      elements.withUnsafeBufferPointer { m in
        guard let m = m.baseAddress, let largest = largest.baseAddress else { return }
        nonzeros = sp_column_sizes(m, rows, columns, largest)
      }
    }
    return (largest, nonzeros)
  }

  /// Σ|m|, in Double.
  public var sumOfSizes: Double {
    elements.withUnsafeBufferPointer { m in
      m.baseAddress.map { sp_sum_of_sizes($0, m.count) } ?? 0
    }
  }

  /// Adds scale·sign(x) to every element; x is [rows, columns].
  public mutating func addSigns(of x: Matrix, scaledBy scale: Float) {
    precondition(
      x.rows == rows && x.columns == columns,
      "signs [\(x.rows),\(x.columns)] for [\(rows),\(columns)]")
    let count = elements.count
    elements.withUnsafeMutableBufferPointer { y in
      x.elements.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress, let y = y.baseAddress else { return }
        sp_add_signs(x, count, scale, y)
      }
    }
  }
}

/// Σ over rows of a·b, column by column, [columns]; a and b are [n, columns].
public func columnDots(_ a: Matrix, _ b: Matrix) -> [Float] {
  precondition(
    a.rows == b.rows && a.columns == b.columns,
    "[\(a.rows),\(a.columns)] and [\(b.rows),\(b.columns)]")
  var sums = [Float](repeating: 0, count: a.columns)
  sums.withUnsafeMutableBufferPointer { sums in
    a.elements.withUnsafeBufferPointer { left in
      b.elements.withUnsafeBufferPointer { right in
        guard let sums = sums.baseAddress, let left = left.baseAddress,
          let right = right.baseAddress
        else { return }
        sp_column_dots(left, right, a.rows, a.columns, sums)
      }
    }
  }
  return sums
}
