import LinearAlgebra
import SparseCoding

/// Whitening: the linear map after which the components of the data are uncorrelated, each of
/// variance (close to) one.
///
/// With the covariance E Λ Eᵀ and ε, a share of the mean eigenvalue, ZCA is
/// `E (Λ + ε)^(−½) Eᵀ` and stays as close to the input as a whitening can; PCA is
/// `(Λ + ε)^(−½) Eᵀ`, the largest variances first, and may keep the first components only.
public struct Whitening: Sendable {
  /// Which of the maps that whiten.
  public enum Method: String, Sendable, CaseIterable {
    case zca
    case pca
  }

  /// What the result depends on, beside the data.
  public struct Options: Sendable, Equatable {
    public var method = Method.zca
    /// ε as a share of the mean eigenvalue: how far directions of little variance are held back.
    public var regularisation = 0.01
    /// Components to keep, the largest variances first; nil keeps all.
    public var components: Int?

    public init() {}

    /// What ε may be.
    public static let regularisations = Interval.atLeast(0)
    public static let componentCounts = Interval.atLeast(1)
  }

  /// The preprocessing that whitens records like these.
  /// - Parameters:
  ///   - steps: per-record steps done before the mean and the covariance are taken.
  /// - Throws: ``TrainingProblem`` where there are fewer than two records, where they do not vary, or
  ///   where more components are asked for than there are.
  public static func learn(
    _ data: TrainingSet, after steps: [Preprocessing.Step], options: Options, team: any Team
  ) throws -> (preprocessing: Preprocessing, keptVariance: Double) {
    guard data.count >= 2 else {
      throw TrainingProblem.tooFewRecords(found: data.count, needed: 2, what: "to have a variance")
    }
    if let asked = options.components, asked > data.recordLength {
      throw TrainingProblem.tooManyComponents(asked: asked, found: data.recordLength)
    }
    let before = Preprocessing(steps: steps)
    let mean = try meanRecord(data, before, team)
    // So that the record is named that is beyond the range, not all those that a mean with it is taken of.
    if !mean.allSatisfy(\.isFinite) { try data.check(preparedBy: before) }
    try data.check(preparedBy: Preprocessing(steps: steps + [.mean], mean: mean))
    let covariance = try covariance(data, before, mean: mean, team)
    guard covariance.nonFiniteRows.isEmpty else {
      let largest = try recordOfLargestValue(data, before)
      throw TrainingProblem.varianceBeyondRange(record: largest)
    }
    let (values, vectors) = try symmetricEigen(covariance)
    let total = values.reduce(0) { $0 + max(0, $1) }
    guard total > 0 else { throw TrainingProblem.noVariance }
    // Eigenvalues rise; the largest come first in what is kept.
    let kept = Array(values.indices.reversed().prefix(options.components ?? values.count))
    let (forward, backward) = maps(kept, of: values, vectors, options)
    let preprocessing = Preprocessing(
      steps: steps + [.mean, .whitening], mean: mean, whitening: forward, unwhitening: backward)
    let keptVariance = kept.reduce(0) { $0 + max(0, values[$1]) } / total
    return (preprocessing, keptVariance)
  }

  /// The whitening, [D', D], and its pseudo-inverse, [D, D']. A direction whose variance is lost in
  /// the rounding of the largest one, and is not held back by ε either, is mapped to zero.
  private static func maps(
    _ kept: [Int], of values: [Double], _ vectors: Matrix, _ options: Options
  ) -> (forward: Matrix, backward: Matrix) {
    let length = values.count
    let total = values.reduce(0) { $0 + max(0, $1) }
    let epsilon = options.regularisation * total / Double(length)
    let least = 1e-7 * (values.last ?? 0)
    var forward = Matrix(zeros: kept.count, columns: length)
    var backward = Matrix(zeros: length, columns: kept.count)
    for (row, index) in kept.enumerated() {
      let variance = max(0, values[index]) + epsilon
      guard variance > least else { continue }
      let scale = variance.squareRoot()
      for column in 0..<length {
        forward[row, column] = Float(Double(vectors[index, column]) / scale)
        backward[column, row] = Float(Double(vectors[index, column]) * scale)
      }
    }
    guard options.method == .zca else { return (forward, backward) }
    let rotation = Matrix(
      rows: kept.count, columns: length, elements: kept.flatMap { vectors.row($0) }
    ).transposed
    return (
      product(rotation, PackedMatrix(transposeOf: forward)),
      product(backward, PackedMatrix(rotation))
    )
  }

  private static func meanRecord(
    _ data: TrainingSet, _ before: Preprocessing, _ team: any Team
  ) throws -> [Float] {
    let sums = try sum(over: data, team) { x in
      let x = before(x)
      var sum = Accumulator(rows: 1, columns: x.columns)
      for row in 0..<x.rows { sum.add(x.rows(row..<row + 1)) }
      return sum
    }
    return sums.elements.map { Float($0 / Double(data.count)) }
  }

  /// The record with the largest magnitude of all, once prepared.
  private static func recordOfLargestValue(
    _ data: TrainingSet, _ before: Preprocessing
  ) throws -> Int {
    var (largest, found): (Float, Int) = (0, 0)
    for first in stride(from: 0, to: data.count, by: RecordTile.rows) {
      let x = before(try data.records(first..<min(first + RecordTile.rows, data.count)))
      for row in 0..<x.rows {
        let magnitude = x.row(row).reduce(0) { max($0, abs($1)) }
        if magnitude > largest { (largest, found) = (magnitude, first + row) }
      }
    }
    return found
  }

  private static func covariance(
    _ data: TrainingSet, _ before: Preprocessing, mean: [Float], _ team: any Team
  ) throws -> Matrix {
    let centering = Preprocessing(steps: before.steps + [.mean], mean: mean)
    var sums = try sum(over: data, team) { x in
      let x = centering(x)
      var sum = Accumulator(rows: x.columns, columns: x.columns)
      for first in stride(from: 0, to: x.rows, by: RecordTile.rows) {
        let tile = x.rows(first..<min(first + RecordTile.rows, x.rows))
        sum.add(transposedProduct(tile, tile, path: .dense))
      }
      return sum
    }
    sums.scale(by: 1 / Double(data.count))
    return sums.matrix
  }

  /// Records that are one part of a sum: many, as a part is D² numbers.
  private static let tile = 8 * RecordTile.rows

  /// The sum of what tiles of the data give, a branch of a few at a time.
  private static func sum(
    over data: TrainingSet, _ team: any Team, _ map: @Sendable (Matrix) -> Accumulator
  ) throws -> Accumulator {
    var sum = TreeSum<Accumulator>()
    let branch = 4 * tile
    for first in stride(from: 0, to: data.count, by: branch) {
      let x = try data.records(first..<min(first + branch, data.count))
      if let part = team.sum(ofTilesOf: x.rows, tile: tile, { map(x.rows($0)) }) { sum.add(part) }
    }
    guard let total = sum.total() else { preconditionFailure("no records") }
    return total
  }
}
