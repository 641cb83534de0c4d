import CKernels

/// The nonlinearity of an encoder, with a threshold per unit.
public enum Pointwise: String, Sendable, CaseIterable {
  /// relu_b(v) = max(0, v − b).
  case relu
  /// shrink_θ(v) = sign(v)·max(0, |v| − θ).
  case shrink
  /// tanh_θ(v) = tanh(v − θ).
  case tanh
}

/// f applied to every element of `m` in place. What a threshold cuts off becomes +0, never −0; NaN
/// stays NaN. `tanh` of v − θ is within 4 ulps and the same on all fused levels.
/// - Parameters:
///   - thresholds: [columns].
///   - m: [n, columns].
public func applyPointwise(_ f: Pointwise, thresholds: [Float], to m: inout Matrix) {
  applyPointwise(f, thresholds: thresholds, to: &m, kernels: .current)
}

/// The same at a level of choice, for tests and benchmarks.
package func applyPointwise(
  _ f: Pointwise, thresholds: [Float], to m: inout Matrix, level: KernelLevel
) {
  applyPointwise(f, thresholds: thresholds, to: &m, kernels: level.kernels)
}

private func applyPointwise(
  _ f: Pointwise, thresholds: [Float], to m: inout Matrix, kernels: sp_kernels
) {
  let (rows, columns) = (m.rows, m.columns)
  precondition(
    thresholds.count == columns, "\(thresholds.count) thresholds for \(columns) columns")
  m.elements.withUnsafeMutableBufferPointer { m in
    thresholds.withUnsafeBufferPointer { thresholds in
      guard let m = m.baseAddress, let thresholds = thresholds.baseAddress else { return }
      switch f {
      case .relu: kernels.relu(m, rows, columns, thresholds)
      case .shrink: kernels.shrink(m, rows, columns, thresholds)
      case .tanh: kernels.tanh(m, rows, columns, thresholds)
      }
    }
  }
}
