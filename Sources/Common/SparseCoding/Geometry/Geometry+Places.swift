import LinearAlgebra

/// Codes of an image lie a period of places after another, a cell each, or place by place.
extension Geometry {
  /// Codes place by place.
  /// - Parameter cells: [N·cells, K].
  /// - Returns: [N, rows·columns·units] of windows, the places row by row; else what is given.
  public func places(ofCells cells: Matrix) -> Matrix {
    reordered(cells.reshaped(columns: cellCount * cells.columns), toCells: false)
  }

  /// The inverse of ``places(ofCells:)``.
  /// - Parameters:
  ///   - places: [N, rows·columns·units].
  ///   - units: K.
  /// - Returns: [N·cells, K].
  public func cells(ofPlaces places: Matrix, units: Int) -> Matrix {
    reordered(places, toCells: true).reshaped(columns: units)
  }

  /// Codes, [N, all units], in the other order.
  private func reordered(_ codes: Matrix, toCells: Bool) -> Matrix {
    guard case .tiled(let tiling, let windows) = self, cellCount > 1, tiling.period != .one else {
      return codes
    }
    let (period, columnCount) = (tiling.period, windows.horizontal.count)
    // What lies side by side in both orders: places of a row and a cell.
    let run = codes.columns / windows.count * period.columns
    var elements: [Float] = []
    elements.reserveCapacity(codes.elements.count)
    let cellsInRow = columnCount / period.columns
    for image in 0..<codes.rows {
      func append(_ index: Int) {
        let first = image * codes.columns + index * run
        elements += codes.elements[first..<first + run]
      }
      if !toCells {
        for row in 0..<windows.vertical.count {
          for cell in 0..<cellsInRow {
            append(
              (row / period.rows * cellsInRow + cell) * period.rows + row % period.rows)
          }
        }
      } else {
        for top in stride(from: 0, to: windows.vertical.count, by: period.rows) {
          for cell in 0..<cellsInRow {
            for row in 0..<period.rows { append((top + row) * cellsInRow + cell) }
          }
        }
      }
    }
    return Matrix(rows: codes.rows, columns: codes.columns, elements: elements)
  }
}
