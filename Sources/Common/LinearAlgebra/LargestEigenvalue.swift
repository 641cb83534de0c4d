import CKernels

/// An upper bound, tight to about 1e-7 relative, of the largest eigenvalue of a symmetric positive
/// semi-definite matrix: fit for a Lipschitz constant.
///
/// Lanczos in Double with full reorthogonalisation, from a fixed random start. When the residual norm
/// ‖Av − θv‖ of the largest Ritz pair is at most 1e-7·θ, or the space is exhausted, the result is
/// (θ + residual)(1 + 1e-7): θ is never above the eigenvalue, and θ + residual is above it as long as
/// the start is not orthogonal to its eigenvector (Zhou & Li 2011). Not more than 300 steps are made;
/// the residual then makes the bound looser, not wrong.
/// - Parameter a: [n, n]. Where it is not finite, the result is NaN.
public func largestEigenvalue(_ a: Matrix) -> Double {
  precondition(a.rows == a.columns, "eigenvalue of [\(a.rows),\(a.columns)]")
  let n = a.rows
  if n == 0 { return 0 }
  var lanczos = Lanczos(a)
  let limit = min(n, 300)
  while true {
    let isExhausted = lanczos.step()
    let isLast = isExhausted || lanczos.steps == limit
    if lanczos.steps % 8 == 0 || isLast {
      guard let (value, residual) = lanczos.largestRitz() else { return .nan }
      if isLast || residual <= 1e-7 * value { return (value + residual) * (1 + 1e-7) }
    }
  }
}

/// An orthonormal basis of v, Av, A²v, … and A in this basis, which is tridiagonal.
private struct Lanczos {
  private let a: Matrix
  private var basis: [[Double]] = []
  private var diagonal: [Double] = []
  private var beside: [Double] = []
  private var next: [Double]

  var steps: Int { diagonal.count }

  init(_ a: Matrix) {
    self.a = a
    var random = CounterRandom(seed: 0x4C41_4E43_5A4F_53)
    next = (0..<a.rows).map { _ in random.normal() }
    normalise()
  }

  /// Adds one vector to the basis; true when the space cannot grow any more.
  mutating func step() -> Bool {
    let n = next.count
    let v = next
    basis.append(v)
    a.elements.withUnsafeBufferPointer { a in
      guard let a = a.baseAddress else { return }
      sp_apply_double(a, n, n, v, &next)
    }
    let size = sp_dot_double(next, next, n).squareRoot()
    diagonal.append(sp_dot_double(v, next, n))
    // Twice is enough (Kahan, Parlett).
    for _ in 0..<2 {
      for u in basis { sp_add_scaled_double(-sp_dot_double(u, next, n), u, &next, n) }
    }
    let length = normalise()
    let isExhausted = !(length > 1e-14 * size)
    beside.append(isExhausted ? 0 : length)
    return isExhausted
  }

  /// The largest Ritz value and the norm of its residual; nil where the matrix was not finite.
  func largestRitz() -> (value: Double, residual: Double)? {
    let m = steps
    var (d, e) = (diagonal, beside)
    e[m - 1] = 0
    // Of the eigenvectors only the last components are wanted: rotations of the last column of I.
    var last = [Double](repeating: 0, count: m)
    last[m - 1] = 1
    guard d.allSatisfy(\.isFinite), e.allSatisfy(\.isFinite),
      (try? diagonaliseTridiagonal(&d, &e, rows: &last, columns: 1)) != nil,
      let top = d.indices.max(by: { d[$0] < d[$1] })
    else { return nil }
    return (d[top], m == next.count ? 0 : beside[m - 1] * abs(last[top]))
  }

  @discardableResult
  private mutating func normalise() -> Double {
    let length = sp_dot_double(next, next, next.count).squareRoot()
    if length > 0 { for i in next.indices { next[i] /= length } }
    return length
  }
}
