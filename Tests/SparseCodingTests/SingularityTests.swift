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

  /// On a torus of 16×16 units (cos x + cos y, sin x + sin y) has two zeros; the same with a frequency more has
  /// more of them. Units in random order have many windings and hardly a pinwheel.
  @Test func pinwheelsBesideRandomOrder() throws {
    let torus = Sheet(rows: 16, columns: 16, wraps: true)
    let smooth = try Self.orientations(torus) { row, column in
      let (y, x) = (Double.pi * (row + 0.3) / 4, Double.pi * (column + 0.4) / 4)
      return SIMD2(sin(x), sin(y))
    }
    let points = smooth.singularities(on: torus)
    #expect(points.count == 16 && smooth.pinwheels(on: torus) == points)
    let count = try #require(smooth.pinwheelCount(on: torus))
    #expect(count.value == 16 && count.shuffledMean < 2 && count.deviations ?? 0 > 10)
    var random = CounterRandom(seed: 4)
    let order = random.permutation(of: 256)
    let scrambled = try Self.orientations(torus) { row, column in
      let unit = order[Int(row) * 16 + Int(column)]
      let (y, x) = (
        Double.pi * (Double(unit / 16) + 0.3) / 4, Double.pi * (Double(unit % 16) + 0.4) / 4
      )
      return SIMD2(sin(x), sin(y))
    }
    #expect(scrambled.singularities(on: torus).count > 50)
    let few = try #require(scrambled.pinwheelCount(on: torus))
    #expect(few.value < 4 && abs(few.deviations ?? 0) < 4)
    #expect(abs(few.shuffledMean - count.shuffledMean) < 0.5)
  }

  /// A pinwheel at the seam of a torus is none of a grid.
  @Test func pinwheelsOfGrids() throws {
    func field(_ row: Double, _ column: Double) -> SIMD2<Double> {
      let (y, x) = (Double.pi * (row + 0.5) / 4, Double.pi * (column + 0.5) / 4)
      return SIMD2(cos(x) + cos(y) - 1, sin(y))
    }
    let (torus, grid) = (
      Sheet(rows: 8, columns: 8, wraps: true), Sheet(rows: 8, columns: 8, wraps: false)
    )
    let map = try Self.orientations(torus, field)
    #expect(map.pinwheels(on: torus).map(\.winding) == [-1, 1])
    #expect(map.pinwheels(on: grid).isEmpty && map.pinwheelCount(on: grid)?.value == 0)
    // In the middle it is one of both, and its 16 units are all there are.
    let small = Sheet(rows: 4, columns: 4, wraps: false)
    for sign in [1.0, -1] {
      let middle = try Self.orientations(small) { SIMD2($1 - 1.5, sign * ($0 - 1.5)) }
      #expect(middle.pinwheels(on: small) == middle.singularities(on: small))
      #expect(middle.pinwheels(on: small).map(\.winding) == [Int(sign)])
    }
    let narrow = Sheet(rows: 3, columns: 5, wraps: true)
    #expect(try Self.orientations(narrow, field).pinwheelCount(on: narrow) == nil)
    let flat = try #require(Orientations(Matrix(zeros: 16, 4), shape: [2, 2]))
    #expect(flat.pinwheelCount(on: small) == nil)
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
