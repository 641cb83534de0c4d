import LinearAlgebra
import Testing

/// What a parameter may be, and the words for it.
@Suite struct IntervalTests {
  @Test(arguments: [
    (Interval.above(0), "above 0", [0.5, 1e300], [0, -1]),
    (.above(0, atMost: 2), "above 0 and at most 2", [2], [0, 2.5]),
    (.atLeast(1), "at least 1", [1, 7], [0.999]),
    (.atLeast(0, below: 1), "at least 0 and below 1", [0, 0.5], [1, -0.1]),
    (.between(0, and: 1), "between 0 and 1", [0.5], [0, 1]),
    (.from(0, to: 10_000), "from 0 to 10000", [0, 10_000], [-1, 10_001]),
    (.atLeast(0.5), "at least 0.5", [0.5], [0.25]),
  ])
  func interval(_ interval: Interval, _ words: String, _ inside: [Double], _ outside: [Double]) {
    #expect("\(interval)" == words)
    for value in inside { #expect(interval.contains(value), "\(value)") }
    for value in outside + [.nan, .infinity, -.infinity] {
      #expect(!interval.contains(value), "\(value)")
    }
  }
}
