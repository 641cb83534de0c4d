import CKernels

/// What a numerical method can fail with.
public enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// An element is NaN or infinite.
  case notFinite
  /// The eigenvalue iteration did not end; has not been seen with finite input.
  case noConvergence(iterations: Int)

  /// What failed, as a user reads it.
  public var description: String {
    switch self {
    case .notFinite: "the matrix holds NaN or infinity"
    case .noConvergence(let iterations):
      "no eigenvalues found in \(iterations) iterations a value"
    }
  }
}

/// All eigenvalues, ascending, and unit eigenvectors of a symmetric matrix: Householder
/// tridiagonalisation and implicit QL, in Double (EISPACK's tred2 and tql2).
///
/// Of every eigenvector the component of largest size (the first of equals) is positive. Values and
/// vectors are those of a matrix within some ulps of the largest eigenvalue, of any rank: LAPACK's promise.
///
/// LAPACK itself was weighed and left. Its results depend on the BLAS beneath, on the threads and the
/// processor, and a model is to have the same bytes everywhere; a static program would carry BLAS, LAPACK
/// and the Fortran runtime, for the one call of `fit whiten`. What is ours is 150 lines.
/// - Parameter a: [n, n]; what stands above the diagonal is not looked at.
/// - Returns: `values` [n]; `vectors` [n, n], row i the eigenvector of values[i].
public func symmetricEigen(
  _ a: Matrix
) throws(LinearAlgebraError) -> (values: [Double], vectors: Matrix) {
  precondition(a.rows == a.columns, "eigenvalues of [\(a.rows),\(a.columns)]")
  guard a.elements.allSatisfy(\.isFinite) else { throw .notFinite }
  let (values, vectors) = try symmetricEigen(a.elements.map(Double.init), a.rows)
  return (values, Matrix(rows: a.rows, columns: a.rows, elements: vectors.map { Float($0) }))
}

/// The same in Double, for a finite a [n, n]; vectors [n, n].
package func symmetricEigen(
  _ a: [Double], _ n: Int
) throws(LinearAlgebraError) -> (values: [Double], vectors: [Double]) {
  // Of a size about 1, so that what is lost in rounding is no subnormal number, of which rotations would
  // be none. A power of two changes no digit.
  let largest = a.reduce(0) { max($0, abs($1)) }
  let exponent = largest > 0 ? max(largest.exponent, -1000) : 0
  let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
  var (diagonal, beside, basis) = tridiagonalised(a.map { $0 * scale }, n)
  try diagonaliseTridiagonal(&diagonal, &beside, rows: &basis, columns: n)
  let order = (0..<n).sorted { (diagonal[$0], $0) < (diagonal[$1], $1) }
  var vectors: [Double] = []
  vectors.reserveCapacity(n * n)
  for i in order {
    let vector = basis[i * n..<(i + 1) * n]
    var largest = 0.0
    for v in vector where abs(v) > abs(largest) { largest = v }
    vectors += vector.map { largest < 0 ? -$0 : $0 }
  }
  return (order.map { diagonal[$0] / scale }, vectors)
}

/// Householder: T = Q A Qᵀ tridiagonal, A [n, n] symmetric (its lower triangle is read).
/// - Returns: the diagonal [n]; what is beside it, [n], element i between i and i + 1, the last 0;
///   Q [n, n].
func tridiagonalised(
  _ a: [Double], _ n: Int
) -> (diagonal: [Double], beside: [Double], basis: [Double]) {
  var a = a
  var (diagonal, beside) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
  // Mirrored, so that every row is whole and all inner loops go along rows.
  for r in 0..<n { for c in 0..<r { a[c * n + r] = a[r * n + c] } }
  var scales = [Double](repeating: 0, count: n)
  a.withUnsafeMutableBufferPointer { a in
    guard let a = a.baseAddress else { return }
    // Column k below the diagonal is mapped onto its first element; its reflector stays in row k.
    for k in 0..<max(0, n - 2) {
      (beside[k], scales[k]) = reflect(a, n, k)
    }
    for k in 0..<n { diagonal[k] = a[k * n + k] }
    if n >= 2 { beside[n - 2] = a[(n - 2) * n + n - 1] }
  }
  return (diagonal, beside, accumulated(a, scales, n))
}

