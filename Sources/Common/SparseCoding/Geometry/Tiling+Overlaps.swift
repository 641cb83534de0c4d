import LinearAlgebra

extension Tiling {
  /// How many places further windows still overlap, down and to the right.
  public var reach: (rows: Int, columns: Int) {
    ((height - 1) / stride, (width - 1) / stride)
  }

  /// DᵀD: the products of each atom with those at all places that its window overlaps, where both are within the image.
  /// - Parameter atoms: Dᵀ, [phases·units, h·w·C].
  /// - Returns: [phases·units, (2·reach + 1)²·units], the places from above left to below right.
  public func overlaps(of atoms: Matrix) -> Matrix {
    let units = atoms.rows / period.count
    let (rows, columns) = reach
    let taps = (2 * rows + 1) * (2 * columns + 1)
    var overlaps = Matrix(zeros: atoms.rows, columns: taps * units)
    for phase in 0..<period.count {
      let (top, left) = (phase / period.columns, phase % period.columns)
      for dy in -rows...rows {
        for dx in -columns...columns {
          // The other window begins that many pixels further.
          let (down, right) = (dy * stride, dx * stride)
          func common(_ phase: Int, below top: Int, beside left: Int) -> Matrix {
            part(
              of: atoms.rows(phase * units..<(phase + 1) * units),
              rows: top..<top + height - abs(down), columns: left..<left + width - abs(right))
          }
          let tap = (dy + rows) * (2 * columns + 1) + dx + columns
          let other = self.phase(
            row: top + dy + rows * period.rows, column: left + dx + columns * period.columns)
          let products = product(
            common(phase, below: max(0, down), beside: max(0, right)),
            PackedMatrix(common(other, below: max(0, -down), beside: max(0, -right))))
          for unit in 0..<units {
            for otherUnit in 0..<units {
              overlaps[phase * units + unit, tap * units + otherUnit] = products[unit, otherUnit]
            }
          }
        }
      }
    }
    return overlaps
  }

  /// Some rows and columns of windows, [N, rows·columns·C] of [N, h·w·C].
  private func part(of windows: Matrix, rows: Range<Int>, columns: Range<Int>) -> Matrix {
    windows.columns(
      at: rows.flatMap { y in
        columns.flatMap { x in (0..<channels).map { (y * width + x) * channels + $0 } }
      })
  }
}
