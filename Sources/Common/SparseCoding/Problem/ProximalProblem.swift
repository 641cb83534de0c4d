import LinearAlgebra

/// What proximal methods need of a problem, min over z of ½‖x − Dz‖² + λR(z): D is never looked at.
protocol ProximalProblem: Sendable {
  var lambda: Float { get }
  /// R.
  var penalty: any Penalty { get }
  /// Whether z ≥ 0.
  var isNonnegative: Bool { get }
  /// The diagonal of G = DᵀD, or more, [K].
  var curvatures: [Float] { get }
  /// At least the largest eigenvalue of G.
  var lipschitz: Float { get }

  /// q = c − Gz.
  /// - Parameters:
  ///   - code: z, [N, K].
  ///   - correlation: c = Dᵀx, [N, K].
  func residual(of code: Matrix, correlation: Matrix) -> Matrix
}

extension ProximalProblem {
  /// At least the largest eigenvalue of what the energy is smooth in: 1 over it is a safe step.
  var steepest: Float { lipschitz + lambda * penalty.curvature }
}

extension CodingProblem: ProximalProblem {
  func residual(of code: Matrix, correlation: Matrix) -> Matrix {
    product(code, packedNegativeGram, start: .matrix(correlation))
  }
}

/// An energy that codes can be measured by.
public protocol MeasuredProblem: Sendable {
  /// λ.
  var lambda: Float { get }

  /// Energy of each record, [N], in Double.
  func energies(of code: Matrix, records x: Matrix) -> [Double]

  /// Duality gap of each record's code, [N], relative to its energy: no code has an energy lower by more.
  /// - Precondition: λ > 0.
  func relativeGaps(of code: Matrix, records x: Matrix) -> [Double]

  /// Codes with what is not in use set to 0, where they are not sparse as they are.
  func unitsInUse(_ code: Matrix) -> Matrix
}

extension MeasuredProblem {
  public func unitsInUse(_ code: Matrix) -> Matrix { code }
}
