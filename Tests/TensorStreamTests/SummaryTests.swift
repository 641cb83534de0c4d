import TensorStream
import Testing

/// The running summary against plain sums.
struct SummaryTests {
  @Test(arguments: [0, 1, 2, 3] as [UInt64])
  func plainSums(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let offset: Float = seed == 3 ? 1e5 : 0
    let values = (0..<5000).map { _ in
      Bool.random(using: &generator) ? Float.random(in: -3...5, using: &generator) + offset : offset
    }
    let mean = values.reduce(0) { $0 + Double($1) } / 5000
    let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 5000

    var summary = ArraySummary()
    summary.add(values)
    #expect(summary.count == 5000)
    #expect(summary.minimum == values.min() && summary.maximum == values.max())
    #expect(abs(try #require(summary.mean) - mean) <= 1e-12 * max(1, abs(mean)))
    #expect(abs(try #require(summary.standardDeviation) - variance.squareRoot()) <= 1e-9)
    #expect(summary.density == Double(values.count { $0 != 0 }) / 5000)
    #expect(summary.nanCount == 0 && summary.infinityCount == 0)

    for tile in [1, 17, 4999] {
      var cut = ArraySummary()
      for start in stride(from: 0, to: 5000, by: tile) {
        cut.add(Array(values[start..<min(start + tile, 5000)]))
      }
      #expect(cut == summary, "tiles of \(tile), seed \(seed)")
    }
  }

  @Test func nothing() {
    let summary = ArraySummary()
    #expect(summary.count == 0 && summary.minimum == nil && summary.maximum == nil)
    #expect(summary.mean == nil && summary.standardDeviation == nil && summary.density == nil)
  }

  @Test func nonFinite() {
    var summary = ArraySummary()
    summary.add([.nan, .infinity, 2, -.infinity, 0, 4, .nan, 0])
    #expect(summary.count == 8 && summary.nanCount == 2 && summary.infinityCount == 2)
    #expect(summary.minimum == 0 && summary.maximum == 4)
    #expect(summary.mean == 1.5 && summary.density == 0.75)
    #expect(summary.standardDeviation == 2.75.squareRoot())
    var none = ArraySummary()
    none.add([.nan])
    #expect(none.mean == nil && none.minimum == nil && none.density == 1)
  }
}
