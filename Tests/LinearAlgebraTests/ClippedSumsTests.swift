import LinearAlgebra
import TestSupport
import Testing

/// Row sums of a matrix that is shifted and cut.
@Suite struct ClippedSumsTests {
  @Test("they are the sums of a plain loop", arguments: [1, 2, 7, 33])
  func plain(size n: Int) {
    let noise = normalMatrix(n, n, seed: UInt64(n))
    let shifts = normalMatrix(1, n, seed: 5).elements.map(Double.init)
    var a = [Double](repeating: -.infinity, count: n * n)
    for row in 0..<n {
      for column in 0..<row {
        a[row * n + column] = 2 * Double(noise[row, column])
        a[column * n + row] = a[row * n + column]
      }
    }
    var (sums, counts) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    for row in 0..<n {
      for column in 0..<n {
        let value = a[row * n + column] + shifts[row] + shifts[column]
        sums[column] += min(1.5, max(0, value))
        if value > 0, value < 1.5 { counts[column] += 1 }
      }
    }
    let own = ClippedSums(of: a, shiftedBy: shifts, bound: 1.5)
    #expect(own.sums == sums && own.counts == counts)
    // Some of each kind, or nothing would be seen.
    if n == 33 {
      #expect(counts.contains { $0 > 0 && $0 < 32 } && sums.contains { $0 > 1.5 })
    }
  }
}
