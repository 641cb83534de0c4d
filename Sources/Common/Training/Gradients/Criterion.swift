import LinearAlgebra
import SparseCoding

/// A part of a loss: a number for each code, with its gradient.
public protocol Criterion: Sendable {
  /// What the criterion has to learn of its own, at its start.
  var parameters: [Parameter] { get }

  /// Figures of its own, in the order in which they are shown.
  var figureNames: [String] { get }

  /// - Parameters:
  ///   - values: of ``parameters``, and perhaps of others.
  ///   - threads: that pack its weights.
  func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion
}

/// A criterion with its weights packed, for all records of a batch.
public protocol PreparedCriterion: Sendable {
  /// - Parameters:
  ///   - code: [N, K].
  ///   - weight: what value and gradients are multiplied by where they are added to others.
  ///   - delta: ∂/∂code, [N, K], to which the criterion's part is added, times `weight`; nil where it is
  ///     zero so far.
  ///   - wantsGradients: whether to go backwards.
  func evaluate(
    _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
    wantsGradients: Bool
  ) -> CriterionValue
}

/// A criterion with nothing to learn and nothing to pack.
extension Criterion where Self: PreparedCriterion {
  public var parameters: [Parameter] { [] }
  public var figureNames: [String] { [] }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion {
    self
  }
}

/// What a criterion is for some records.
public struct CriterionValue: Sendable {
  /// Its sum over the records, not yet weighted.
  public var sum: Double
  /// By ``Criterion/figureNames``.
  public var figures: [String: FigureSum] = [:]
  /// Of its own parameters, weighted.
  public var gradients: ParameterMatrices = [:]
  /// ∂/∂ of the records that it compares codes with, [N, D], weighted, negated; nil where it looks at none.
  public var descent: Matrix?
}

/// Adds a part to a delta that may be zero so far.
func add(_ part: Matrix, to delta: inout Matrix?) {
  guard var sum = delta else {
    delta = part
    return
  }
  delta = nil
  add(part, to: &sum)
  delta = sum
}

/// ½‖x − Dz‖².
public struct Reconstruction: Criterion {
  /// Dᵀ, with what binds its rows.
  private let decoder: Parameter
  private let geometry: Geometry

  /// - Parameters:
  ///   - atoms: Dᵀ at the start, [K, D].
  ///   - geometry: what atoms lie over.
  public init(
    _ atoms: Matrix, _ geometry: Geometry = .dense, _ constraint: Parameter.Constraint
  ) {
    decoder = Parameter(.decoderWeight, atoms, constraint)
    self.geometry = geometry
  }

  public var parameters: [Parameter] { [decoder] }
  public var figureNames: [String] { ["reconstruction"] }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion {
    Prepared(atoms: LinearMap(values[.decoderWeight], geometry, for: .both, on: threads))
  }

  struct Prepared: PreparedCriterion {
    /// Dᵀ; its adjoint is D.
    let atoms: LinearMap

    func evaluate(
      _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
      wantsGradients: Bool
    ) -> CriterionValue {
      let records = batch.records
      var (sum, error) = halfSquaredDistance(atoms.adjoint(code), records)
      var value = CriterionValue(
        sum: sum, figures: ["reconstruction": FigureSum(sum, over: records.rows)])
      guard wantsGradients else { return value }
      if weight != 1 { error.scale(by: weight) }
      add(atoms(error), to: &delta)
      value.gradients = [.decoderWeight: atoms.gradient(code, input: error)]
      value.descent = error
      return value
    }
  }
}

/// R(z), what makes codes sparse.
public struct Sparsity: Criterion, PreparedCriterion {
  private let penalty: any Penalty
  /// Rows of codes that make one of R: the places of an image, where pools go over them.
  private let rowCount: Int

  public init(_ penalty: any Penalty, ofRows count: Int = 1) {
    self.penalty = penalty
    rowCount = count
  }

  public func evaluate(
    _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
    wantsGradients: Bool
  ) -> CriterionValue {
    let columns = code.columns
    let codes = code.reshaped(columns: rowCount * columns)
    guard wantsGradients else { return CriterionValue(sum: penalty.value(of: codes)) }
    var sum = (delta ?? Matrix(zeros: code.rows, columns: columns))
      .reshaped(columns: rowCount * columns)
    delta = nil
    let value = penalty.addGradient(of: codes, scaledBy: weight, to: &sum)
    delta = sum.reshaped(columns: columns)
    return CriterionValue(sum: value)
  }
}

/// ½‖z* − z‖², how far codes are from those given (Gregor & LeCun 2010).
public struct Prediction: Criterion, PreparedCriterion {
  public init() {}

  public func evaluate(
    _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
    wantsGradients: Bool
  ) -> CriterionValue {
    guard case .codes(let target) = batch.target else {
      preconditionFailure("codes are predicted from codes")
    }
    // Of an image a target is all of its code.
    var (sum, difference) = halfSquaredDistance(code, target.reshaped(columns: code.columns))
    if wantsGradients {
      if weight != 1 { difference.scale(by: weight) }
      add(difference, to: &delta)
    }
    return CriterionValue(sum: sum)
  }
}
