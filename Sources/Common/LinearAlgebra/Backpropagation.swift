import CKernels

/// Backwards through a nonlinearity f, from its outputs z alone, before the gain:
/// delta ← φ(z)·delta, and thresholdSums += Σ ψ(z)·delta over the records ascending, with the delta
/// that came in, one chain per unit (of fused multiply-adds, where the level has them).
///
/// | f | φ = ∂f/∂v | ψ = ∂f/∂θ |
/// |---|---|---|
/// | `relu` | [z > 0] | −[z > 0] |
/// | `shrink` | [z ≠ 0] | −sign z |
/// | `linear` | 1 | −1 |
/// | `tanh` | 1 − z² | −(1 − z²) |
/// | `smoothShrink` | 1 − (1 − e^−βθ)·e^−β\|z\| | sign(z)·(e^−β\|z\| − 1) |
///
/// No delta that leaves is −0. The slopes of `smoothShrink` are within 4 ulps, e^−βθ counting as 0
/// below e⁻⁸⁷; fused levels give the same bits.
/// - Parameters:
///   - delta: [n, K], finite: by z as it comes in, by v as it leaves.
///   - epilogue: of [K] units; its gain is not looked at.
///   - z: what the epilogue without its gain gave, [n, K].
///   - thresholdSums: [K].
///   - level: whose kernels run; nil is the one of the process.
public func backpropagate(
  _ delta: inout Matrix, through epilogue: Epilogue, outputs z: Matrix,
  thresholdSums: inout [Float], level: KernelLevel? = nil
) {
  let (rows, columns) = (z.rows, z.columns)
  precondition(
    delta.rows == rows && delta.columns == columns,
    "a gradient [\(delta.rows),\(delta.columns)] by outputs [\(rows),\(columns)]")
  precondition(thresholdSums.count == columns, "\(thresholdSums.count) sums for \(columns) columns")
  let kernels = level?.kernels ?? .current
  delta.elements.withUnsafeMutableBufferPointer { delta in
    thresholdSums.withUnsafeMutableBufferPointer { sums in
      z.elements.withUnsafeBufferPointer { z in
        epilogue.withCEpilogue(columns: columns) { epilogue in
          guard let delta = delta.baseAddress, let sums = sums.baseAddress, let z = z.baseAddress
          else { return }
          withUnsafePointer(to: epilogue) {
            kernels.backpropagate($0, z, rows, columns, delta, sums)
          }
        }
      }
    }
  }
}
