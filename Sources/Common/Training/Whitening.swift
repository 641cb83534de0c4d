import LinearAlgebra
import SparseCoding

/// Whitening: the linear map after which the components of the data are uncorrelated, each of
/// variance (close to) one.
///
/// With the covariance E Λ Eᵀ and ε, a share of the mean eigenvalue, ZCA is
/// `E (Λ + ε)^(−½) Eᵀ` and stays as close to the input as a whitening can; PCA is
/// `(Λ + ε)^(−½) Eᵀ`, the largest variances first, and may keep the first components only.
public struct Whitening: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    case zca
    case pca
  }

  public struct Options: Sendable, Equatable {
    public var method = Method.zca
    /// ε as a share of the mean eigenvalue: how far directions of little variance are held back.
    public var regularisation = 0.01
    /// Components to keep, the largest variances first; nil keeps all.
    public var components: Int?

    public init() {}
  }

  /// The preprocessing that whitens records like these.
  /// - Parameters:
  ///   - steps: per-record steps done before the mean and the covariance are taken.
  /// - Throws: ``TrainingProblem/noVariance``, ``TrainingProblem/tooFewRecords(found:needed:what:)``.
  public static func learn(
    _ data: TrainingSet, after steps: [Preprocessing.Step], options: Options, threads: Threads
  ) throws -> (preprocessing: Preprocessing, keptVariance: Double) {
    guard data.count >= 2 else {
      throw TrainingProblem.tooFewRecords(found: data.count, needed: 2, what: "to have a variance")
    }
    let before = Preprocessing(steps: steps)
    let mean = try meanRecord(data, before, threads)
    let covariance = try covariance(data, before, mean: mean, threads)
    let (values, vectors) = try symmetricEigen(covariance)
    let total = values.reduce(0) { $0 + max(0, $1) }
    guard total > 0 else { throw TrainingProblem.noVariance }
    let epsilon = options.regularisation * total / Double(values.count)
    // Eigenvalues rise; the largest come first in what is kept.
    let kept = Array(values.indices.reversed().prefix(options.components ?? values.count))
    var forward = Matrix(zeros: kept.count, columns: values.count)
    var backward = Matrix(zeros: values.count, columns: kept.count)
    for (row, index) in kept.enumerated() {
      let scale = (max(0, values[index]) + epsilon).squareRoot()
      for column in 0..<values.count {
        forward[row, column] = Float(Double(vectors[index, column]) / scale)
        backward[column, row] = Float(Double(vectors[index, column]) * scale)
      }
    }
    if options.method == .zca {
      let rotation = kept.reduce(into: Matrix(zeros: 0, columns: values.count)) { matrix, index in
        matrix = matrix.appending(row: Array(vectors.row(index)))
      }
      forward = product(rotation.transposed, PackedMatrix(forward.transposed))
      backward = product(backward, PackedMatrix(rotation.transposed))
    }
    let preprocessing = Preprocessing(
      steps: steps + [.mean, .whitening], mean: mean, whitening: forward, unwhitening: backward)
    let keptVariance = kept.reduce(0) { $0 + max(0, values[$1]) } / total
    return (preprocessing, keptVariance)
  }

  private static func meanRecord(
    _ data: TrainingSet, _ before: Preprocessing, _ threads: Threads
  ) throws -> [Float] {
    var sums = [Double](repeating: 0, count: data.recordLength)
    for range in tiles(of: data.count) {
      let x = before(try data.records(range))
      for row in 0..<x.rows {
        for (column, value) in x.row(row).enumerated() { sums[column] += Double(value) }
      }
    }
    return sums.map { Float($0 / Double(data.count)) }
  }

  private static func covariance(
    _ data: TrainingSet, _ before: Preprocessing, mean: [Float], _ threads: Threads
  ) throws -> Matrix {
    let centering = Preprocessing(steps: before.steps + [.mean], mean: mean)
    var sums = Accumulator(rows: data.recordLength, columns: data.recordLength)
    for range in tiles(of: data.count) {
      let x = centering(try data.records(range))
      sums.add(transposedProduct(x, x, path: .dense))
    }
    sums.scale(by: 1 / Double(data.count))
    return sums.matrix
  }

  private static func tiles(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: Tile.rows).map { $0..<min($0 + Tile.rows, count) }
  }
}