/// One Householder step on the trailing block of the symmetric a [n, n]: row k right of the diagonal
/// becomes the reflector v, the block below becomes H B H with H = I − scale·v·vᵀ.
/// - Returns: the element beside the diagonal, and scale (0: nothing to do).
private func reflect(
  _ a: UnsafeMutablePointer<Double>, _ n: Int, _ k: Int
) -> (beside: Double, scale: Double) {
  let first = k + 1
  let size = n - first
  let v = a + k * n + first
  let tail = (1..<size).reduce(0) { max($0, abs(v[$1])) }
  if tail == 0 { return (v[0], 0) }
  // Scaled, so that squares neither overflow nor vanish.
  let largest = max(tail, abs(v[0]))
  for i in 0..<size { v[i] /= largest }
  let norm = sp_dot_double(v, v, size).squareRoot()
  let beside = v[0] > 0 ? -norm : norm
  let scale = 1 / (norm * (norm + abs(v[0])))
  v[0] -= beside
  // B −= v wᵀ + w vᵀ with p = scale·B v and w = p − (scale/2)(pᵀv) v.
  var w = [Double](repeating: 0, count: size)
  for i in 0..<size { w[i] = scale * sp_dot_double(a + (first + i) * n + first, v, size) }
  let half = 0.5 * scale * sp_dot_double(w, v, size)
  sp_add_scaled_double(-half, v, &w, size)
  for i in 0..<size {
    sp_subtract_two_double(v[i], w, w[i], v, a + (first + i) * n + first, size)
  }
  return (beside * largest, scale)
}

/// Q = H_{n−3} … H_0 from the reflectors in the rows of a [n, n].
private func accumulated(_ a: [Double], _ scales: [Double], _ n: Int) -> [Double] {
  // Built as Qᵀ = H_0 … H_{n−3} from the last: then a reflector touches the trailing block only. The
  // blocks are kept transposed, so that the result is Q and loops go along rows.
  var q = [Double](repeating: 0, count: n * n)
  for i in 0..<n { q[i * n + i] = 1 }
  a.withUnsafeBufferPointer { a in
    q.withUnsafeMutableBufferPointer { q in
      guard let a = a.baseAddress, let q = q.baseAddress else { return }
      for k in stride(from: n - 3, through: 0, by: -1) where scales[k] != 0 {
        let first = k + 1
        let v = a + k * n + first
        for r in first..<n {
          let row = q + r * n + first
          sp_add_scaled_double(-scales[k] * sp_dot_double(row, v, n - first), v, row, n - first)
        }
      }
    }
  }
  return q
}

/// Implicit QL on a symmetric tridiagonal matrix: `diagonal` [n] becomes the eigenvalues, unordered;
/// the rotations are applied to `rows` [n, columns], which turns Q into eigenvectors as rows.
/// - Parameter beside: [n], element i between i and i + 1; destroyed.
func diagonaliseTridiagonal(
  _ diagonal: inout [Double], _ beside: inout [Double], rows: inout [Double], columns: Int
) throws(LinearAlgebraError) {
  let n = diagonal.count
  let limit = 60
  // What is beside the diagonal counts as zero where it is lost in the rounding of the whole matrix; tql2
  // looks at what it has seen of it. Against its own neighbours it may never be: of a matrix of lower
  // rank they are rounding themselves, which every sweep makes anew.
  let size = (0..<n).reduce(0) { max($0, abs(diagonal[$1]) + abs(beside[$1])) }
  for l in 0..<n {
    var iterations = 0
    while true {
      var m = l
      while m < n - 1 && abs(beside[m]) > .ulpOfOne * size { m += 1 }
      if m == l { break }
      if iterations == limit { throw .noConvergence(iterations: limit) }
      iterations += 1
      rows.withUnsafeMutableBufferPointer {
        sweep(&diagonal, &beside, from: l, to: m, $0.baseAddress, columns)
      }
    }
  }
}

/// One QL sweep with Wilkinson's shift over the unreduced block l...m.
private func sweep(
  _ d: inout [Double], _ e: inout [Double], from l: Int, to m: Int,
  _ rows: UnsafeMutablePointer<Double>?, _ columns: Int
) {
  let half = (d[l + 1] - d[l]) / (2 * e[l])
  let root = hypotenuse(half, 1)
  var g = d[m] - d[l] + e[l] / (half + (half < 0 ? -root : root))
  var (s, c, p) = (1.0, 1.0, 0.0)
  for i in stride(from: m - 1, through: l, by: -1) {
    let f = s * e[i]
    let b = c * e[i]
    let r = hypotenuse(f, g)
    e[i + 1] = r
    if r == 0 {
      d[i + 1] -= p
      e[m] = 0
      return
    }
    s = f / r
    c = g / r
    g = d[i + 1] - p
    let t = (d[i] - g) * s + 2 * c * b
    p = s * t
    d[i + 1] = g + p
    g = c * t - b
    if let rows, columns > 0 {
      sp_rotate_double(c, s, rows + i * columns, rows + (i + 1) * columns, columns)
    }
  }
  d[l] -= p
  e[l] = g
  e[m] = 0
}

/// √(x² + y²) without overflow on the way.
private func hypotenuse(_ x: Double, _ y: Double) -> Double {
  let (large, small) = (max(abs(x), abs(y)), min(abs(x), abs(y)))
  if large == 0 { return 0 }
  let ratio = small / large
  return large * (1 + ratio * ratio).squareRoot()
}
