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

extension TiledEncoder {
  /// The same of the codes of images.
  /// - Parameter x: [N, H·W·C].
  public func densities(_ x: Matrix) -> [Double] {
    var counts = [Int](repeating: 0, count: stepCount)
    for first in stride(from: 0, to: x.rows, by: RecordTile.rows) {
      let tile = x.rows(first..<min(first + RecordTile.rows, x.rows))
      eachCode(of: tile) { step, code in counts[step] += code.elements.count { $0 != 0 } }
    }
    return counts.map { Double($0) / Double(max(1, x.rows * windows.count * unitCount)) }
  }
}
