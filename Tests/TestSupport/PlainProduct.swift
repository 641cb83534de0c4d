/// Plain twins of the products, one scalar after another.

/// How one term is added to a sum.
public enum TermRounding: Sendable, CaseIterable {
  /// One rounding: a fused multiply-add.
  case fused
  /// Two roundings: a multiplication, then an addition.
  case separate

  public func add(_ x: Float, _ w: Float, to sum: Float) -> Float {
    switch self {
    case .fused: sum.addingProduct(x, w)
    case .separate: sum + x * w
    }
  }
}

/// start + x·wᵀ, [n, outer], every output a chain with the inner index ascending.
/// - Parameters:
///   - x: [n, inner].
///   - w: [outer, inner].
///   - start: [n, outer].
public func plainProduct(
  _ x: [Float], _ w: [Float], n: Int, inner: Int, outer: Int, start: [Float],
  _ rounding: TermRounding
) -> [Float] {
  var out = start
  for r in 0..<n {
    for c in 0..<outer {
      var sum = start[r * outer + c]
      for k in 0..<inner { sum = rounding.add(x[r * inner + k], w[c * inner + k], to: sum) }
      out[r * outer + c] = sum
    }
  }
  return out
}

/// start + x·wᵀ in Double, and the sum of the sizes of the terms, which bounds the rounding error.
public func plainProductInDouble(
  _ x: [Float], _ w: [Float], n: Int, inner: Int, outer: Int, start: [Float]
) -> (sums: [Double], sizes: [Double]) {
  var sums = start.map(Double.init)
  var sizes = sums.map(abs)
  for r in 0..<n {
    for c in 0..<outer {
      for k in 0..<inner {
        let term = Double(x[r * inner + k]) * Double(w[c * inner + k])
        sums[r * outer + c] += term
        sizes[r * outer + c] += abs(term)
      }
    }
  }
  return (sums, sizes)
}

/// x·y in 32 chains, chain l over the elements l, l + 32, …, then added pairwise by halves.
public func plainDot(_ x: [Float], _ y: [Float], _ rounding: TermRounding) -> Float {
  var sums = [Float](repeating: 0, count: 32)
  for i in x.indices { sums[i % 32] = rounding.add(x[i], y[i], to: sums[i % 32]) }
  var half = 16
  while half > 0 {
    for l in 0..<half { sums[l] += sums[l + half] }
    half /= 2
  }
  return sums[0]
}
