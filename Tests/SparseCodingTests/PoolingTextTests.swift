import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Poolings as notes and cards have them, and their adjoint.
@Suite struct PoolingTextTests {
  @Test(
    "text is read as it was written",
    arguments: [
      "l2,consecutive:1", "max,consecutive:4,2x2:2x2", "mean,model", "l2,model,3x2:1x4",
      "l2,sets", "l2,sets,4x4", "l2,tree:1,10,2", "l2,tree:1,10,2,2x3:1x1", "l2,tree:2,3+1,5,1x1",
      "mean,torus:4x4:2:1,7x1", "l2,grid:16x16:6:3",
    ])
  func roundTrip(_ text: String) throws {
    let pooling = try #require(Pooling(text))
    #expect(pooling.text == text)
    #expect(Pooling(pooling.text) == pooling)
  }

  /// What follows the children of a tree is a window, and no depth more.
  @Test func trees() throws {
    let tree = try #require(Pooling("l2,tree:1,10,2,2x3:1x1"))
    #expect(tree.units == .notation(.forest([[1, 10, 2]])))
    #expect(
      tree.windows
        == .sliding(MapWindows(height: 2, width: 3, rowStride: 1, columnStride: 1)))
    #expect(Pooling("l2,tree:1,10,2")?.windows == nil)
    #expect(Pooling("l2,tree:1,10,4x4")?.windows == .grid(rows: 4, columns: 4))
  }

  @Test(arguments: [
    "", "l2", "l2,", "l3,consecutive:1", "L2,consecutive:1", "consecutive:1", "l2,consecutive:0",
    "l2,consecutive:01", "l2,consecutive:1,", "l2,consecutive:1,2", "l2,consecutive:1,2x0",
    "l2,consecutive:1,2x2:2", "l2,consecutive:1,2x2:0x2", "l2,consecutive:1,02x2",
    "l2,consecutive:1,2x2:2x2,2x2:2x2", "l2, consecutive:1", "l2,model,model", "l2,tree:",
    "l2,consecutive:1;l2,consecutive:1", "l2,consecutive:1,4x4x4", "l2,consecutive:1,-4x4",
    "l2,consecutive:1,99999999999999999999x1",
  ]) func noPooling(_ text: String) { #expect(Pooling(text) == nil) }

  /// Σ pool(z) f = Σ z spread(f) for z of one sign.
  @Test("features shared out are the adjoint of the mean")
  func adjoint() throws {
    let layout = try PoolLayout(
      offsets: [0, 2, 5, 6], members: [0, 3, 1, 2, 3, 4], weights: [1, 2, 3, 1, 1, 0.5])
    let (rows, columns, units) = (2, 3, 6)
    for windows in [
      MapWindows(height: 2, width: 2, rowStride: 2, columnStride: 2),
      MapWindows(height: 3, width: 2, rowStride: 1, columnStride: 3),
      MapWindows(height: 1, width: 2, rowStride: 2, columnStride: 1),
    ] {
      let height = windows.reach(rows, alongRows: true)
      let width = windows.reach(columns, alongRows: false)
      var z = normalMatrix(2, height * width * units, seed: 3)
      z.elements = z.elements.map(abs)
      let spatial = SpatialPooling(windows: .sliding(windows), reduction: .mean)
      let maps = spatial.pool(z.reshaped(columns: units), height: height, width: width)
      let pooled = layout.pool(maps, by: .mean)
      #expect(pooled.rows == 2 * rows * columns)
      let features = normalMatrix(2, rows * columns * layout.poolCount, seed: 4)
      let back = windows.spread(
        layout.spread(features, unitCount: units), rows: rows, columns: columns, unitCount: units)
      #expect(back.rows == 2 && back.columns == height * width * units)
      func dot(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      let (one, other) = (
        dot(pooled.elements, features.elements), dot(z.elements, back.elements)
      )
      #expect(abs(one - other) < 1e-4 * abs(one), "\(windows): \(one), \(other)")
      // The last unit is in no pool.
      #expect(stride(from: units - 1, to: back.columns, by: units).allSatisfy { back[0, $0] == 0 })
    }
  }
}
