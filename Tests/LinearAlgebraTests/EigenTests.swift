import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// MᵀM for a random M [n + extra, n].
private func gram(_ n: Int, extra: Int = 5, seed: UInt64) -> Matrix {
  let m = sample(n + extra, n, seed: seed)
  return transposedProduct(m, m)
}

@Suite struct SymmetricEigenTests {
  @Test(arguments: [0, 1, 2, 3, 4, 33, 144, 257]) func residuals(n: Int) throws {
    let m = sample(n, n, seed: UInt64(n))
    let a = Matrix(
      rows: n, columns: n, elements: zip(m.elements, m.transposed.elements).map { $0 + $1 })
    let (values, vectors) = try symmetricEigen(a)
    #expect(values == values.sorted() && values.count == n)
    let size = values.reduce(1) { max($0, abs($1)) }
    // A v = λ v and orthonormal vectors, to the precision of Float.
    let images = product(vectors, PackedMatrix(a))
    for i in 0..<n {
      for c in 0..<n {
        #expect(
          abs(Double(images[i, c]) - values[i] * Double(vectors[i, c])) < 3e-6 * size, "\(i) \(c)")
      }
    }
    let products = product(vectors, PackedMatrix(vectors))
    for i in 0..<n {
      for j in 0..<n { #expect(abs(products[i, j] - (i == j ? 1 : 0)) < 2e-6) }
      let largest = vectors.row(i).max { abs($0) < abs($1) }
      #expect((largest ?? 1) > 0)
    }
  }

  @Test func knownValues() throws {
    // The second difference of n points: 2 − 2 cos(π k / (n + 1)).
    let n = 3
    var a = Matrix(zeros: n, n)
    for i in 0..<n {
      a[i, i] = 2
      if i > 0 { (a[i, i - 1], a[i - 1, i]) = (-1, -1) }
    }
    let values = try symmetricEigen(a).values
    for (value, expected) in zip(values, [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()]) {
      #expect(abs(value - expected) < 1e-14)
    }
  }

  @Test func diagonalAndRepeatedValues() throws {
    var a = Matrix(zeros: 4, 4)
    for (i, value) in [3, -1, 3, 0].enumerated() { a[i, i] = Float(value) }
    let (values, vectors) = try symmetricEigen(a)
    #expect(values == [-1, 0, 3, 3])
    #expect(vectors.row(0).elementsEqual([0, 1, 0, 0]))
    #expect(try symmetricEigen(Matrix(zeros: 5, 5)).values == [0, 0, 0, 0, 0])
    #expect(try symmetricEigen(.identity(5)).vectors == .identity(5))
  }

  @Test func extremeSizes() throws {
    for scale in [Float(1e-30), 1e30] {
      let a = Matrix(rows: 2, columns: 2, elements: [2 * scale, scale, scale, 2 * scale])
      let values = try symmetricEigen(a).values
      #expect(abs(values[0] / Double(scale) - 1) < 1e-6)
      #expect(abs(values[1] / Double(scale) - 3) < 1e-6)
    }
  }

  @Test func notFiniteIsAnError() {
    var a = Matrix.identity(3)
    a[2, 1] = .nan
    #expect(throws: LinearAlgebraError.notFinite) { try symmetricEigen(a) }
  }
}

/// Matrices on which eigenvalues are hard to find, in Double: residuals ‖Av − λv‖ and orthogonality are
/// those of the rounding of the largest eigenvalue.
@Suite struct HardEigenTests {
  private func check(_ a: [Double], _ n: Int, _ what: String) throws {
    let (values, vectors) = try symmetricEigen(a, n)
    #expect(values == values.sorted() && values.count == n, "\(what)")
    let size = max(values.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
    let bound = 4e-16 * Double(max(n, 8))
    var (residual, angle) = (0.0, 0.0)
    for i in 0..<n {
      let v = vectors[i * n..<(i + 1) * n].map { $0 }
      var square = 0.0
      for r in 0..<n {
        var image = 0.0
        for c in 0..<n { image += a[max(r, c) * n + min(r, c)] / size * v[c] }
        let error = image - values[i] / size * v[r]
        square += error * error
      }
      residual = max(residual, square.squareRoot())
      for j in 0...i {
        var product = 0.0
        for c in 0..<n { product += v[c] * vectors[j * n + c] }
        angle = max(angle, abs(product - (i == j ? 1 : 0)))
      }
    }
    #expect(residual <= bound && angle <= bound, "\(what): residual \(residual), angle \(angle)")
  }

  /// XᵀX of records x, scaled.
  private func covariance(
    _ records: Int, _ n: Int, scale: Double = 1, _ value: (Int, Int) -> Double
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: n * n)
    for record in 0..<records {
      let x = (0..<n).map { value(record, $0) }
      for r in 0..<n where x[r] != 0 { for c in 0...r { sums[r * n + c] += scale * x[r] * x[c] } }
    }
    return sums
  }

  /// Strokes of a pen in the middle of a picture whose border is never drawn on.
  private func digits(_ side: Int, seed: UInt64) -> (Int, Int) -> Double {
    var random = CounterRandom(seed: seed)
    let strokes = (0..<4096).map { _ in Double(random.uniform()) }
    return { record, pixel in
      let (y, x) = (Double(pixel / side), Double(pixel % side))
      let (low, high) = (Double(side) / 5, Double(side) * 4 / 5)
      guard y >= low, y < high, x >= low, x < high else { return 0 }
      let start = strokes[3 * record % 4096] * (high - low) + low
      let slope = 2 * strokes[(3 * record + 1) % 4096] - 1
      let distance = abs(x - start - slope * (y - low))
      return distance < 1 ? 1 : distance < 2 ? 2 - distance : 0
    }
  }

