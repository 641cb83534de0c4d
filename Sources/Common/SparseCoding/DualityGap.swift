extension LassoProblem {
  /// How far a code is from the optimum, at a cost of O(K) once q = DᵀP(x − Dz) is known.
  ///
  /// For λ > 0 it is the gap between the energy and the dual at the residual r = P(x − Dz), shrunk by
  /// s until it is feasible, s·d_kᵀr ≤ λ (of either sign unless z ≥ 0): the energy of no code is lower
  /// by more. With λ‖z‖₁ and qᵀz it is ½(1 − s)²‖r‖² + λ‖z‖₁ − s·qᵀz, which does not cancel.
  ///
  /// For λ = 0 only a residual that nothing correlates with is feasible, and the gap says nothing
  /// until the very end. There it is the largest correlation that an optimum would not have, relative
  /// to that of the code of zeros.
  struct DualityGap {
    let gap: Double
    /// What the gap is relative to: the energy ½‖r‖² + λ‖z‖₁, or the first correlation.
    let reference: Double

    /// - Parameters: λ, whether z ≥ 0, and one record's z, q and DᵀPx (each [penalised K]) and ‖Px‖².
    init(
      lambda: Float, isNonnegative: Bool, code: ArraySlice<Float>,
      residualCorrelation: ArraySlice<Float>,
      correlation: ArraySlice<Float>, squaredNorm: Double
    ) {
      let sums = Sums(
        code: code, residualCorrelation: residualCorrelation, correlation: correlation,
        isNonnegative: isNonnegative)
      guard lambda > 0 else {
        self.init(
          gap: Double(max(sums.largest, sums.largestInUse)), reference: Double(sums.largestAtZero))
        return
      }
      self.init(sums, lambda: lambda, squaredNorm: squaredNorm)
    }

    /// The same for λ > 0 where the units in use are listed.
    /// - Parameters: λ, units that are not zero and their values, [n]; q and DᵀPx, each
    ///   [penalised K]; the largest q (|q| unless z ≥ 0); ‖Px‖².
    init(
      lambda: Float, support: [Int32], values: [Float], residualCorrelation: [Float],
      correlation: [Float], largest: Float, squaredNorm: Double
    ) {
      var sums = Sums()
      sums.largest = largest
      for (unit, value) in zip(support, values) {
        sums.add(value, residualCorrelation[Int(unit)], correlation[Int(unit)])
      }
      self.init(sums, lambda: lambda, squaredNorm: squaredNorm)
    }

    private init(gap: Double, reference: Double) {
      self.gap = gap
      self.reference = reference
    }

    private init(_ sums: Sums, lambda: Float, squaredNorm: Double) {
      // ‖r‖² = ‖Px‖² − 2cᵀz + zᵀGz, and Gz = c − q.
      let squaredResidual = max(0, squaredNorm - sums.correlationCode - sums.residualCode)
      let penalty = Double(lambda) * sums.size
      let scale = sums.largest > lambda ? Double(lambda) / Double(sums.largest) : 1
      let missing = (1 - scale) * (1 - scale) * squaredResidual
      gap = max(0, 0.5 * missing + penalty - scale * sums.residualCode)
      reference = 0.5 * squaredResidual + penalty
    }
  }

  /// What a gap is made of.
  private struct Sums {
    /// cᵀz, qᵀz and ‖z‖₁.
    var correlationCode = 0.0
    var residualCode = 0.0
    var size = 0.0
    /// The largest q (|q| unless z ≥ 0), |q| where z is not 0, and c (|c| unless z ≥ 0).
    var largest: Float = 0
    var largestInUse: Float = 0
    var largestAtZero: Float = 0

    init() {}

    init(
      code: ArraySlice<Float>, residualCorrelation: ArraySlice<Float>,
      correlation: ArraySlice<Float>, isNonnegative: Bool
    ) {
      let (z, q, c) = (code.span, residualCorrelation.span, correlation.span)
      for unit in z.indices {
        largest = max(largest, isNonnegative ? q[unit] : abs(q[unit]))
        largestAtZero = max(largestAtZero, isNonnegative ? c[unit] : abs(c[unit]))
        if z[unit] != 0 {
          add(z[unit], q[unit], c[unit])
          largestInUse = max(largestInUse, abs(q[unit]))
        }
      }
    }

    /// Adds a unit that is not zero.
    mutating func add(_ z: Float, _ q: Float, _ c: Float) {
      correlationCode += Double(z) * Double(c)
      residualCode += Double(z) * Double(q)
      size += Double(abs(z))
    }
  }
}
