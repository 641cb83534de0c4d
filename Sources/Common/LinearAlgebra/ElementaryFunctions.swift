// Functions of the C library differ in their last bits from machine to machine. What a weight or a
// pixel depends on is computed by these instead, from plain arithmetic alone: the same everywhere.

/// eˣ within 2 ulps. x = n ln 2 + r, |r| ≤ ½ ln 2; eʳ by its series.
public func exponential(_ x: Double) -> Double {
  guard x > -746 else { return x.isNaN ? x : 0 }
  guard x < 710 else { return .infinity }
  let n = (x * 0x1.71547652b82fep+0).rounded()
  let r = (x - n * LogarithmOfTwo.high) - n * LogarithmOfTwo.low
  // |r|¹⁴/14! < 2⁻⁵⁷.
  var series = 1.0
  for k in stride(from: 13.0, to: 0, by: -1) { series = series * r / k + 1 }
  return Double(sign: .plus, exponent: Int(n), significand: series)
}

/// ln x for a positive normal x, within 2 ulps. x = m·2ᵉ, √½ < m < √2; ln m = 2 artanh s,
/// s = (m − 1) / (m + 1).
public func naturalLogarithm(_ x: Double) -> Double {
  var (m, e) = (x.significand, Double(x.exponent))
  if m > 2.0.squareRoot() {
    m /= 2
    e += 1
  }
  let s = (m - 1) / (m + 1)
  let z = s * s
  // z < 0.0295, so that the first term left out is below 2⁻⁵⁸ of the sum.
  var series = 0.0
  for k in stride(from: 21, to: 1, by: -2) { series = (series + 1 / Double(k)) * z }
  return e * LogarithmOfTwo.high + (2 * s + (2 * s * series + e * LogarithmOfTwo.low))
}

/// cos(πt), 0 ≤ t ≤ 1, within 2⁻⁵¹ of it.
public func cosine(ofHalfTurns t: Double) -> Double {
  if t > 0.5 { return -cosine(ofHalfTurns: 1 - t) }
  // Above an eighth of a turn cos(πt) is sin(π(½ − t)). The first terms left out are below 2⁻⁵⁸.
  if t > 0.25 {
    let x = Double.pi * (0.5 - t)
    return x * alternatingSeries(x * x, upTo: 17)
  }
  return alternatingSeries(Double.pi * Double.pi * t * t, upTo: 16)
}

/// 1 − z/(n₁(n₁−1)) (1 − z/(n₂(n₂−1)) (1 − …)), n rising by two to `last`: the series of sine and cosine.
private func alternatingSeries(_ z: Double, upTo last: Int) -> Double {
  var series = 1.0
  for n in stride(from: last, to: 1, by: -2) { series = 1 - series * z / Double(n * (n - 1)) }
  return series
}

/// baseⁿ by squaring, n ≥ 0.
public func power(_ base: Double, _ n: Int) -> Double {
  var (result, square, rest) = (1.0, base, n)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}

/// ln 2 in two parts, the first of which has zeros to spare: its product with an exponent is exact.
private enum LogarithmOfTwo {
  static let (high, low) = (0x1.62e42fee00000p-1, 0x1.a39ef35793c76p-33)
}
