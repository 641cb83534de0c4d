/// The largest magnitude of an eigenvalue of a square matrix, symmetric or not: ρ(A) = lim ‖Aⁿ‖^{1/n}
/// (Gelfand), n = 2²⁴ by repeated squaring.
///
/// With the Frobenius norm ‖Aⁿ‖^{1/n} is never below ρ, and above it by ln(c)/n, c = ‖Aⁿ‖/ρⁿ, which is
/// at most 1e-6 relative for c up to 1e7. Products are Float32: expect about 1e-6 where A is near to
/// normal. Where it is far from normal, ρ itself hangs on the last bits of A; triangular matrices are
/// exact all the same, and nilpotent ones among them give 0.
///
/// It costs 24 products [n, n] by [n, n], 48·n³ operations, on one thread.
/// - Parameter a: [n, n]. Where it is not finite, the result is NaN.
public func spectralRadius(_ a: Matrix) -> Double {
  precondition(a.rows == a.columns, "spectral radius of [\(a.rows),\(a.columns)]")
  return spectralRadius(a, squarings: 24)
}

/// ρ(A) = s·√ρ((A/s)²), s a power of two near ‖A‖, so that scaling is exact; in the end ‖A‖.
private func spectralRadius(_ a: Matrix, squarings: Int) -> Double {
  let norm = dotInDouble(a.elements, a.elements).squareRoot()
  guard norm.isFinite else { return .nan }
  guard norm > 0, squarings > 0 else { return norm }
  // Bounded, so that the reciprocal is a normal Float, too.
  let exponent = min(max(Int(norm.exponent), -126), 126)
  var scaled = a
  scaled.scale(by: Float(sign: .plus, exponent: -exponent, significand: 1))
  let square = product(scaled, PackedMatrix(transposeOf: scaled))
  return Double(sign: .plus, exponent: exponent, significand: 1)
    * spectralRadius(square, squarings: squarings - 1).squareRoot()
}
