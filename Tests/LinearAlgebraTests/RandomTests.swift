import LinearAlgebra
import Testing

@Suite struct CounterRandomTests {
  /// From the known answers that come with Random123 (kat_vectors, philox4x32 10).
  @Test func philoxKnownAnswers() {
    #expect(
      CounterRandom.philox(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      CounterRandom.philox(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      CounterRandom.philox(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func theFirstNumbersAreTheFirstBlock() {
    var random = CounterRandom(seed: 0)
    #expect(random.next() == 0xe169_c58d_6627_e8d5)
    #expect(random.next() == 0x9b00_dbd8_bc57_ac4c)
  }

  @Test func aNumberDependsOnItsPositionAlone() {
    var random = CounterRandom(seed: 9, stream: 4)
    let numbers = (0..<20).map { _ in random.next() }
    for i in numbers.indices.reversed() {
      random.position = UInt64(i)
      #expect(random.next() == numbers[i])
    }
    var other = CounterRandom(seed: 9, stream: 5)
    #expect(other.next() != numbers[0])
    var again = CounterRandom(seed: 10, stream: 4)
    #expect(again.next() != numbers[0])
  }

  @Test func normalNumbers() {
    var random = CounterRandom(seed: 2)
    let values = (0..<100_000).map { _ in random.normal() }
    let powers = (1...4).map { k in
      values.reduce(0) { sum, v in sum + (1...k).reduce(1) { p, _ in p * v } } / 100_000
    }
    // Standard errors: 0.003, 0.0045, 0.012, 0.031.
    let expected = [0.0, 1, 0, 3]
    let tolerance = [0.013, 0.02, 0.05, 0.13]
    for k in 0..<4 { #expect(abs(powers[k] - expected[k]) < tolerance[k], "moment \(k + 1)") }
    let beyondTwo = values.count { abs($0) > 2 }
    #expect(abs(Double(beyondTwo) - 4550) < 270)
  }

  /// By Python's statistics.NormalDist().inv_cdf.
  @Test(arguments: [
    (0.5, 0), (0.025, -1.9599639845400545), (0.975, 1.9599639845400536),
    (0.9, 1.2815515655446008), (1e-10, -6.361340902404056), (1e-300, -37.0470962993612),
  ]) func normalQuantiles(p: Double, quantile: Double) {
    #expect(abs(normalQuantile(p) - quantile) < 1e-14 * max(1, abs(quantile)))
  }

  @Test(arguments: [1, 2, 3, 7, 10]) func indices(bound: Int) {
    var random = CounterRandom(seed: 3)
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<30_000 { counts[random.index(below: bound)] += 1 }
    let expected = 30_000.0 / Double(bound)
    let deviation = expected.squareRoot() * 5
    for (i, count) in counts.enumerated() {
      #expect(abs(Double(count) - expected) < deviation, "\(i) below \(bound)")
    }
  }

  @Test func indicesBelowHugeBounds() {
    var random = CounterRandom(seed: 4)
    let bound = Int.max / 3 * 2
    let values = (0..<1000).map { _ in random.index(below: bound) }
    #expect(values.allSatisfy { $0 >= 0 && $0 < bound })
  }

  @Test(arguments: [0, 1, 2, 257]) func permutations(n: Int) {
    var random = CounterRandom(seed: 5)
    let order = random.permutation(of: n)
    #expect(order.sorted() == Array(0..<n))
    if n == 257 { #expect(order != Array(0..<n)) }
  }

  @Test func permutationsAreUniform() {
    var random = CounterRandom(seed: 6)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 { counts[random.permutation(of: 4), default: 0] += 1 }
    #expect(counts.count == 24)
    for (order, count) in counts { #expect(abs(count - 1000) < 160, "\(order)") }
  }
}
