import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Where orientation turns around a point of a sheet.
@Suite struct SingularityTests {
  /// Gratings of 12×12 pixels whose doubled orientation is that of `field` at each unit of a sheet.
  private static func orientations(
    _ sheet: Sheet, _ field: (_ y: Double, _ x: Double) -> SIMD2<Double>
  ) throws -> Orientations {
    let values = (0..<sheet.rows * sheet.columns).flatMap { unit -> [Float] in
      let doubled = field(Double(unit / sheet.columns), Double(unit % sheet.columns))
      let angle = atan2(doubled.y, doubled.x) / 2
      return (0..<144).map { pixel in
        let (y, x) = (Double(pixel / 12) - 5.5, Double(pixel % 12) - 5.5)
        return Float(
          exp(-(x * x + y * y) / 12) * cos(1.2 * (x * cos(angle) + y * sin(angle)) + 0.3))
      }
    }
    let filters = Matrix(rows: values.count / 144, columns: 144, elements: values)
    return try #require(Orientations(filters, shape: [12, 12]))
  }

  @Test func turnsOfDirections() {
    let turn = (0..<4).map { quarter -> SIMD2<Double> in
      let angle = 1 + Double.pi / 2 * Double(quarter)
      return SIMD2(cos(angle), sin(angle))
    }
    #expect(Orientations.winding(turn) == 1 && Orientations.winding(turn.reversed()) == -1)
    let there = [turn[0], turn[1], turn[2], turn[1]]
    #expect(Orientations.winding(there) == 0)
    #expect(Orientations.winding([SIMD2<Double>](repeating: turn[0], count: 4)) == 0)
    let twice = (0..<8).map { turn[$0 % 4] }
    #expect(Orientations.winding(twice) == 2 && Orientations.winding([]) == 0)
    // Opposite directions, between which no way is shorter.
    #expect(Orientations.winding([SIMD2(1, 0), SIMD2(-1, 0)]) == 0)
    #expect(Orientations.winding([SIMD2(0, 1), SIMD2(0, -1)]) == 0)
  }

  @Test func pinwheelOnAGrid() throws {
    let grid = Sheet(rows: 4, columns: 4, wraps: false)
    for sign in [1.0, -1] {
      let found = try Self.orientations(grid) { SIMD2($1 - 1.5, sign * ($0 - 1.5)) }
        .singularities(on: grid)
      #expect(found.map(\.cell) == [.init(row: 1, column: 1)])
      #expect(found.map(\.winding) == [Int(sign)])
    }
    let none = try Self.orientations(grid) { SIMD2($1 + 1, $0 + 1) }.singularities(on: grid)
    #expect(none.isEmpty)
  }

  /// (cos x + cos y − 1, sin y) is zero at two points of a torus, one of each sign.
  @Test func pinwheelsOnATorus() throws {
    let torus = Sheet(rows: 8, columns: 8, wraps: true)
    let found = try Self.orientations(torus) { row, column in
      let (y, x) = (Double.pi * (row + 0.5) / 4, Double.pi * (column + 0.5) / 4)
      return SIMD2(cos(x) + cos(y) - 1, sin(y))
    }.singularities(on: torus)
    #expect(found.map(\.cell) == [.init(row: 7, column: 1), .init(row: 7, column: 5)])
    #expect(found.map(\.winding) == [-1, 1])
  }

  @Test(arguments: [(6, 7), (2, 5), (1, 6), (2, 2), (1, 1)]) func windingsOfATorusAddUpToNothing(
    _ rows: Int, _ columns: Int
  ) throws {
    var random = CounterRandom(seed: 3)
    let values = (0..<rows * columns * 16).map { _ in Float(random.uniform() - 0.5) }
    let filters = Matrix(rows: rows * columns, columns: 16, elements: values)
    let orientations = try #require(Orientations(filters, shape: [4, 4]))
    let found = orientations.singularities(on: Sheet(rows: rows, columns: columns, wraps: true))
    #expect(found.reduce(0) { $0 + $1.winding } == 0)
    #expect(found.allSatisfy { abs($0.winding) == 1 } && (rows < 6 || found.count > 4))
  }

  /// A cell of a unit without orientation is none.
  @Test func flatUnits() throws {
    let grid = Sheet(rows: 2, columns: 2, wraps: false)
    let bars: [[Float]] = [
      [0, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 0], [0, 1, 0, 0],
    ]
    func found(_ filters: [[Float]]) throws -> Int {
      let matrix = Matrix(rows: 4, columns: 4, elements: filters.flatMap(\.self))
      return try #require(Orientations(matrix, shape: [2, 2])).singularities(on: grid).count
    }
    // Across 0°, 45°, 90° and 135° in turn.
    #expect(try found([bars[0], bars[2], bars[3], bars[1]]) == 1)
    #expect(try found([bars[0], bars[2], [1, 1, 1, 1], bars[1]]) == 0)
  }
}

/// What is seen of a sheet, beyond its edges too.
@Suite struct SheetViewTests {
  @Test func unitsOfViews() {
    let torus = Sheet(rows: 2, columns: 3, wraps: true)
    #expect(SheetView(torus).units == [0, 1, 2, 3, 4, 5])
    let view = SheetView(torus, margin: 1)
    #expect(view.rows == 4 && view.columns == 5)
    #expect(
      view.units == [
        5, 3, 4, 5, 3,
        2, 0, 1, 2, 0,
        5, 3, 4, 5, 3,
        2, 0, 1, 2, 0,
      ])
    let grid = Sheet(rows: 1, columns: 3, wraps: false)
    #expect(SheetView(grid).units == [0, 1, 2] && grid.cells.isEmpty)
    // More than once around.
    let narrow = SheetView(Sheet(rows: 1, columns: 2, wraps: true), margin: 3)
    #expect(
      narrow.units.count == 7 * 8 && Array(narrow.units.prefix(8)) == [1, 0, 1, 0, 1, 0, 1, 0])
  }

  /// The four units at a place of a cell are those of the cell, as far as they are in view.
  @Test(arguments: [0, 1, 2, 5]) func placesOfCells(_ margin: Int) {
    let torus = Sheet(rows: 3, columns: 4, wraps: true)
    let view = SheetView(torus, margin: margin)
    var count = 0
    for cell in torus.cells {
      let units = torus.units(around: cell)
      for place in view.places(of: cell) {
        count += 1
        for (unit, (down, right)) in zip(units, [(0, 0), (0, 1), (1, 1), (1, 0)]) {
          let (row, column) = (place.row + down, place.column + right)
          guard (0..<view.rows).contains(row), (0..<view.columns).contains(column) else { continue }
          #expect(view.units[row * view.columns + column] == unit, "\(cell) \(place)")
        }
      }
    }
    #expect(count == (view.rows + 1) * (view.columns + 1))
    let grid = Sheet(rows: 3, columns: 4, wraps: false)
    #expect(grid.cells.count == 6 && grid.units(around: grid.cells[5]) == [6, 7, 11, 10])
    #expect(SheetView(grid).places(of: grid.cells[5]).map { [$0.row, $0.column] } == [[1, 2]])
  }
}
