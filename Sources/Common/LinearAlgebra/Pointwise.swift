import CKernels

/// The nonlinearity of an encoder, with a threshold per unit.
public enum Pointwise: String, Sendable, CaseIterable {
  /// relu_b(v) = max(0, v − b).
  case relu
  /// shrink_θ(v) = sign(v)·max(0, |v| − θ).
  case shrink
  /// tanh(v); thresholds are not looked at.
  case tanh
}

/// f applied to every element of `m` in place. What a threshold cuts off becomes +0, never −0; NaN
/// stays NaN. `tanh` is within 4 ulps and the same on all fused levels.
/// - Parameters:
///   - thresholds: [columns]; for `tanh` it may be empty.
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
    thresholds.count == columns || (f == .tanh && thresholds.isEmpty),
    "\(thresholds.count) thresholds for \(columns) columns")
  m.elements.withUnsafeMutableBufferPointer { m in
    thresholds.withUnsafeBufferPointer { thresholds in
      guard let m = m.baseAddress else { return }
      switch f {
      case .tanh: kernels.tanh(m, rows * columns)
      case .relu: thresholds.baseAddress.map { kernels.relu(m, rows, columns, $0) }
      case .shrink: thresholds.baseAddress.map { kernels.shrink(m, rows, columns, $0) }
      }
    }
  }
}
