import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

/// What a pool of these weighted members is, in plain terms.
private func plainPool(
  _ z: [Float], _ weights: [Float], _ reduction: PoolLayout.Reduction
) -> Double {
  let pairs = zip(z, weights).map { (Double($0), Double($1)) }
  switch reduction {
  case .l2: return pairs.reduce(0) { $0 + $1.1 * $1.0 * $1.0 }.squareRoot()
  case .max: return pairs.reduce(0) { max($0, $1.1 * abs($1.0)) }
  case .mean:
    let weight = pairs.reduce(0) { $0 + $1.1 }
    return weight > 0 ? pairs.reduce(0) { $0 + $1.1 * abs($1.0) } / weight : 0
  }
}

@Suite struct PoolingTests {
  @Test(arguments: PoolLayout.Reduction.allCases, [1, 2, 3, 4, 6, 12])
  func consecutivePools(reduction: PoolLayout.Reduction, size: Int) throws {
    let seed: UInt64 = 41
    // One unit more than the pools have: a DC unit is left alone.
    let z = normalMatrix(5, 13, seed: seed)
    let layout = try PoolLayout.parse("consecutive:\(size)", unitCount: 12)
    #expect(layout.poolCount == 12 / size)
    #expect(layout.notation?.text == "consecutive:\(size)")
    let pooled = layout.pool(z, by: reduction)
    for record in 0..<5 {
      for pool in 0..<12 / size {
        let members = Array(Array(z.row(record))[pool * size..<(pool + 1) * size])
        let expected = plainPool(members, [Float](repeating: 1, count: size), reduction)
        #expect(
          ulps(pooled[record, pool], from: expected) <= 4,
          "\(reduction) size \(size) seed \(seed) record \(record) pool \(pool)")
      }
    }
  }

  @Test(arguments: PoolLayout.Reduction.allCases)
  func overlappingWeightedPools(reduction: PoolLayout.Reduction) throws {
    let layout = try PoolLayout(
      offsets: [0, 3, 3, 5, 7], members: [4, 0, 2, 2, 1, 3, 3],
      weights: [0.5, 1, 2, 1, 0.25, 0, 0])
    #expect(layout.poolCount == 4)
    #expect(layout.unitCount == 5)
    let z = normalMatrix(6, 5, seed: 42)
    let pooled = layout.pool(z, by: reduction)
    for record in 0..<6 {
      let code = Array(z.row(record))
      for pool in 0..<4 {
        let range = layout.groups.offsets[pool]..<layout.groups.offsets[pool + 1]
        let expected = plainPool(
          range.map { code[layout.groups.members[$0]] }, Array(layout.groups.weights[range]),
          reduction)
        #expect(ulps(pooled[record, pool], from: expected) <= 4, "\(reduction) pool \(pool)")
      }
    }
  }

  @Test func sizesThatDoNotDivide() {
    let tooMany = PoolLayout.memberLimit + 4
    #expect(throws: PoolProblem.tooManyMembers(limit: PoolLayout.memberLimit)) {
      try PoolLayout.consecutive(4, of: tooMany)
    }
    #expect(throws: PoolProblem.doesNotDivide(size: 5, units: 12)) {
      try PoolLayout.consecutive(5, of: 12)
    }
    #expect(
      PoolProblem.doesNotDivide(size: 5, units: 12).description
        == "pools consecutive:5 do not fit 12 units, 5 does not divide 12; 10 or 15 would fit")
  }

  @Test(arguments: [
    "", "consecutive", "consecutive:", "consecutive:0", "consecutive:-4", "ring:4",
    "consecutive:4:2", "consecutive:x", "4",
  ])
  func unknownNotations(notation: String) {
    #expect(throws: PoolProblem.unknownNotation(notation)) {
      try PoolLayout.parse(notation, unitCount: 12)
    }
    #expect(PoolProblem.unknownNotation(notation).description.contains("\"\(notation)\""))
  }

  @Test(
    arguments: [
      ([], [0], [1]), ([1, 2], [0, 1], [1, 1]), ([0, 1], [0, 1], [1, 1]),
      ([0, 2, 1, 2], [0, 1], [1, 1]), ([0, 2], [0, 1], [1]), ([0, 2], [0, -1], [1, 1]),
      ([0, 2], [0, 1], [1, -1]), ([0, 2], [0, 1], [1, .infinity]), ([0, 2], [0, 1], [1, .nan]),
    ] as [([Int], [Int], [Float])])
  func layoutsThatCannotBe(offsets: [Int], members: [Int], weights: [Float]) {
    #expect(throws: PoolProblem.inconsistent, "\(offsets) \(members) \(weights)") {
      try PoolLayout(offsets: offsets, members: members, weights: weights)
    }
  }

  @Test(
    arguments: [
      SpatialPooling.Windows.grid(rows: 1, columns: 1), .grid(rows: 2, columns: 3),
      .grid(rows: 7, columns: 5), .grid(rows: 3, columns: 2), .sliding(size: 2, stride: 2),
      .sliding(size: 3, stride: 2), .sliding(size: 2, stride: 3), .sliding(size: 5, stride: 1),
      .sliding(MapWindows(height: 3, width: 1, rowStride: 2, columnStride: 4)),
    ], PoolLayout.Reduction.allCases)
  func spatialWindows(windows: SpatialPooling.Windows, reduction: PoolLayout.Reduction) throws {
    let (height, width, units) = (7, 5, 3)
    let seed: UInt64 = 43
    let map = normalMatrix(height * width, units, seed: seed)
    let pooling = SpatialPooling(windows: windows, reduction: reduction)
    let shape = try #require(pooling.pooledShape(height: height, width: width))
    let pooled = pooling.pool(map, height: height, width: width)
    #expect(pooled.rows == shape.rows * shape.columns)
    // Several maps at once, each by itself.
    let maps = Matrix(
      rows: 2 * map.rows, columns: units, elements: map.elements.map { -2 * $0 } + map.elements)
    let both = pooling.pool(maps, height: height, width: width)
    #expect(both.elements == pooled.elements.map { 2 * $0 } + pooled.elements)
    for gy in 0..<shape.rows {
      for gx in 0..<shape.columns {
        let (ys, xs): (Range<Int>, Range<Int>) =
          switch windows {
          case .grid(let rows, let columns):
            (
              gy * height / rows..<(gy + 1) * height / rows,
              gx * width / columns..<(gx + 1) * width / columns
            )
          case .sliding(let windows):
            (
              gy * windows.rowStride..<gy * windows.rowStride + windows.height,
              gx * windows.columnStride..<gx * windows.columnStride + windows.width
            )
          }
        for unit in 0..<units {
          let members = ys.flatMap { y in xs.map { map[y * width + $0, unit] } }
          let expected = plainPool(
            members, [Float](repeating: 1, count: members.count), reduction)
          #expect(
            ulps(pooled[gy * shape.columns + gx, unit], from: expected) <= 8,
            "\(windows) \(reduction) seed \(seed) at \(gy),\(gx) unit \(unit)")
        }
      }
    }
  }

  @Test func gridsDropNothingAndSlidingDropsTheRest() throws {
    let sum = SpatialPooling(windows: .grid(rows: 3, columns: 2), reduction: .l2)
    let ones = Matrix(rows: 35, columns: 1, elements: [Float](repeating: 1, count: 35))
    let squares = sum.pool(ones, height: 7, width: 5).elements.reduce(0) { $0 + $1 * $1 }
    #expect(abs(squares - 35) < 1e-4)
    func shape(_ size: Int, _ stride: Int) -> [Int]? {
      SpatialPooling(windows: .sliding(size: size, stride: stride), reduction: .max)
        .pooledShape(height: 7, width: 5).map { [$0.rows, $0.columns] }
    }
    #expect(shape(2, 2) == [3, 2])
    #expect(shape(5, 1) == [3, 1])
    #expect(shape(6, 1) == nil)
    #expect(shape(2, 100) == [1, 1])
  }

  @Test func windowsThatDoNotFit() {
    let pooling = SpatialPooling(windows: .grid(rows: 8, columns: 1), reduction: .max)
    #expect(pooling.pooledShape(height: 7, width: 5) == nil)
    let none = SpatialPooling(windows: .grid(rows: 0, columns: 1), reduction: .max)
    #expect(none.pooledShape(height: 7, width: 5) == nil)
    let still = SpatialPooling(windows: .sliding(size: 1, stride: 0), reduction: .max)
    #expect(still.pooledShape(height: 7, width: 5) == nil)
  }
}
