extension Matrix {
  /// Multiplies every element.
  public mutating func scale(by factor: Float) {
    var values = elements.mutableSpan
    for index in values.indices { values[index] *= factor }
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
