import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// The way back through the proximal step of pools against central differences of the plain steps in Double.
@Suite struct PoolBackpropagationTests {
  /// Units 0 to 10, the last of them a DC unit; 8 and 9 are in no pool.
  static let layouts: [(pools: [[Int]], weights: [Float])] = [
    ([[0, 1, 2], [3, 4], [5], [6, 7]], [1, 2, 0.25, 0.5]),
    ([[0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 3], [2], [4, 5, 6], [6]], [0.5, 1, 2, 0.25, 1]),
    ([[0, 1, 2, 3], [0, 1], [2, 3], [4, 5, 6, 7], [7, 6], [5]], [1, 1, 3, 1, 0.5, 1]),
    // Pools of the same units, one within the other.
    ([[0, 1, 2], [2, 1, 0], [1]], [1, 0.5, 1]),
  ]

  private static func shrinkage(_ index: Int, _ isNonnegative: Bool) throws -> PoolShrinkage {
    var builder = PoolBuilder()
    for (pool, weight) in zip(layouts[index].pools, layouts[index].weights) {
      for unit in pool { builder.add(unit, weight: weight) }
      builder.endPool()
    }
    return try PoolShrinkage(
      try builder.layout(), unitCount: 10, isNonnegative: isNonnegative)
  }

  @Test(arguments: layouts.indices, [false, true])
  func centralDifferences(_ index: Int, _ isNonnegative: Bool) throws {
    let pools = try Self.shrinkage(index, isNonnegative)
    let (records, units) = (40, 11)
    let u = normalMatrix(records, units, seed: 71)
    let delta = normalMatrix(records, units, seed: 72)
    var thresholds = normalMatrix(1, pools.poolCount, seed: 73).elements.map { 0.6 * abs($0) }
    thresholds[1] = 0
    let step = EncoderStep(.pools(pools), thresholds: thresholds)
    var z = u
    step.apply(to: &z)
    let (plainU, plainDelta) = (doubles(u), doubles(delta))
    let plainThresholds = thresholds.map(Double.init)
    var (back, sums) = (delta, [Float](repeating: 0, count: pools.poolCount))
    step.backpropagate(&back, outputs: z, thresholdSums: &sums)
    func loss(_ u: [Double], _ thresholds: [Double], _ record: Int) -> Double {
      zip(pools.plain(u, thresholds), plainDelta[record]).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var slopes = [Double](repeating: 0, count: pools.poolCount)
    var (zeros, used) = (0, 0)
    for record in 0..<records {
      let code = pools.plain(plainU[record], plainThresholds)
      for (unit, value) in code.enumerated() {
        #expect(abs(value - Double(z[record, unit])) < 1e-5, "record \(record) unit \(unit)")
        zeros += value == 0 ? 1 : 0
        used += value == 0 ? 0 : 1
        var (above, below) = (plainU[record], plainU[record])
        above[unit] += 1e-6
        below[unit] -= 1e-6
        let difference =
          (loss(above, plainThresholds, record) - loss(below, plainThresholds, record)) / 2e-6
        #expect(
          abs(Double(back[record, unit]) - difference) < 2e-4, "record \(record) unit \(unit)")
      }
      for pool in slopes.indices {
        var (above, below) = (plainThresholds, plainThresholds)
        above[pool] += 1e-6
        // Below 0 it is as at 0: the slope is that from above.
        below[pool] = max(0, below[pool] - 1e-6)
        slopes[pool] +=
          (loss(plainU[record], above, record) - loss(plainU[record], below, record))
          / (above[pool] - below[pool])
      }
    }
    #expect(zeros > 5 && used > 100, "\(zeros) zeros, \(used) others")
    for (pool, slope) in slopes.enumerated() {
      #expect(abs(slope - Double(sums[pool])) < 2e-3, "pool \(pool): \(slope), \(sums[pool])")
    }
  }

  /// At a kink, and where all is cut off, nothing passes; no delta is −0.
  @Test func zerosPassNothing() throws {
    let pools = try Self.shrinkage(0, false)
    let step = EncoderStep(.pools(pools), thresholds: [5, 0, 5, 1])
    // ‖u‖ = θω of the first pool; a pool of zeros without a threshold; one that is cut off.
    var z = Matrix(
      rows: 1, columns: 11, elements: [3, 4, 0, 0, 0, 2, 3, 4, 0, -1, 7])
    step.apply(to: &z)
    #expect(z.row(0).prefix(6).allSatisfy { $0 == 0 && $0.sign == .plus })
    #expect(z.row(0).suffix(3) == [0, -1, 7])
    var delta = Matrix(rows: 1, columns: 11, elements: [Float](repeating: -1, count: 11))
    var sums = [Float](repeating: 0, count: 4)
    step.backpropagate(&delta, outputs: z, thresholdSums: &sums)
    #expect(delta.row(0).prefix(6).allSatisfy { $0 == 0 && $0.sign == .plus })
    #expect(delta.row(0).suffix(3) == [-1, -1, -1])
    #expect(sums.prefix(3) == [0, 0, 0] && sums[3] > 0)
  }
}
