import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// f_θ(v) in Double: the plain twin of an ``Epilogue``.
func plainNonlinearity(
  _ f: Nonlinearity, _ v: Double, threshold: Double, sharpness: Double
) -> Double {
  switch f {
  case .relu: return max(0, v - threshold)
  case .shrink: return (v < 0 ? -1 : 1) * max(0, abs(v) - threshold)
  case .tanh: return tanh(v - threshold)
  case .linear: return v - threshold
  case .smoothShrink:
    let (u, c) = (sharpness * abs(v), sharpness * threshold)
    // log(e^c + e^u − 1) − c: exact near 0, and without an overflow elsewhere.
    let size =
      u < 1
      ? log1p(exp(-c) * expm1(u)) : max(u - c, 0) + log1p(exp(-abs(u - c)) - exp(-max(u, c)))
    return (v < 0 ? -1 : 1) * size / sharpness
  }
}
