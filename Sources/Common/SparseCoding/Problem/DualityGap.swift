extension CodingProblem {
  /// How far a code is from the optimum, at a cost of O(K) once q = DᵀP(x − Dz) is known.
  ///
  /// For λ > 0 it is the gap between the energy and the dual at the residual r = P(x − Dz), shrunk by
  /// s until it is feasible, s·R°(Dᵀr) ≤ λ (of L1: s·d_kᵀr ≤ λ, of either sign unless z ≥ 0): the energy
  /// of no code is lower by more. With λR(z) and qᵀz it is ½(1 − s)²‖r‖² + λR(z) − s·qᵀz, which does not
  /// cancel.
  ///
  /// For λ = 0 only a residual that nothing correlates with is feasible, and the gap says nothing
  /// until the very end. There it is the largest correlation that an optimum would not have, relative
  /// to that of the code of zeros.
  ///
  /// Of a penalty that is no norm it is the gap of the L1 problem with the thresholds of the code, zᵀ∂R/∂z in the place
  /// of R(z): 0 where no unit gains by moving.
  struct DualityGap {
    let gap: Double
    /// What the gap is relative to: the energy ½‖r‖² + λR(z), or the first correlation.
    let reference: Double
    /// The gap as a share of the energy.
    var relative: Double { gap == 0 ? 0 : gap / reference }
    /// Whether both are energies, as they are for λ > 0.
    private let isEnergy: Bool
    /// What rounding in Float leaves open of the gap: of a code with large values, and a small λ, all of
    /// it. q is off by about 2⁻²⁴ of the root of Σ G_kk z_k², and qᵀz by the root of that sum times that.
    let noise: Double
    /// How much the energy is above that of the code of zeros: λR(z) − ½(cᵀz + qᵀz), c = DᵀPx.
    let rise: Double

    /// - Parameters: λ, R, whether z ≥ 0 and the diagonal of G are the problem's; one record's z, q and
    ///   DᵀPx (each [penalised K]) and ‖Px‖²; what the last proximal step of the
    ///   record left, or what its code tells of that; a rule, where a gap that does not meet it need not be
    ///   exact, only not too large.
    init(
      _ problem: any ProximalProblem, code: ArraySlice<Float>,
      residualCorrelation: ArraySlice<Float>,
      correlation: ArraySlice<Float>, squaredNorm: Double, dual: [Double]? = nil,
      until rule: SparseSolver.StoppingRule? = nil
    ) {
      var sums = Sums(
        code: code, residualCorrelation: residualCorrelation, correlation: correlation,
        curvatures: problem.curvatures, isNonnegative: problem.isNonnegative)
      let lambda = Double(problem.lambda)
      if problem.penalty.kind != .l1 {
        let (penalty, isNonnegative) = (problem.penalty, problem.isNonnegative)
        let dual = dual ?? penalty.dual(of: code.map(Double.init)[...])
        (sums.value, sums.size) = penalty.measure(code, dual: dual)
        if let rule, lambda > 0,
          let least = penalty.leastDualNorm(
            of: residualCorrelation, isNonnegative: isNonnegative, near: lambda)
        {
          sums.largest = least
          self.init(sums, lambda: lambda, squaredNorm: squaredNorm)
          if !rule.isMet(by: self) { return }
        }
        sums.largest = penalty.dualNorm(
          of: residualCorrelation, isNonnegative: isNonnegative, near: lambda, dual: dual)
        if lambda == 0 {
          sums.largestAtZero = penalty.dualNorm(
            of: correlation, isNonnegative: isNonnegative, near: 0, dual: [])
        }
      }
      self.init(sums, lambda: lambda, squaredNorm: squaredNorm)
    }

    /// The same of L1 without the problem: λ, whether z ≥ 0, and the diagonal of G, [penalised K].
    init(
      lambda: Float, isNonnegative: Bool, curvatures: [Float], code: ArraySlice<Float>,
      residualCorrelation: ArraySlice<Float>, correlation: ArraySlice<Float>, squaredNorm: Double
    ) {
      let sums = Sums(
        code: code, residualCorrelation: residualCorrelation, correlation: correlation,
        curvatures: curvatures, isNonnegative: isNonnegative)
      self.init(sums, lambda: Double(lambda), squaredNorm: squaredNorm)
    }

    /// The same in Double.
    /// - Parameters:
    ///   - penalty: R.
    ///   - squaredSize: Σ G_kk z_k², where q was computed in Float.
    init(
      lambda: Double, _ penalty: any Penalty, isNonnegative: Bool, code: [Double],
      residualCorrelation: [Double], correlation: [Double], squaredNorm: Double,
      squaredSize: Double = 0, dual: [Double]? = nil
    ) {
      var sums = Sums()
      for unit in code.indices where code[unit] != 0 {
        let q = residualCorrelation[unit]
        sums.add(code[unit], q, correlation[unit], curvature: 0)
        sums.largestInUse = max(sums.largestInUse, abs(q))
      }
      sums.squaredSize = squaredSize
      let dual = dual ?? penalty.dual(of: code[...])
      (sums.value, sums.size) = penalty.measure(code[...], dual: dual)
      sums.largest = penalty.dualNorm(
        of: residualCorrelation[...], isNonnegative: isNonnegative, near: lambda, dual: dual)
      if lambda == 0 {
        sums.largestAtZero = penalty.dualNorm(
          of: correlation[...], isNonnegative: isNonnegative, near: 0, dual: [])
      }
      self.init(sums, lambda: lambda, squaredNorm: squaredNorm)
    }

    /// The same of L1 for λ > 0 where the units in use are listed.
    /// - Parameters: λ, the diagonal of G, units that are not zero and their values, [n]; q and DᵀPx,
    ///   each [penalised K]; the largest q (|q| unless z ≥ 0); ‖Px‖².
    init(
      lambda: Float, curvatures: [Float], support: [Int32], values: [Float],
      residualCorrelation: [Float],
      correlation: [Float], largest: Float, squaredNorm: Double
    ) {
      var sums = Sums()
      sums.largest = Double(largest)
      for (unit, value) in zip(support, values) {
        sums.add(
          Double(value), Double(residualCorrelation[Int(unit)]), Double(correlation[Int(unit)]),
          curvature: Double(curvatures[Int(unit)]))
      }
      self.init(sums, lambda: Double(lambda), squaredNorm: squaredNorm)
    }

    /// The gap of this code by the dual of another one of the same record, where that is the smaller one:
    /// next to a small λ, rounding a code moves the dual at its residual far more than its energy.
    func bounded(by other: DualityGap) -> DualityGap {
      guard isEnergy else { return self }
      return DualityGap(self, gap: min(gap, other.gap + max(0, rise - other.rise)))
    }

    /// One of energies, computed in Double.
    init(gap: Double, reference: Double, rise: Double) {
      (self.gap, self.reference, self.rise) = (gap, reference, rise)
      (noise, isEnergy) = (0, true)
    }

    private init(_ other: DualityGap, gap: Double) {
      self.gap = gap
      (reference, noise, rise) = (other.reference, other.noise, other.rise)
      isEnergy = other.isEnergy
    }

    private init(_ sums: Sums, lambda: Double, squaredNorm: Double) {
      let penalty = lambda * sums.value
      isEnergy = lambda > 0
      noise = lambda > 0 ? 0x1p-24 * sums.squaredSize : 0
      rise = penalty - 0.5 * (sums.correlationCode + sums.residualCode)
      guard lambda > 0 else {
        gap = max(sums.largest, sums.largestInUse)
        reference = sums.largestAtZero
        return
      }
      // ‖r‖² = ‖Px‖² − 2cᵀz + zᵀGz, and Gz = c − q.
      let squaredResidual = max(0, squaredNorm - sums.correlationCode - sums.residualCode)
      let scale = sums.largest > lambda ? lambda / sums.largest : 1
      let missing = (1 - scale) * (1 - scale) * squaredResidual
      gap = max(0, 0.5 * missing + lambda * sums.size - scale * sums.residualCode)
      reference = 0.5 * squaredResidual + penalty
    }
  }

  /// What a gap is made of.
  private struct Sums {
    /// cᵀz, qᵀz, R(z) and zᵀ∂R/∂z.
    var correlationCode = 0.0
    var residualCode = 0.0
    var value = 0.0
    var size = 0.0
    /// Σ G_kk z_k².
    var squaredSize = 0.0
    /// R°(q), of L1 the largest q (|q| unless z ≥ 0); |q| where z is not 0; R°(c).
    var largest = 0.0
    var largestInUse = 0.0
    var largestAtZero = 0.0

    init() {}

    init(
      code: ArraySlice<Float>, residualCorrelation: ArraySlice<Float>,
      correlation: ArraySlice<Float>, curvatures: [Float], isNonnegative: Bool
    ) {
      let (z, q, c) = (code.span, residualCorrelation.span, correlation.span)
      var (most, mostInUse, mostAtZero): (Float, Float, Float) = (0, 0, 0)
      for unit in z.indices {
        most = max(most, isNonnegative ? q[unit] : abs(q[unit]))
        mostAtZero = max(mostAtZero, isNonnegative ? c[unit] : abs(c[unit]))
        if z[unit] != 0 {
          add(
            Double(z[unit]), Double(q[unit]), Double(c[unit]), curvature: Double(curvatures[unit]))
          mostInUse = max(mostInUse, abs(q[unit]))
        }
      }
      (largest, largestInUse, largestAtZero) = (
        Double(most), Double(mostInUse), Double(mostAtZero)
      )
    }

    /// Adds a unit that is not zero.
    mutating func add(_ z: Double, _ q: Double, _ c: Double, curvature: Double) {
      correlationCode += z * c
      residualCode += z * q
      value += abs(z)
      size += abs(z)
      squaredSize += curvature * z * z
    }
  }
}
