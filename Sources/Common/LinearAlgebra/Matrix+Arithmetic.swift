extension Matrix {
  /// Multiplies every element.
  public mutating func scale(by factor: Float) {
    var values = elements.mutableSpan
    for index in values.indices { values[index] *= factor }
  }

  /// Multiplies each column by a factor of its own, as an ``Epilogue`` does with its gain. No result
  /// is −0.
  /// - Parameter factors: [columns].
  public mutating func scaleColumns(by factors: [Float]) {
    precondition(factors.count == columns, "\(factors.count) factors for \(columns) columns")
    let (factors, columns) = (factors.span, columns)
    var values = elements.mutableSpan
    for first in stride(from: 0, to: values.count, by: max(columns, 1)) {
      for column in 0..<columns {
        values[first + column] = values[first + column] * factors[column] + 0
      }
    }
  }
}

/// a − b, both [n, m].
public func difference(_ a: Matrix, _ b: Matrix) -> Matrix {
  precondition(
    a.rows == b.rows && a.columns == b.columns,
    "[\(a.rows),\(a.columns)] less [\(b.rows),\(b.columns)]")
  var result = a
  let subtrahend = b.elements.span
  var values = result.elements.mutableSpan
  for index in values.indices { values[index] -= subtrahend[index] }
  return result
}
