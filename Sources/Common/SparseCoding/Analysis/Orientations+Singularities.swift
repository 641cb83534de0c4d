extension Orientations {
  /// A point of a sheet around which the orientation makes half a turn, as maps of the visual cortex have them
  /// in their pinwheels (Bonhoeffer & Grinvald 1991).
  public struct Singularity: Equatable, Sendable {
    /// In whose middle it is.
    public let cell: Sheet.Cell
    /// Turns of the doubled angle on the way around: 1 where orientation turns as the way does, by half a
    /// turn, −1 where it turns against it.
    public let winding: Int
  }

  /// The cells of a sheet around which the doubled angle turns, from each unit to the next by the shorter
  /// way. On a torus all of whose units have an orientation their windings add up to 0: every way from one
  /// unit to the next is gone twice, there and back. A cell of a unit without one is none.
  public func singularities(on sheet: Sheet) -> [Singularity] {
    precondition(sheet.rows * sheet.columns <= doubled.count, "a sheet of other units")
    return sheet.cells.compactMap { cell in
      let directions = sheet.units(around: cell).compactMap { doubled[$0] }
      guard directions.count == 4 else { return nil }
      let winding = Self.winding(directions)
      return winding == 0 ? nil : Singularity(cell: cell, winding: winding)
    }
  }

  /// How often directions turn around, from each to the next and from the last to the first: how often the
  /// chords between them cross the half-line of direction (1, 0), which needs no angle. What is opposite
  /// crosses nothing, on no way.
  static func winding(_ directions: [SIMD2<Double>]) -> Int {
    zip(directions, directions.dropFirst() + directions.prefix(1)).reduce(0) { sum, pair in
      let (from, to) = pair
      guard (from.y < 0) != (to.y < 0) else { return sum }
      let (low, high) = from.y < 0 ? (from, to) : (to, from)
      guard low.x * high.y - high.x * low.y > 0 else { return sum }
      return sum + (from.y < 0 ? 1 : -1)
    }
  }
}
