import LinearAlgebra

/// Variational sparse coding, closed form: the code of a record is a Gaussian N(m, diag σ²), and its energy
///
///     ½‖x − Dm‖² + Σ_k [½‖d_k‖²σ_k² + λ E|z_k| − (1/2β) log 2πeσ_k²],
///
/// the mean of ½‖x − Dz‖² + λ‖z‖₁ over it less 1/β of its entropy, E|z| = √(2/π) σ e^(−m²/2σ²) + m erf(m/σ√2). It is convex
/// in m and σ together, and L1 coding where β is without end. What is said of a code is said of its means, each with
/// the σ that is best for it. A DC unit has no variance: it follows each draw of the others (‖Pd_k‖ for ‖d_k‖, the same
/// of atoms without a mean).
extension CodingProblem {
  /// What β may be.
  public static let betas = Interval.from(1e-150, to: 1e150)

  /// The same dictionary with Gaussians for codes.
  /// - Parameter beta: β > 0, of records as they are: 1/β is in units of ‖x‖².
  /// - Precondition: L1 with λ > 0, codes of either sign, no attraction.
  public func variational(beta: Double) -> CodingProblem {
    precondition(
      penalty.kind == .l1 && lambda > 0 && !isNonnegative && attraction == 0,
      "no L1 of signed codes")
    precondition(Self.betas.contains(beta), "β is \(Self.betas), got \(beta)")
    var problem = self
    problem.beta = beta
    return problem
  }

  /// Means and variances.
  public struct GaussianCodes: Sendable {
    /// m, [N, K].
    public let means: Matrix
    /// σ², [N, K]; 0 of a DC unit.
    public let variances: Matrix
    public let exactness: SparseSolver.Exactness
  }

  /// The Gaussians of least energy for records of [N, D].
  /// - Precondition: it is variational.
  public func gaussianCodes(
    of x: Matrix, until rule: SparseSolver.StoppingRule = .init()
  ) -> GaussianCodes {
    let solution = SparseSolver.cd.solve(self, records: x, until: rule)
    return GaussianCodes(
      means: solution.code, variances: variances(of: solution.code), exactness: solution.exactness)
  }

  /// The best σ² of means, both [N, K], as near as Float32 holds it above 0; 0 of a DC unit.
  /// - Precondition: it is variational.
  public func variances(of means: Matrix) -> Matrix {
    let units = gaussianUnits
    var variances = Matrix(zeros: means.rows, columns: means.columns)
    for row in 0..<means.rows {
      for (unit, mean) in zip(units, means.row(row)).enumerated() {
        let deviation = mean.0.point(mean: Double(mean.1)).deviation
        variances[row, unit] = max(Float(deviation * deviation), .leastNonzeroMagnitude)
      }
    }
    return variances
  }

  /// Codes with the units that are not in use set to 0: of a variational problem, whose means are hardly ever 0,
  /// those less than two standard deviations from it, so that their sign is not known. Others as they are.
  /// - Parameter code: [N, K].
  public func unitsInUse(_ code: Matrix) -> Matrix {
    guard beta != nil else { return code }
    let least = gaussianUnits.map { Float($0.point(Self.ratioInUse).mean) }
    var left = code
    for row in 0..<code.rows {
      for (unit, bound) in least.enumerated() where abs(code[row, unit]) < bound {
        left[row, unit] = 0
      }
    }
    return left
  }

  private static let ratioInUse = 2.0

  /// Of the penalised units; none where it is not variational.
  var gaussianUnits: [GaussianUnit] {
    guard let beta else { return [] }
    return curvatures.map {
      GaussianUnit(curvature: Double($0), lambda: Double(lambda), temperature: 1 / beta)
    }
  }

  /// Σρ_k(m_k) of means, [K]: what is beside ½‖x − Dm‖².
  func variationalPenalty(_ means: ArraySlice<Float>, _ units: [GaussianUnit]) -> Double {
    zip(units, means).reduce(0) { $0 + $1.0.value($1.0.point(mean: Double($1.1))) }
  }

  /// Duality gap of each record's means, [N, penalised K], relative to its energy above that of a record of zeros.
  func variationalGaps(of means: Matrix, records x: Matrix) -> [Double] {
    let (units, projected) = (gaussianUnits, projected(x))
    return (0..<means.rows).map { row in
      let own = means.row(row).map(Double.init)
      return DualityGap(
        units, zip(units, own).map { $0.point(mean: $1) },
        VariationalResidual(self, projected.row(row).map(Double.init), own)
      ).relative
    }
  }
}

extension CodingProblem.DualityGap {
  /// That of Gaussians: with q = DᵀPr and the residual shrunk by s until s|q_k| ≤ λ it is
  /// ½(1 − s)²‖r‖² + Σ_k [ρ_k(m_k) + ρ_k*(s·q_k) − s·q_k m_k], ρ* the convex conjugate of ρ.
  ///
  /// The log of the variances depends on the unit that records are measured in, and the energy may be 0 or less. What the
  /// gap is relative to is the energy above that of a record of zeros, ½‖r‖² + Σ_k [ρ_k(m_k) − ρ_k(0)], which is not.
  /// An atom of zeros, or as good as, has a mean of 0, and no part in it.
  /// - Parameters: the penalised units, where they are, and what they leave of the record.
  init(_ units: [GaussianUnit], _ points: [GaussianUnit.Point], _ residual: VariationalResidual) {
    let seen = units.indices.filter { units[$0].curvature > 0 }
    let largest = seen.reduce(0) { max($0, abs(residual.correlation[$1])) }
    let lambda = units.first?.lambda ?? 0
    let scale = largest > lambda ? lambda / largest : 1
    var gap = 0.5 * (1 - scale) * (1 - scale) * residual.squaredNorm
    var value = 0.0
    for unit in seen {
      gap += units[unit].excess(points[unit], over: scale * residual.correlation[unit])
      value += units[unit].rise(points[unit])
    }
    self.init(
      gap: gap, reference: 0.5 * residual.squaredNorm + value,
      rise: value + 0.5 * (residual.squaredNorm - residual.squaredNormOfRecord))
  }
}
