import LinearAlgebra

extension Encoder {
  /// The share of values that are not 0 in the codes of records before the first and after each pass,
  /// z₀ … z_T.
  /// - Parameter x: records, [N, D].
  /// - Precondition: the encoder is of the parallel form.
  public func densities(_ x: Matrix) -> [Double] {
    let trace = trace(x)
    var counts = [Int](repeating: 0, count: iterations + 1)
    for (index, value) in trace.elements.enumerated() where value != 0 {
      counts[index / codeLength % counts.count] += 1
    }
    return counts.map { Double($0) / Double(max(1, x.rows * codeLength)) }
  }
}
