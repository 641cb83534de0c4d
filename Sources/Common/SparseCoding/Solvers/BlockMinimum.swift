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

  /// - Parameters: b, [n], and t > 0.
  func callAsFunction(_ b: [Double], threshold t: Double) -> [Double] {
    let n = values.count
    let zeros = [Double](repeating: 0, count: n)
    let norm = b.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard norm > t else { return zeros }
    let turned = (0..<n).map { i in (0..<n).reduce(0.0) { $0 + vectors[i * n + $1] * b[$1] } }
    // 1/√Σ − 1 rises and is concave, so that Newton's method comes from below and never goes beyond. It
    // begins at the root were all eigenvalues the largest.
    let largest = values.max() ?? 0
    var s = largest > 0 ? (norm - t) / largest : 0
    for _ in 0..<100 {
      var (sum, slope) = (0.0, 0.0)
      for i in 0..<n {
        let share = turned[i] / (values[i] * s + t)
        sum += share * share
        slope += share * share * values[i] / (values[i] * s + t)
      }
      let change = sum * (sum.squareRoot() - 1) / slope
      guard change.isFinite, change > 1e-15 * s else { break }
      s += change
    }
    var z = zeros
    for i in 0..<n {
      let amount = s * turned[i] / (values[i] * s + t)
      for j in 0..<n { z[j] += amount * vectors[i * n + j] }
    }
    return z
  }
}
