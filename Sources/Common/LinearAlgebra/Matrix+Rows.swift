import CKernels

extension Matrix {
  /// Overwrites one row.
  public mutating func setRow(_ row: Int, to values: ArraySlice<Float>) {
    precondition(values.count == columns, "a row has \(columns) values")
    elements.replaceSubrange(row * columns..<(row + 1) * columns, with: values)
  }

  /// The rows of these numbers, in this order.
  public func rows(at numbers: [Int]) -> Matrix {
    Matrix(rows: numbers.count, columns: columns, elements: numbers.flatMap { row($0) })
  }

  /// The rows that hold NaN or infinity, ascending.
  public var nonFiniteRows: [Int] {
    let all = elements.span
    return (0..<rows).filter { row in
      // Without its sign, a number with all bits of the exponent set, and no other, carries into the
      // sign when the lowest of these bits is added: one pass without a branch, in vectors.
      var carries: UInt32 = 0
      for index in row * columns..<(row + 1) * columns {
        carries |= (all[index].bitPattern & 0x7fff_ffff) &+ 0x0080_0000
      }
      return carries & 0x8000_0000 != 0
    }
  }

  /// This matrix with one more row.
  public func appending(row: [Float]) -> Matrix {
    Matrix(rows: rows + 1, columns: columns, elements: elements + row)
  }

  /// Removes from each row its mean, which is summed in Double.
  public mutating func centerRows() {
    let (rows, columns) = (rows, columns)
    elements.withUnsafeMutableBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      for row in 0..<rows {
        let row = start + row * columns
        sp_shift(-Float(sp_sum_in_double(row, columns) / Double(columns)), row, columns)
      }
    }
  }

  /// Each row less `amounts[row]` times `direction`.
  public func removing(direction: [Float], amounts: [Float]) -> Matrix {
    precondition(direction.count == columns && amounts.count == rows, "one amount per row")
    var result = self
    result.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<rows {
        let amount = amounts[row]
        for column in 0..<columns {
          elements[row * columns + column] -= amount * direction[column]
        }
      }
    }
    return result
  }
}
