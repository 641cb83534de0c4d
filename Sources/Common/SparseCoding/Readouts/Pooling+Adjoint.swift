import LinearAlgebra

/// The adjoint of pooling by the mean, for looking at what pools are of. That of codes of signs, or of another
/// reduction, is not linear; this is what all have in common.
extension PoolLayout {
  /// Features shared out over the units of their pools, w / Σ w to each.
  /// - Parameters:
  ///   - features: [N, places·P], of each place all pools.
  ///   - unitCount: K, at least ``PoolLayout/unitCount``; a unit in no pool gets nothing.
  /// - Returns: [N, places·K].
  public func spread(_ features: Matrix, unitCount: Int) -> Matrix {
    precondition(
      unitCount >= self.unitCount && poolCount >= 1 && features.columns.isMultiple(of: poolCount),
      "\(features.columns) features of \(poolCount) pools")
    let places = features.rows * features.columns / poolCount
    var codes = [Float](repeating: 0, count: places * unitCount)
    for pool in 0..<poolCount {
      let members = groups.positions(of: pool)
      let sum = groups.weights[members].reduce(0, +)
      guard sum > 0 else { continue }
      for position in members {
        let (unit, share) = (groups.members[position], groups.weights[position] / sum)
        for place in 0..<places {
          codes[place * unitCount + unit] += share * features.elements[place * poolCount + pool]
        }
      }
    }
    return Matrix(
      rows: features.rows, columns: features.columns / poolCount * unitCount, elements: codes)
  }
}

extension MapWindows {
  /// Places of maps that so many windows reach over.
  public func reach(_ count: Int, alongRows: Bool) -> Int {
    (count - 1) * (alongRows ? rowStride : columnStride) + (alongRows ? height : width)
  }

  /// Maps of windows shared out over the places of each, the same to all; what windows share is added.
  /// - Parameter features: [N, rows·columns·K].
  /// - Returns: maps as large as windows reach, [N, y·x·K].
  public func spread(_ features: Matrix, rows: Int, columns: Int, unitCount: Int) -> Matrix {
    let (tall, wide) = (reach(rows, alongRows: true), reach(columns, alongRows: false))
    let share = 1 / Float(height * width)
    var maps = Matrix(zeros: features.rows, columns: tall * wide * unitCount)
    for record in 0..<features.rows {
      for window in 0..<rows * columns {
        let from = record * features.columns + window * unitCount
        let (top, left) = (window / columns * rowStride, window % columns * columnStride)
        for place in 0..<height * width {
          let (y, x) = (top + place / width, left + place % width)
          let to = record * maps.columns + (y * wide + x) * unitCount
          for unit in 0..<unitCount {
            maps.elements[to + unit] += share * features.elements[from + unit]
          }
        }
      }
    }
    return maps
  }
}
