import LinearAlgebra
import ModelFile
import SparseCoding

/// The linear classifier: multinomial logistic regression with a squared penalty,
/// min 1/N Σ −log softmax_y(C z + b) + μ/2 ‖C‖², the bias free.
///
/// The features are scaled to unit variance while training, so that one μ serves all of them and
/// L-BFGS converges in few passes; the scale is part of the weights in the end.
public struct LogisticRegression {
  /// What the result depends on, beside the data.
  public struct Options: Sendable, Equatable {
    /// μ.
    public var decay = 1e-4
    /// Passes over the data, at most.
    public var iterationLimit = 200
    /// Done when the gradient's norm has fallen to this share of the first one's.
    public var tolerance = 1e-4

    public init() {}

    /// What μ may be.
    public static let decays = Interval.atLeast(0)
    public static let iterationLimits = Interval.atLeast(1)
  }

  private let data: TrainingSet
  private let labels: [Int32]
  /// The records that have a label.
  public let partition: Partition
  private let options: Options
  private let team: any Team
  private let classCount: Int
  /// One over each feature's standard deviation, [K]; 0 where it does not vary.
  private let scales: [Float]

  /// - Parameter labels: of the records of `data`; those without one are left out.
  /// - Throws: ``TrainingProblem`` where no record of a part has a label.
  public init(
    _ data: TrainingSet, labels: ClassLabels, partition: Partition, options: Options,
    team: any Team
  ) throws {
    try labels.checkLabelled(in: partition)
    self.data = data
    self.labels = labels.values
    self.partition = labels.labelled(in: partition)
    self.options = options
    self.team = team
    classCount = labels.classCount
    scales = try Self.scales(data, self.partition.training)
  }

  /// Trains, reporting after every iteration.
  public func run(report: (EpochReport) throws -> Void) throws -> Classifier {
    let features = data.recordLength
    let solver = LBFGS(iterationLimit: options.iterationLimit, tolerance: options.tolerance)
    let start = [Double](repeating: 0, count: classCount * (features + 1))
    let result = try solver.minimise(from: start, objective) { iteration, value in
      try report(
        EpochReport(
          epoch: iteration, epochs: options.iterationLimit, figures: [("loss", value)]))
    }
    guard result.value.isFinite else { throw TrainingProblem.diverged(what: "the loss") }
    return classifier(at: result.point)
  }

  /// Share of wrong labels among `records`.
  public func error(of classifier: Classifier, on records: [Int]) throws -> Double {
    var wrong = 0
    for tile in Self.tiles(records) {
      let predicted = Classifier.labels(of: classifier(try data.records(tile)))
      wrong += zip(tile, predicted).count { labels[$0] != $1 }
    }
    return Double(wrong) / Double(max(1, records.count))
  }

  /// Value and gradient of the loss; the point is C scaled, [Y, K], then b, [Y].
  func objective(_ point: [Double]) throws -> (value: Double, gradient: [Double]) {
    let features = data.recordLength
    let classifier = self.classifier(at: point)
    let tiles = Self.tiles(partition.training)
    var sum = TreeSum<Part>()
    // A branch of several tiles a thread at a time, so that a set on disk is not read whole.
    for first in stride(from: 0, to: tiles.count, by: 64) {
      let branch = try tiles[first..<min(first + 64, tiles.count)].map { records in
        (z: try data.records(records), labels: records.map { Int(labels[$0]) })
      }
      let part = team.sum(ofTilesOf: branch.count, tile: 1) { tile in
        let (z, labels) = branch[tile.lowerBound]
        return Self.gradient(of: z, labels: labels, classifier)
      }
      if let part { sum.add(part) }
    }
    guard let total = sum.total() else { preconditionFailure("no record with a label") }
    let count = Double(partition.training.count)
    var loss = total.loss / count
    var gradient = [Double](repeating: 0, count: point.count)
    for index in 0..<classCount * features {
      loss += 0.5 * options.decay * point[index] * point[index]
      gradient[index] =
        total.weight.elements[index] / count * Double(scales[index % features])
        + options.decay * point[index]
    }
    for index in 0..<classCount {
      gradient[classCount * features + index] = total.bias.elements[index] / count
    }
    return (loss, gradient)
  }

  /// Loss and gradients of some records: Σ δᵀz, [Y, K], and Σδ, [1, Y], with δ = softmax − one-hot.
  private struct Part: Summable {
    var loss: Double
    var weight: Accumulator
    var bias: Accumulator

    mutating func add(_ other: Part, on threads: Threads) {
      loss += other.loss
      weight.add(other.weight)
      bias.add(other.bias)
    }
  }

  /// Those of one tile.
  private static func gradient(
    of z: Matrix, labels: [Int], _ classifier: Classifier
  ) -> Part {
    var delta = classifier(z)
    var loss = 0.0
    var weight = Accumulator(rows: classifier.classCount, columns: z.columns)
    var bias = Accumulator(rows: 1, columns: classifier.classCount)
    for (row, label) in labels.enumerated() {
      let record = crossEntropy(delta.row(row), label: label)
      loss += record.loss
      for (column, slope) in record.slopes.enumerated() {
        delta[row, column] = Float(slope)
        bias.elements[column] += slope
      }
    }
    weight.add(transposedProduct(z, delta).transposed)
    return Part(loss: loss, weight: weight, bias: bias)
  }

  private func classifier(at point: [Double]) -> Classifier {
    let features = data.recordLength
    let weights = (0..<classCount * features).map { index in
      Float(point[index] * Double(scales[index % features]))
    }
    return Classifier(
      weight: Matrix(rows: classCount, columns: features, elements: weights),
      bias: point.suffix(classCount).map { Float($0) })
  }

  private static func scales(_ data: TrainingSet, _ records: [Int]) throws -> [Float] {
    var sums = [Double](repeating: 0, count: data.recordLength)
    var squares = sums
    for tile in tiles(records) {
      let x = try data.records(tile)
      for row in 0..<x.rows {
        for (column, value) in x.row(row).enumerated() where value != 0 {
          sums[column] += Double(value)
          squares[column] += Double(value) * Double(value)
        }
      }
    }
    let count = Double(records.count)
    return zip(sums, squares).map { sum, square in
      let variance = square / count - (sum / count) * (sum / count)
      // Relative to the square: less is the rounding of a feature that does not vary.
      return variance > 1e-12 * square / count ? Float(1 / variance.squareRoot()) : 0
    }
  }

  private static func tiles(_ records: [Int]) -> [[Int]] {
    stride(from: 0, to: records.count, by: RecordTile.rows).map {
      Array(records[$0..<min($0 + RecordTile.rows, records.count)])
    }
  }
}
