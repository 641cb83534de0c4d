import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Pools over windows of places and pools of maps at once.
@Suite struct MapWindowsTests {
  @Test("text")
  func text() {
    let windows = MapWindows(height: 2, width: 3, rowStride: 1, columnStride: 4)
    #expect(windows.text == "2x3:1x4" && MapWindows("2x3:1x4") == windows)
    for bad in [
      "", "2", "2x2", "2x2:1", "0x2:1x1", "2x2:1x0", "2x2:1x1:1x1", "2:2x1x1", "2x2:1x+1",
    ] {
      #expect(MapWindows(bad) == nil, "\(bad)")
    }
  }

  @Test(
    "each pool has the units of a pool of maps at all places of a window",
    arguments: [(2, 2, 2, 2), (3, 2, 1, 2), (2, 1, 2, 1), (4, 5, 4, 5), (1, 1, 1, 1)])
  func members(_ sizes: (Int, Int, Int, Int)) throws {
    let windows = MapWindows(
      height: sizes.0, width: sizes.1, rowStride: sizes.2, columnStride: sizes.3)
    let (rows, columns, units) = (5, 7, 6)
    let maps = try PoolLayout(
      offsets: [0, 2, 5, 6], members: [0, 3, 1, 2, 3, 4], weights: [1, 2, 3, 1, 1, 0.5])
    let layout = try #require(
      try maps.over(windows, rows: rows, columns: columns, unitCount: units))
    let z = normalMatrix(1, rows * columns * units, seed: 1)
    let norms = layout.pool(z, by: .l2).elements
    // The last window of a side is flush with its end.
    func starts(_ length: Int, _ size: Int, _ stride: Int) -> [Int] {
      var starts = Array(Swift.stride(from: 0, through: length - size, by: stride))
      if starts.last != length - size { starts.append(length - size) }
      return starts
    }
    var expected: [Double] = []
    for top in starts(rows, windows.height, windows.rowStride) {
      for left in starts(columns, windows.width, windows.columnStride) {
        for pool in 0..<maps.poolCount {
          var sum = 0.0
          for y in top..<top + windows.height {
            for x in left..<left + windows.width {
              for position in maps.groups.positions(of: pool) {
                let value = Double(
                  z.elements[(y * columns + x) * units + maps.groups.members[position]])
                sum += Double(maps.groups.weights[position]) * value * value
              }
            }
          }
          expected.append(sum.squareRoot())
        }
      }
    }
    #expect(norms.count == expected.count)
    #expect(zip(norms, expected).allSatisfy { abs(Double($0) - $1) <= 1e-5 * $1 })
    // Every place is in a window.
    let seen = Set(layout.groups.members.map { $0 / units })
    #expect(seen.count == rows * columns)
  }

  @Test("windows that do not fit, and too many members")
  func refused() throws {
    let maps = try PoolLayout.consecutive(2, of: 4)
    let windows = MapWindows(height: 3, width: 3, rowStride: 1, columnStride: 1)
    #expect(try maps.over(windows, rows: 2, columns: 5, unitCount: 4) == nil)
    #expect(throws: PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)) {
      try maps.over(windows, rows: 1000, columns: 1000, unitCount: 4)
    }
  }
}
