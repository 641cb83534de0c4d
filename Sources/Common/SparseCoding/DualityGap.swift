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
        (gap, reference) = (
          Double(max(sums.largest, sums.largestInUse)), Double(sums.largestAtZero)
        )
        return
      }
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

    init(
      code: ArraySlice<Float>, residualCorrelation: ArraySlice<Float>,
      correlation: ArraySlice<Float>, isNonnegative: Bool
    ) {
      let count = code.count
      code.withUnsafeBufferPointer { z in
        residualCorrelation.withUnsafeBufferPointer { q in
          correlation.withUnsafeBufferPointer { c in
            for unit in 0..<count {
              largest = max(largest, isNonnegative ? q[unit] : abs(q[unit]))
              largestAtZero = max(largestAtZero, isNonnegative ? c[unit] : abs(c[unit]))
              if z[unit] != 0 {
                correlationCode += Double(z[unit]) * Double(c[unit])
                residualCode += Double(z[unit]) * Double(q[unit])
                size += Double(abs(z[unit]))
                largestInUse = max(largestInUse, abs(q[unit]))
              }
            }
          }
        }
      }
    }
  }
}