  @Test(arguments: [1, 2, 3, 5, 20, 80, 300, 1000]) func wholeDigits(records: Int) throws {
    let n = 12 * 12
    try check(covariance(records, n, digits(12, seed: 5)), n, "\(records) records")
    // In Float32, as the sums of fit whiten are.
    let rounded = covariance(records, n, digits(12, seed: 6)).map { Double(Float($0)) }
    try check(rounded, n, "\(records) records, rounded")
  }

  @Test(arguments: [1, 2, 3, 10, 60]) func ofLowRank(rank: Int) throws {
    let n = 60
    let m = sample(rank, n, seed: UInt64(rank))
    for scale in [1e-300, 1e-150, 1e-30, 1, 1e30, 1e150, 1e300] {
      let a = covariance(rank, n, scale: scale) { Double(m[$0, $1]) }
      try check(a, n, "rank \(rank), scale \(scale)")
    }
  }

  @Test(arguments: [1.0, 3, 10, 60]) func graded(decades: Double) throws {
    for n in [2, 7, 40] {
      let m = sample(n, n, seed: 3)
      for falls in [true, false] {
        var a = [Double](repeating: 0, count: n * n)
        for r in 0..<n {
          for c in 0...r {
            let place = Double(r + c) / Double(2 * n)
            a[r * n + c] = Double(m[r, c]) * pow(10, -decades * (falls ? place : 1 - place))
          }
        }
        try check(a, n, "\(n), \(decades) decades, \(falls ? "falling" : "rising")")
      }
    }
  }

  @Test func rowsOfZeros() throws {
    for n in [1, 2, 3, 9, 50] {
      try check([Double](repeating: 0, count: n * n), n, "zeros, \(n)")
      for kept in 1...min(n, 4) {
        let m = sample(n, n, seed: UInt64(n))
        var a = [Double](repeating: 0, count: n * n)
        for r in stride(from: n - 1, through: 0, by: -kept) {
          for c in stride(from: r, through: 0, by: -kept) { a[r * n + c] = Double(m[r, c]) }
        }
        try check(a, n, "one in \(kept) of \(n)")
      }
    }
  }

  /// Blocks whose elements beside the diagonal are of the size of the rounding of the largest value.
  @Test func noiseBesideOneLargeValue() throws {
    let n = 40
    for place in [0, 20, 39] {
      let m = sample(n, n, seed: UInt64(place))
      var a = [Double](repeating: 0, count: n * n)
      for r in 0..<n { for c in 0...r { a[r * n + c] = 1e-17 * Double(m[r, c]) } }
      a[place * n + place] = 1
      try check(a, n, "1 at \(place)")
    }
  }

  @Test func oneAndTwo() throws {
    for scale in [1e-300, 1e-8, 1, 1e300] {
      try check([-scale], 1, "1, \(scale)")
      for (a, b, c) in [(1.0, 0.0, 1.0), (1, 1, 1), (0, 1, 0), (2, 1e-20, -1), (1, -1, 1)] {
        try check([a * scale, 0, b * scale, c * scale], 2, "\(a) \(b) \(c), \(scale)")
      }
    }
  }
}

@Suite struct LargestEigenvalueTests {
  /// Of low rank, graded, with units that are nothing: never below the value, nor far above it.
  @Test(arguments: [1, 2, 5, 40]) func boundsHardMatrices(rank: Int) throws {
    for (n, zeros, decades) in [(64, 0, 0.0), (64, 20, 0), (200, 50, 3), (64, 0, 8)] {
      var m = sample(rank, n, seed: UInt64(rank + n))
      for r in 0..<rank {
        for c in 0..<n {
          m[r, c] *= c < zeros ? 0 : Float(pow(10, -decades * Double(c) / Double(n)))
        }
      }
      let a = transposedProduct(m, m)
      let exact = try #require(symmetricEigen(a).values.last)
      let bound = largestEigenvalue(a)
      #expect(
        bound >= exact && bound <= exact * (1 + 1e-6),
        "rank \(rank), \(n), \(zeros), \(decades): \(bound) for \(exact)")
    }
  }

  @Test(arguments: [1, 2, 9, 33, 144, 257, 400]) func isATightUpperBound(n: Int) throws {
    let a = gram(n, seed: UInt64(n))
    let exact = try #require(symmetricEigen(a).values.last)
    let bound = largestEigenvalue(a)
    #expect(bound >= exact && bound <= exact * (1 + 1e-6), "\(bound) for \(exact)")
  }

  @Test func closeValuesAreSeen() {
    var a = Matrix.identity(784)
    a[500, 500] = 1.001
    let bound = largestEigenvalue(a)
    #expect(bound >= 1.001 && bound < 1.00101)
  }

  @Test func degenerate() {
    #expect(largestEigenvalue(Matrix(zeros: 0, 0)) == 0)
    #expect(largestEigenvalue(Matrix(zeros: 4, 4)) == 0)
    let one = largestEigenvalue(.identity(50))
    #expect(one >= 1 && one < 1.000001)
    #expect(largestEigenvalue(Matrix(rows: 1, columns: 1, elements: [.nan])).isNaN)
  }
}
