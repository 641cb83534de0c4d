import LinearAlgebra

/// How alike the two most alike atoms of a dictionary are: max |cos(d_i, d_j)|, i ≠ j, its mutual
/// coherence (Donoho & Huo 2001).
public struct Coherence: Sendable {
  /// 0…1.
  public let value: Double
  /// The two, ascending.
  public let units: (Int, Int)

  /// - Parameter atoms: one a row, [K, D]. Those that are zero are left out; nil where less than two
  ///   are left.
  public init?(atoms: Matrix) {
    let kept = (0..<atoms.rows).filter { norm(of: atoms.row($0)) > 0 }
    guard kept.count > 1 else { return nil }
    let directions = Matrix(
      rows: kept.count, columns: atoms.columns,
      elements: kept.flatMap { unit -> [Float] in
        let length = norm(of: atoms.row(unit))
        return atoms.row(unit).map { Float(Double($0) / length) }
      })
    let packed = PackedMatrix(directions)
    var largest: (cosine: Float, units: (Int, Int)) = (-1, (0, 1))
    for start in stride(from: 0, to: kept.count, by: RecordTile.rows) {
      let tile = directions.rows(start..<min(start + RecordTile.rows, kept.count))
      let cosines = product(tile, packed)
      for row in 0..<tile.rows {
        for (other, cosine) in cosines.row(row).enumerated().dropFirst(start + row + 1)
        where abs(cosine) > largest.cosine {
          largest = (abs(cosine), (start + row, other))
        }
      }
    }
    let (first, second) = (
      Array(directions.row(largest.units.0)), Array(directions.row(largest.units.1))
    )
    value = min(1, abs(dotInDouble(first, second)))
    units = (kept[largest.units.0], kept[largest.units.1])
  }
}

/// In Double, where neither small nor large atoms leave the range.
private func norm(of atom: ArraySlice<Float>) -> Double {
  atom.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}
