import LinearAlgebra
import Testing

@Suite struct SpectralRadiusTests {
  /// What numpy.abs(numpy.linalg.eigvals(a)).max() is for
  /// a = ((i*i*7 + j*13 + i*j*5) % 64 - 32) / 64, (i, j) = numpy.mgrid[0:n, 0:n].
  @Test(arguments: [
    (5, 0.7541527634242803), (20, 1.4488962102702037), (60, 2.4169969723011078),
  ])
  func agreesWithNumPy(n: Int, expected: Double) {
    var a = Matrix(zeros: n, n)
    for i in 0..<n {
      for j in 0..<n { a[i, j] = Float((i * i * 7 + j * 13 + i * j * 5) % 64 - 32) / 64 }
    }
    #expect(abs(spectralRadius(a) / expected - 1) < 2e-6)
  }

  @Test(arguments: [0.25, 1, 3] as [Float]) func rotationsAndReflections(scale: Float) {
    let (c, s) = (0.6 * scale, 0.8 * scale)
    for elements in [[c, -s, s, c], [c, s, s, -c]] {
      let radius = spectralRadius(Matrix(rows: 2, columns: 2, elements: elements))
      #expect(abs(radius / Double(scale) - 1) < 2e-7, "\(elements)")
    }
  }

  /// ±1 alone would be lost by a power iteration, and the norm is far from the radius.
  @Test func farFromNormal() {
    let swap = Matrix(rows: 2, columns: 2, elements: [0, 1e6, 1e-6, 0])
    #expect(abs(spectralRadius(swap) - 1) < 2e-6)
    var triangular = Matrix(zeros: 12, 12)
    for i in 0..<12 {
      triangular[i, i] = i == 7 ? -0.5 : 0.25
      for j in i + 1..<12 { triangular[i, j] = 10 }
    }
    #expect(abs(spectralRadius(triangular) / 0.5 - 1) < 4e-6)
  }

  @Test func nilpotentAndZero() {
    var shift = Matrix(zeros: 9, 9)
    for i in 0..<8 { shift[i, i + 1] = 1e3 }
    #expect(spectralRadius(shift) == 0)
    #expect(spectralRadius(Matrix(zeros: 4, 4)) == 0)
    #expect(spectralRadius(Matrix(zeros: 0, 0)) == 0)
  }

  @Test(arguments: [1, 2, 33, 144]) func symmetricOnes(n: Int) {
    let m = sample(n + 5, n, seed: UInt64(n))
    let gram = transposedProduct(m, m)
    #expect(abs(spectralRadius(gram) / largestEigenvalue(gram) - 1) < 2e-6)
  }

  /// Sizes whose squares Float cannot hold.
  @Test(arguments: [1e-40, 1e-30, 1e30, 3e38] as [Float]) func extremeSizes(size: Float) {
    var a = Matrix(zeros: 3, 3)
    for i in 0..<3 { a[i, (i + 1) % 3] = size }
    #expect(abs(spectralRadius(a) / Double(size) - 1) < 2e-7)
  }

  @Test func notFinite() {
    #expect(spectralRadius(Matrix(rows: 1, columns: 1, elements: [.nan])).isNaN)
    #expect(spectralRadius(Matrix(rows: 1, columns: 1, elements: [.infinity])).isNaN)
  }
}
