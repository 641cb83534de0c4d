import LinearAlgebra

/// The minimum over one pool's code, min over z of ½zᵀGz − bᵀz + t‖z‖₂, exactly, in Double: in the
/// eigenvectors of G, z = s·b/(λs + t) with s = ‖z‖ the one root of Σ b²/(λs + t)² = 1 (Qin, Scheinberg &
/// Goldfarb 2013, section 3).
struct BlockMinimum: Sendable {
  /// Of G, [n], and a row an eigenvector, [n, n].
  private let values: [Double]
  private let vectors: [Double]

  /// Nil where G has no eigenvalues that can be found.
  /// - Parameter block: G, [n, n], symmetric.
  init?(_ block: [Double], size n: Int) {
    guard block.allSatisfy(\.isFinite), let (values, vectors) = try? symmetricEigen(block, n) else {
      return nil
    }
    self.values = values.map { max(0, $0) }
    self.vectors = vectors
  }

  /// n.
  var size: Int { values.count }

  /// Puts z in the place of b.
  /// - Parameters:
  ///   - b: of which the first n are b.
  ///   - room: for n numbers at least.
  ///   - t: above 0.
  func replace(_ b: inout [Double], threshold t: Double, room: inout [Double]) {
    let n = values.count
    let (values, vectors) = (values.span, vectors.span)
    var b = b.mutableSpan
    var turned = room.mutableSpan
    var squared = 0.0
    for i in 0..<n { squared += b[i] * b[i] }
    let norm = squared.squareRoot()
    guard norm > t else {
      for i in 0..<n { b[i] = 0 }
      return
    }
    var largest = 0.0
    for i in 0..<n {
      var sum = 0.0
      for j in 0..<n { sum += vectors[i * n + j] * b[j] }
      turned[i] = sum
      largest = max(largest, values[i])
    }
    // 1/√Σ − 1 rises and is concave, so that Newton's method comes from below and never goes beyond. It
    // begins at the root were all eigenvalues the largest, and ends where the next step would be of rounding.
    var s = largest > 0 ? (norm - t) / largest : 0
    for _ in 0..<100 {
      var (sum, slope) = (0.0, 0.0)
      for i in 0..<n {
        let inverse = 1 / (values[i] * s + t)
        let share = turned[i] * inverse
        sum += share * share
        slope += share * share * values[i] * inverse
      }
      let change = sum * (sum.squareRoot() - 1) / slope
      guard change.isFinite, change > 1e-15 * s else { break }
      s += change
      if change < 1e-8 * s { break }
    }
    for i in 0..<n { b[i] = 0 }
    for i in 0..<n {
      let amount = s * turned[i] / (values[i] * s + t)
      for j in 0..<n { b[j] += amount * vectors[i * n + j] }
    }
  }
}
