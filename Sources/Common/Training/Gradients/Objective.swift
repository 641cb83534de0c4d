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

  /// A loss that is no sign of divergence in itself, however small the one at the start was.
  var harmlessLoss: Double { get }

  /// The share of the units that may be out of use for good; with more of them the code is dead.
  var harmlessDeadShare: Double { get }

  /// Whether a solver seeks the codes of every batch, which it may miss.
  var seeksCodes: Bool { get }

  /// - Parameters:
  ///   - values: of ``parameters``.
  ///   - threads: that pack the weights.
  func prepare(_ values: ParameterMatrices, on threads: Threads) -> Prepared

  /// The loss of some records.
  /// - Parameter wantsGradients: whether to go backwards.
  func evaluate(_ batch: Batch, at prepared: Prepared, wantsGradients: Bool) -> Evaluation
}

extension Objective {
  public var loss: String { "energy" }

  public var criterion: String { loss }

  public var harmlessLoss: Double { 1e-6 }

  public var harmlessDeadShare: Double { 0.8 }

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

extension [String: FigureSum] {
  /// self += other, of the same names.
  mutating func add(_ other: [String: FigureSum]) {
    precondition(Set(keys) == Set(other.keys), "sums of different figures")
    for (name, figure) in other { self[name]? += figure }
  }
}

/// The loss of some records.
public struct Evaluation: Summable {
  /// By ``Objective/figureNames``.
  public private(set) var figures: [String: FigureSum]
  /// What the codes make use of.
  public private(set) var use: CodeUse
  /// How exact the codes are, where a solver seeks them.
  public private(set) var exactness: SparseSolver.Exactness
  /// The gradients of the sum of the loss over the records; none where none were wanted.
  public private(set) var gradients: ParameterMatrices

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

  /// That of other records as well, of the same figures and parameters.
  public mutating func add(_ other: Evaluation, on threads: Threads) {
    figures.add(other.figures)
    use += other.use
    exactness += other.exactness
    gradients.add(other.gradients, on: threads)
  }
}

/// ½Σ(a − b)² over all elements, in Double, and a − b.
func halfSquaredDistance(_ a: Matrix, _ b: Matrix) -> (sum: Double, difference: Matrix) {
  let difference = difference(a, b)
  return (0.5 * dotInDouble(difference.elements, difference.elements), difference)
}
