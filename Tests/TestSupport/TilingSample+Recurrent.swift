import LinearAlgebra
import SparseCoding

/// S of units that see windows, as a matrix of all units of an image.
extension TilingSample {
  /// How many places around a unit's own feed it, down and to the right, its own among them.
  private var feedingRows: Int { 2 * ((tiling.height + tiling.stride - 1) / tiling.stride) - 1 }
  private var feedingColumns: Int { 2 * ((tiling.width + tiling.stride - 1) / tiling.stride) - 1 }

  /// [phases·units, places·units], small enough that codes stay small.
  public func recurrentWeights(seed: UInt64) -> Matrix {
    let feeding = feedingRows * feedingColumns * units
    var weights = normalMatrix(tiling.period.count * units, feeding, seed: seed)
    weights.scale(by: 0.5 / Float(feeding).squareRoot())
    return weights
  }

  /// Where each element of S is among all units of an image, in the order of ``allUnits``.
  public var recurrentEntries: [(unit: Int, feeding: Int, row: Int, column: Int)] {
    let all = allUnits
    let columns = windows.horizontal.count
    // All units by their places.
    var numbers = [Int](repeating: 0, count: all.count)
    for (index, unit) in all.enumerated() {
      numbers[(unit.row * columns + unit.column) * units + unit.weight % units] = index
    }
    var entries: [(Int, Int, Int, Int)] = []
    for (index, unit) in all.enumerated() {
      for dy in 0..<feedingRows {
        for dx in 0..<feedingColumns {
          let row = unit.row + dy - feedingRows / 2
          let column = unit.column + dx - feedingColumns / 2
          guard (0..<windows.vertical.count).contains(row), (0..<columns).contains(column) else {
            continue
          }
          for other in 0..<units {
            entries.append(
              (
                index, numbers[(row * columns + column) * units + other], unit.weight,
                (dy * feedingColumns + dx) * units + other
              ))
          }
        }
      }
    }
    return entries
  }

  /// S as a matrix of all units, in the order of ``allUnits``.
  public func wholeRecurrent(_ weights: Matrix) -> Matrix {
    var whole = Matrix(zeros: allUnits.count, columns: allUnits.count)
    for entry in recurrentEntries {
      whole[entry.unit, entry.feeding] = weights[entry.row, entry.column]
    }
    return whole
  }

  /// A gradient of ``wholeRecurrent(_:)`` as one of S.
  public func foldedRecurrent(_ gradient: Matrix) -> Matrix {
    var folded = Matrix(
      zeros: tiling.period.count * units, columns: feedingRows * feedingColumns * units)
    for entry in recurrentEntries {
      folded[entry.row, entry.column] += gradient[entry.unit, entry.feeding]
    }
    return folded
  }

  /// All units place by place, as indices in ``allUnits``.
  public var placeOrder: [Int] {
    let (all, columns) = (allUnits, windows.horizontal.count)
    var order = [Int](repeating: 0, count: all.count)
    for (index, unit) in all.enumerated() {
      order[(unit.row * columns + unit.column) * units + unit.weight % units] = index
    }
    return order
  }
}
