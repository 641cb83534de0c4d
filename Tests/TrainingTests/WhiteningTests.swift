import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Correlated data with a mean.
private func mixed(_ count: Int = 800, _ length: Int = 6, seed: UInt64) -> Matrix {
  let x = product(
    normalMatrix(count, length, seed: seed),
    PackedMatrix(normalMatrix(length, length, seed: seed + 1)))
  return Matrix(
    rows: count, columns: length,
    elements: x.elements.enumerated().map { $0.element + Float($0.offset % length) })
}

private func covariance(_ x: Matrix) -> [[Double]] {
  let count = Double(x.rows)
  let means = (0..<x.columns).map { c in (0..<x.rows).reduce(0) { $0 + Double(x[$1, c]) } / count }
  return (0..<x.columns).map { a in
    (0..<x.columns).map { b in
      (0..<x.rows).reduce(0) {
        $0 + (Double(x[$1, a]) - means[a]) * (Double(x[$1, b]) - means[b])
      } / count
    }
  }
}

private func whiten(
  _ x: Matrix, after steps: [Preprocessing.Step] = [], threads: Int = 1,
  keeping: Keeping = .memory, _ method: Whitening.Method, epsilon: Double = 0,
  components: Int? = nil
) throws -> (preprocessing: Preprocessing, keptVariance: Double) {
  var options = Whitening.Options()
  options.method = method
  options.regularisation = epsilon
  options.components = components
  return try Whitening.learn(
    try trainingSet(x, keeping: keeping), after: steps, options: options, team: Threads(threads))
}

@Suite struct WhiteningTests {
  @Test(arguments: Whitening.Method.allCases) func theCovarianceIsOne(method: Whitening.Method)
    throws
  {
    let seed: UInt64 = 81
    let x = mixed(seed: seed)
    let (preprocessing, kept) = try whiten(x, method)
    #expect(abs(kept - 1) < 1e-12)
    #expect(preprocessing.isInvertible)
    let white = preprocessing(x)
    for (a, row) in covariance(white).enumerated() {
      for (b, value) in row.enumerated() {
        #expect(abs(value - (a == b ? 1 : 0)) < 2e-3, "\(method) seed \(seed) \(a),\(b)")
      }
    }
    #expect(agree(preprocessing.undo(white).elements, x.elements, within: 1e-3), "seed \(seed)")
    let matrix = try #require(preprocessing.whitening)
    if method == .zca { #expect(agree(matrix.elements, matrix.transposed.elements, within: 1e-4)) }
  }

  @Test func componentsAreTheLargestVariancesFirst() throws {
    let x = mixed(seed: 83)
    let (all, _) = try whiten(x, .pca, epsilon: 0.1)
    let (some, kept) = try whiten(x, .pca, epsilon: 0.1, components: 2)
    let matrix = try #require(some.whitening)
    #expect(matrix.rows == 2 && matrix.columns == 6)
    #expect(some.unwhitening?.rows == 6 && some.unwhitening?.columns == 2)
    #expect(matrix == all.whitening?.rows(0..<2))
    #expect(kept > 2.0 / 6 && kept < 1)
    // With ε, what had the larger variance keeps the larger one.
    let variances = covariance(all(x)).enumerated().map { $0.element[$0.offset] }
    #expect(variances == variances.sorted(by: >))
    let (few, share) = try whiten(x, .zca, components: 2)
    #expect(few.whitening?.rows == 6)
    #expect(abs(share - kept) < 1e-9)
    let trace = covariance(few(x)).enumerated().reduce(0) { $0 + $1.element[$1.offset] }
    #expect(abs(trace - 2) < 1e-2)
  }

  @Test(arguments: Whitening.Method.allCases)
  func epsilonIsAShareOfTheMeanVariance(method: Whitening.Method) throws {
    // Independent values of variances 4 and 1: (Λ + ε)^−½ with ε = 0.5 · 2.5.
    let n = 4000
    let noise = normalMatrix(n, 2, seed: 84)
    let x = Matrix(
      rows: n, columns: 2,
      elements: noise.elements.enumerated().map { $0.offset % 2 == 0 ? 2 * $0.element : $0.element }
    )
    let matrix = try #require(try whiten(x, method, epsilon: 0.5).preprocessing.whitening)
    #expect(abs(abs(matrix[0, 0]) - 1 / (4 + 1.25 as Float).squareRoot()) < 0.02)
    #expect(abs(abs(matrix[1, 1]) - 1 / (1 + 1.25 as Float).squareRoot()) < 0.02)
  }

  /// Centred records have a direction without variance; it is left out, not blown up.
  @Test(arguments: Whitening.Method.allCases)
  func directionsWithoutVarianceAreLeftOut(method: Whitening.Method) throws {
    let x = mixed(seed: 85)
    let (preprocessing, _) = try whiten(x, after: [.center], method)
    #expect(preprocessing.steps == [.center, .mean, .whitening])
    #expect(!preprocessing.isInvertible)
    let white = preprocessing(x)
    let trace = covariance(white).enumerated().reduce(0) { $0 + $1.element[$1.offset] }
    #expect(abs(trace - 5) < 1e-2, "\(trace)")
    let centred = Preprocessing(steps: [.center])(x)
    #expect(agree(preprocessing.undo(white).elements, centred.elements, within: 1e-3))
  }

  @Test(arguments: Whitening.Method.allCases)
  func neitherThreadsNorStorageShow(method: Whitening.Method) throws {
    let x = mixed(1000, 6, seed: 86)
    let first = try whiten(x, method).preprocessing
    for threads in [1, 2, 3] {
      for keeping in Keeping.allCases {
        let other = try whiten(x, threads: threads, keeping: keeping, method).preprocessing
        #expect(other.mean == first.mean, "\(threads) \(keeping)")
        #expect(other.whitening == first.whitening, "\(threads) \(keeping)")
        #expect(other.unwhitening == first.unwhitening, "\(threads) \(keeping)")
      }
    }
  }

  @Test func dataThatCannotBeWhitened() {
    let constant = Matrix(rows: 9, columns: 4, elements: [Float](repeating: 0.1, count: 36))
    #expect(trainingProblem { _ = try whiten(constant, .zca) } == .noVariance)
    #expect(
      trainingProblem { _ = try whiten(Matrix(zeros: 1, 4), .pca) }
        == .tooFewRecords(found: 1, needed: 2, what: "to have a variance"))
    #expect(
      trainingProblem { _ = try whiten(mixed(seed: 87), .pca, components: 7) }
        == .tooManyComponents(asked: 7, found: 6))
  }
}
