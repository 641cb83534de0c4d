import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// How much features of maps change by shifts, beside sums over all pairs.
@Suite struct ShiftChangeTests {
  private struct Map {
    let rows, columns, length: Int
    let values: [Float]

    func feature(_ y: Int, _ x: Int, _ k: Int) -> Double {
      Double(values[(y * columns + x) * length + k])
    }

    var places: [(y: Int, x: Int)] {
      (0..<rows).flatMap { y in (0..<columns).map { (y, $0) } }
    }
  }

  private static func map(
    _ rows: Int, _ columns: Int, _ length: Int, seed: UInt64, mean: Float = 0
  ) -> Map {
    let values = normalMatrix(rows * columns, length, seed: seed).elements.map { $0 + mean }
    return Map(rows: rows, columns: columns, length: length, values: values)
  }

  /// The definition, in two passes.
  private static func plainChange(_ maps: [Map], _ d: Int, featureCount: Int) -> Double {
    var (pairs, changes, places, variance) = (0.0, 0.0, 0.0, 0.0)
    for map in maps {
      for (y, x) in map.places {
        for (below, right) in [(d, 0), (0, d)] where y + below < map.rows && x + right < map.columns
        {
          pairs += 1
          for k in 0..<featureCount {
            let change = map.feature(y, x, k) - map.feature(y + below, x + right, k)
            changes += change * change
          }
        }
      }
    }
    places = Double(maps.map(\.places.count).reduce(0, +))
    for k in 0..<featureCount {
      let all = maps.flatMap { map in map.places.map { map.feature($0.y, $0.x, k) } }
      let mean = all.reduce(0, +) / places
      variance += all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    return changes / pairs / (2 * variance / places)
  }

  private static func changes(
    _ maps: [Map], to distances: Int, featureCount: Int, cut size: Int
  ) -> [Double]? {
    var change = ShiftChange(distances: distances)
    for map in maps {
      change.begin(
        rows: map.rows, columns: map.columns, length: map.length, featureCount: featureCount)
      for first in stride(from: 0, to: map.values.count, by: size) {
        change.add(Array(map.values[first..<min(first + size, map.values.count)]))
      }
    }
    return change.changes
  }

  /// Maps of several sizes, some narrower than the largest distance, however they are cut; a large mean
  /// costs no digits.
  @Test(arguments: [Float(0), 1000], [3, 2])
  func definition(_ mean: Float, _ featureCount: Int) throws {
    let maps = [
      Self.map(5, 7, 3, seed: 71, mean: mean), Self.map(2, 6, 3, seed: 72, mean: mean),
      Self.map(9, 1, 3, seed: 73, mean: mean + 1),
    ]
    let found = try #require(Self.changes(maps, to: 5, featureCount: featureCount, cut: 1000))
    #expect(found.count == 5)
    for d in 1...5 {
      let expected = Self.plainChange(maps, d, featureCount: featureCount)
      #expect(abs(found[d - 1] - expected) < 1e-9 * expected, "\(d)")
    }
    for size in 1...8 {
      #expect(Self.changes(maps, to: 5, featureCount: featureCount, cut: size) == found, "\(size)")
    }
  }

  /// Several maps of one array are apart: the last row of one is not beside the first of the next.
  @Test func mapsAreApart() throws {
    let maps = (0..<3).map { Self.map(4, 3, 2, seed: 80 + $0, mean: Float($0)) }
    let expected = try #require(Self.changes(maps, to: 3, featureCount: 2, cut: 7))
    var change = ShiftChange(distances: 3)
    change.begin(rows: 4, columns: 3, length: 2, featureCount: 2)
    change.add(maps.flatMap(\.values))
    #expect(change.changes == expected)
  }

  /// 1 of places that have nothing to do with one another.
  @Test func unrelatedPlaces() throws {
    let found = try #require(
      Self.changes([Self.map(60, 60, 8, seed: 90)], to: 4, featureCount: 8, cut: 4096))
    #expect(found.allSatisfy { abs($0 - 1) < 0.03 }, "\(found)")
  }

  @Test func noNumber() {
    let flat = Map(rows: 3, columns: 3, length: 2, values: [Float](repeating: 0.1, count: 18))
    #expect(Self.changes([flat], to: 2, featureCount: 2, cut: 5) == nil)
    #expect(Self.changes([], to: 2, featureCount: 2, cut: 5) == nil)
    var values = flat.values
    values[7] = .infinity
    let broken = Map(rows: 3, columns: 3, length: 2, values: values)
    #expect(Self.changes([broken], to: 2, featureCount: 2, cut: 5) == nil)
    // What varies by the last digit does vary.
    values[7] = Float(0.1).nextUp
    let tiny = Map(rows: 3, columns: 3, length: 2, values: values)
    let found = Self.changes([tiny], to: 2, featureCount: 2, cut: 5)
    #expect(found?.allSatisfy { $0 > 0 && $0.isFinite } == true, "\(found ?? [])")
  }
}
