private typealias Lanes = RowLanes.Vector

extension Groups {
  /// Σ over rows and groups of √(Σ w z²), and its slopes.
  ///
  /// Eight rows at a time lie side by side, so that any groups are sums of vectors.
  /// - Parameters:
  ///   - z: [N, columns].
  ///   - scale: what the slopes are multiplied by.
  ///   - gradient: [N, columns], to which `scale`·Σ w z/√(Σ w z²) over the groups of each column is added, 0
  ///     for groups of zeros.
  public func addNormGradient(
    of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix
  ) -> Double {
    precondition(columnCount <= z.columns, "groups that are none of \(z.columns) columns")
    precondition(
      z.rows == gradient.rows && z.columns == gradient.columns, "a gradient of another shape")
    var values = RowLanes(columns: z.columns)
    var slopes = values
    var total = 0.0
    for first in stride(from: 0, to: z.rows, by: RowLanes.count) {
      values.take(z, from: first)
      for column in slopes.columns.indices { slopes.columns[column] = .zero }
      let sums = addSlopes(of: values.columns, scaledBy: scale, to: &slopes.columns)
      for row in 0..<min(RowLanes.count, z.rows - first) { total += Double(sums[row]) }
      for column in slopes.columns.indices { slopes.columns[column] *= values.columns[column] }
      slopes.add(to: &gradient, from: first)
    }
    return total
  }

  /// Adds `scale`·Σ w/√(Σ w z²) over the groups of each column.
  /// - Returns: the sum of the norms of each lane.
  private func addSlopes(
    of values: [Lanes], scaledBy scale: Float, to slopes: inout [Lanes]
  ) -> Lanes {
    var sum = Lanes.zero
    members.withUnsafeBufferPointer { members in
      weights.withUnsafeBufferPointer { weights in
        values.withUnsafeBufferPointer { values in
          slopes.withUnsafeMutableBufferPointer { slopes in
            for group in 0..<count {
              let positions = positions(of: group)
              var squared = Lanes.zero
              for index in positions {
                let z = values[members[index]]
                squared += weights[index] * (z * z)
              }
              let norm = squared.squareRoot()
              sum += norm
              let slope = (scale / norm).replacing(with: 0, where: norm .== 0)
              for index in positions { slopes[members[index]] += weights[index] * slope }
            }
          }
        }
      }
    }
    return sum
  }
}
