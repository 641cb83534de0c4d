import LinearAlgebra
import SparseCoding

/// From records to what units are learned from, where a DC unit, constant and unpenalised, may stand
/// beside them: records are preprocessed, and lose their mean where it does.
public struct Preparation: Sendable {
  public let preprocessing: Preprocessing
  public let hasDCUnit: Bool

  public init(_ preprocessing: Preprocessing, hasDCUnit: Bool = false) {
    self.preprocessing = preprocessing
    self.hasDCUnit = hasDCUnit
  }

  /// - Parameter x: records, [N, D].
  /// - Returns: [N, D′].
  public func callAsFunction(_ x: Matrix) -> Matrix { withoutMeans(preprocessing(x)) }

  /// Rows, [n, D′], less what a DC unit stands for.
  func withoutMeans(_ rows: Matrix) -> Matrix {
    hasDCUnit ? Preprocessing(steps: [.center])(rows) : rows
  }

  /// Dᵀ of all units: the atoms that were learned, [K, D′], and after them the DC unit where there is one.
  func completed(_ atoms: Matrix) -> Matrix {
    guard hasDCUnit else { return atoms }
    let constant = Float(1 / Double(atoms.columns).squareRoot())
    return atoms.appending(row: [Float](repeating: constant, count: atoms.columns))
  }
}
