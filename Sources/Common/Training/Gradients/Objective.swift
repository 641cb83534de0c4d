import LinearAlgebra
import SparseCoding

/// A loss of parameters that is a mean over records, and its gradient.
public protocol Objective: Sendable {
  /// What all records of a batch share: weights packed for the products.
  associatedtype Prepared: Sendable

  /// What is learned, at its start.
  var parameters: [Parameter] { get }

  /// K.
  var unitCount: Int { get }

  /// What the figures of an ``Evaluation`` are called, in the order in which they are shown.
  var figureNames: [String] { get }

  /// The figure that is minimised.
  var loss: String { get }

  /// The figure that says how good a training is, on records held out: the smaller the better.
  var criterion: String { get }

  /// Whether a solver seeks the codes of every batch, which it may miss.
  var seeksCodes: Bool { get }

  /// - Parameter values: of ``parameters``.
  func prepare(_ values: ParameterMatrices) -> Prepared

  /// The loss of some records.
  /// - Parameter wantsGradients: whether to go backwards.
  func evaluate(_ batch: Batch, at prepared: Prepared, wantsGradients: Bool) -> Evaluation
}

extension Objective {
  public var loss: String { "energy" }

  public var criterion: String { loss }

  public var seeksCodes: Bool { false }
}

/// A sum over some records, whose mean is shown.
public struct FigureSum: Sendable, Equatable {
  public var sum: Double
  public var count: Int

  public init(_ sum: Double, over count: Int) {
    self.sum = sum
    self.count = count
  }

  var mean: Double { sum / Double(count) }

  static func += (total: inout FigureSum, part: FigureSum) {
    total.sum += part.sum
    total.count += part.count
  }
}

/// The loss of some records.
public struct Evaluation: Sendable {
  /// By ``Objective/figureNames``.
  public let figures: [String: FigureSum]
  /// What the codes make use of.
  public let use: CodeUse
  /// How exact the codes are, where a solver seeks them.
  public let exactness: SparseSolver.Exactness
  /// The gradients of the sum of the loss over the records; none where none were wanted.
  public let gradients: ParameterMatrices

  /// - Parameter code: [N, K].
  public init(
    _ figures: [String: FigureSum], code: Matrix, exactness: SparseSolver.Exactness = .init(),
    gradients: ParameterMatrices = [:]
  ) {
    self.figures = figures
    self.exactness = exactness
    use = CodeUse(code)
    self.gradients = gradients
  }
}

/// How much of a code is in use.
public struct CodeUse: Sendable {
  /// A value that is smaller than this is as good as none.
  private static let least: Float = 1e-6

  /// N, and N · K.
  public let records: Int
  public let values: Int
  /// Values that are not zero.
  public private(set) var nonzeros = 0
  /// 1 for each unit that any record uses, [1, K].
  public private(set) var units: Matrix

  init(_ code: Matrix) {
    records = code.rows
    values = code.elements.count
    units = Matrix(zeros: 1, columns: code.columns)
    let (elements, columns) = (code.elements.span, code.columns)
    var largest = [Float](repeating: 0, count: columns)
    var sizes = largest.mutableSpan
    var count = 0
    for first in stride(from: 0, to: elements.count, by: max(columns, 1)) {
      for column in 0..<columns {
        let value = elements[first + column]
        count += value != 0 ? 1 : 0
        sizes[column] = max(sizes[column], abs(value))
      }
    }
    nonzeros = count
    for column in 0..<columns where largest[column] > Self.least { units.elements[column] = 1 }
  }
}

/// ½Σ(a − b)² over all elements, in Double, and a − b.
func halfSquaredDistance(_ a: Matrix, _ b: Matrix) -> (sum: Double, difference: Matrix) {
  let difference = difference(a, b)
  return (0.5 * dotInDouble(difference.elements, difference.elements), difference)
}
