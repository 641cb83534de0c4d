import LinearAlgebra

extension Orientations {
  /// How even the turn of orientation around a pinwheel is at least: see ``pinwheels(on:)``.
  public static let leastEvenness = 0.6

  /// The singularities that are more than one cell: those around which the 16 units of the 4 rows and 4 columns
  /// around them turn evenly, too.
  ///
  /// With φ_j the direction of unit j from the point, u_j its doubled orientation and w = ±1 the winding,
  /// the evenness is |Σ u_j e^(−iwφ_j)| / 16: 1 of a pinwheel whose orientation turns as fast everywhere, about
  /// 0.2 of units in random order. A third of the cells of a map in random order have a winding, more than of any
  /// smooth map; few of them are even. Cells without such units around them, at the edges of a grid, are none, and
  /// units without an orientation add nothing.
  public func pinwheels(on sheet: Sheet) -> [Singularity] {
    Self.pinwheels(of: doubled, Self.surroundings(on: sheet))
  }

  /// How many ``pinwheels(on:)`` there are, beside units in random order; nil where a sheet has not 4 rows and
  /// columns, or none of its units an orientation.
  public func pinwheelCount(on sheet: Sheet) -> Measure? {
    let surroundings = Self.surroundings(on: sheet)
    guard !surroundings.isEmpty, sheet.rows * sheet.columns <= doubled.count,
      doubled.prefix(sheet.rows * sheet.columns).contains(where: { $0 != nil })
    else { return nil }
    return measure(on: sheet) { Double(Self.pinwheels(of: $0, surroundings).count) }
  }

  /// A cell and the 16 units around it.
  private typealias Surrounding = (cell: Sheet.Cell, units: [Int])

  private static func surroundings(on sheet: Sheet) -> [Surrounding] {
    sheet.cells.compactMap { cell in sheet.units(aroundWide: cell).map { (cell, $0) } }
  }

  private static func pinwheels(
    of doubled: [SIMD2<Double>?], _ surroundings: [Surrounding]
  ) -> [Singularity] {
    surroundings.compactMap { cell, units in
      guard let a = doubled[units[5]], let b = doubled[units[6]], let c = doubled[units[10]],
        let d = doubled[units[9]]
      else { return nil }
      let winding = winding([a, b, c, d])
      guard winding != 0 else { return nil }
      var sum = SIMD2<Double>.zero
      for (unit, direction) in zip(units, wideDirections) {
        guard let u = doubled[unit] else { continue }
        // u e^(−iwφ)
        let (c, s) = (direction.x, -Double(winding) * direction.y)
        sum += SIMD2(u.x * c - u.y * s, u.x * s + u.y * c)
      }
      let evenness = (sum * sum).sum().squareRoot() / 16
      return evenness >= leastEvenness ? Singularity(cell: cell, winding: winding) : nil
    }
  }

  /// (cos φ, sin φ) of 4×4 units from their middle, row by row.
  private static let wideDirections: [SIMD2<Double>] = (0..<16).map { place in
    let offset = SIMD2(Double(place % 4) - 1.5, Double(place / 4) - 1.5)
    return offset / (offset * offset).sum().squareRoot()
  }
}

extension Sheet {
  /// The 16 units of 4 rows and columns with a cell in their middle, row by row; nil where the sheet has not all
  /// of them.
  func units(aroundWide cell: Cell) -> [Int]? {
    func places(_ first: Int, _ count: Int) -> [Int]? {
      guard count >= 4 else { return nil }
      if wraps { return (0..<4).map { (first + $0 - 1 + count) % count } }
      return first >= 1 && first + 2 < count ? (0..<4).map { first + $0 - 1 } : nil
    }
    guard let ys = places(cell.row, rows), let xs = places(cell.column, columns) else { return nil }
    return ys.flatMap { y in xs.map { y * columns + $0 } }
  }
}
