import LinearAlgebra
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

@Suite struct LargestEigenvalueTests {
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
