import CKernels

/// The nonlinearity of an encoder, with a threshold per unit.
public enum Pointwise: String, Sendable, CaseIterable {
  /// relu_b(v) = max(0, v − b).
  case relu
  /// shrink_θ(v) = sign(v)·max(0, |v| − θ).
  case shrink
  /// tanh_θ(v) = tanh(v − θ).
  case tanh

  var function: sp_function {
    switch self {
    case .relu: SP_RELU
    case .shrink: SP_SHRINK
    case .tanh: SP_TANH
    }
  }
}

/// What becomes of the sums of a layer: gain · f(sum). What a threshold cuts off becomes +0, never −0;
/// NaN stays NaN. tanh is within 4 ulps and the same on all fused levels.
public struct Activation: Sendable {
  /// f.
  public let nonlinearity: Pointwise
  /// One a unit, [columns].
  public let thresholds: [Float]
  /// One a unit, [columns]; nil is 1.
  public let gain: [Float]?

  /// - Precondition: as many gains as thresholds.
  public init(_ nonlinearity: Pointwise, thresholds: [Float], gain: [Float]? = nil) {
    precondition(
      gain.map { $0.count == thresholds.count } ?? true,
      "\(gain?.count ?? 0) gains for \(thresholds.count) thresholds")
    self.nonlinearity = nonlinearity
    self.thresholds = thresholds
    self.gain = gain
  }

  /// The activation of every element of `m` in place.
  /// - Parameter m: [n, columns].
  public func apply(to m: inout Matrix) { apply(to: &m, kernels: .current) }

  /// The same at a level of choice, for tests and benchmarks.
  package func apply(to m: inout Matrix, level: KernelLevel) {
    apply(to: &m, kernels: level.kernels)
  }

  private func apply(to m: inout Matrix, kernels: sp_kernels) {
    let (rows, columns) = (m.rows, m.columns)
    m.elements.withUnsafeMutableBufferPointer { m in
      withEnds(start: nil, stride: 0, columns: columns) { ends in
        guard let m = m.baseAddress else { return }
        kernels.activate(m, rows, columns, ends.function, ends.thresholds, ends.gains)
      }
    }
  }

  /// Calls `body` with what the kernels are told of these ends.
  func withEnds<Result>(
    start: UnsafePointer<Float>?, stride: Int, columns: Int, _ body: (sp_ends) -> Result
  ) -> Result {
    precondition(
      thresholds.count == columns, "\(thresholds.count) thresholds for \(columns) columns")
    return thresholds.withUnsafeBufferPointer { thresholds in
      (gain ?? []).withUnsafeBufferPointer { gain in
        body(
          sp_ends(
            start: start, start_stride: stride, function: nonlinearity.function,
            thresholds: thresholds.baseAddress,
            gains: self.gain == nil ? nil : gain.baseAddress))
      }
    }
  }
}
