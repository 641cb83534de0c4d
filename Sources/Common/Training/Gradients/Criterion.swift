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

  /// - Parameter atoms: Dᵀ at the start, [K, D].
  public init(_ atoms: Matrix, _ constraint: Parameter.Constraint) {
    decoder = Parameter(.decoderWeight, atoms, constraint)
  }

  public var parameters: [Parameter] { [decoder] }
  public var figureNames: [String] { ["reconstruction"] }

  public func prepare(_ values: ParameterMatrices, on threads: Threads) -> any PreparedCriterion {
    Prepared(values[.decoderWeight], on: threads)
  }

  struct Prepared: PreparedCriterion {
    /// D for Dz, and Dᵀ for the way back.
    private let decoder: PackedMatrix
    private let adjoint: PackedMatrix

    init(_ atoms: Matrix, on threads: Threads) {
      decoder = PackedMatrix(transposeOf: atoms, on: threads)
      adjoint = PackedMatrix(atoms, on: threads)
    }

    func evaluate(
      _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
      wantsGradients: Bool
    ) -> CriterionValue {
      var (sum, error) = halfSquaredDistance(product(code, decoder), batch.records)
      var value = CriterionValue(
        sum: sum, figures: ["reconstruction": FigureSum(sum, over: code.rows)])
      guard wantsGradients else { return value }
      if weight != 1 { error.scale(by: weight) }
      add(product(error, adjoint), to: &delta)
      value.gradients = [.decoderWeight: transposedProduct(code, error)]
      return value
    }
  }
}

/// R(z), what makes codes sparse.
public struct Sparsity: Criterion, PreparedCriterion {
  private let penalty: any Penalty

  public init(_ penalty: any Penalty) { self.penalty = penalty }

  public func evaluate(
    _ code: Matrix, _ batch: Batch, scaledBy weight: Float, addingTo delta: inout Matrix?,
    wantsGradients: Bool
  ) -> CriterionValue {
    guard wantsGradients else { return CriterionValue(sum: penalty.value(of: code)) }
    var sum = delta ?? Matrix(zeros: code.rows, columns: code.columns)
    delta = nil
    let value = penalty.addGradient(of: code, scaledBy: weight, to: &sum)
    delta = sum
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
    var (sum, difference) = halfSquaredDistance(code, target)
    if wantsGradients {
      if weight != 1 { difference.scale(by: weight) }
      add(difference, to: &delta)
    }
    return CriterionValue(sum: sum)
  }
}
