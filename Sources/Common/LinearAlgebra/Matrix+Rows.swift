extension Matrix {
  /// Overwrites one row.
  public mutating func setRow(_ row: Int, to values: ArraySlice<Float>) {
    precondition(values.count == columns, "a row has \(columns) values")
    elements.replaceSubrange(row * columns..<(row + 1) * columns, with: values)
  }

  /// This matrix with one more row.
  public func appending(row: [Float]) -> Matrix {
    Matrix(rows: rows + 1, columns: columns, elements: elements + row)
  }

  /// Each row less `amounts[row]` times `direction`.
  public func removing(direction: [Float], amounts: [Float]) -> Matrix {
    var result = self
    for row in 0..<rows {
      for column in 0..<columns {
        result[row, column] -= amounts[row] * direction[column]
      }
    }
    return result
  }

  /// Multiplies each column by its factor.
  public mutating func scaleColumns(by factors: [Float]) {
    for row in 0..<rows {
      for column in 0..<columns { self[row, column] *= factors[column] }
    }
  }
}
