import LinearAlgebra

/// R of ½‖x − Dz‖² + λR(z), a norm: what makes codes sparse.
public protocol Penalty: Sendable {
  /// Its name in options and model files.
  var kind: PenaltyKind { get }

  /// The pools whose norms it adds up, where it is a penalty of pools.
  var pools: PoolLayout? { get }

  /// R of one code, [K].
  func value(of code: ArraySlice<Float>) -> Double

  /// The sum over all records.
  /// - Parameter z: codes, [N, K].
  func value(of z: Matrix) -> Double

  /// Adds `scale` times ∂R/∂z, taking 0 where R has a corner.
  /// - Parameters:
  ///   - z: codes, [N, K].
  ///   - gradient: [N, K].
  func addGradient(of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix)

  /// The proximal step of one code, in place: u becomes argmin over z of ½‖z − u‖² + tR(z), z ≥ 0 where
  /// asked.
  /// - Parameters:
  ///   - codes: [N·K], of which `units` are the code.
  ///   - threshold: t.
  func shrink(
    _ codes: inout MutableSpan<Float>, at units: Range<Int>, by threshold: Float,
    isNonnegative: Bool)

  /// What of λ a unit has to exceed to be in use, [K]: of pools, where their members are all of one size.
  func shares(unitCount: Int) -> [Float]

  /// The dual norm of q, [K]: the largest qᵀz of all z with R(z) ≤ 1, z ≥ 0 where asked. Codes are zero
  /// from λ = R°(Dᵀx) on, and it scales the dual point of a gap.
  func dualNorm(of correlation: ArraySlice<Float>, isNonnegative: Bool) -> Double
}

/// Penalties by name, as options and model files have them.
public enum PenaltyKind: String, Sendable, CaseIterable {
  case l1
  case group
}

extension Penalty {
  public func value(of z: Matrix) -> Double {
    (0..<z.rows).reduce(0) { $0 + value(of: z.row($1)) }
  }
}
