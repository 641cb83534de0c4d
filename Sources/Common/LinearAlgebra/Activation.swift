import CKernels

/// The nonlinearity of an encoder, with a threshold per unit.
public enum Pointwise: String, Sendable, CaseIterable {
  /// relu_b(v) = max(0, v − b).
  case relu
  /// shrink_θ(v) = sign(v)·max(0, |v| − θ).
  case shrink
  /// tanh_θ(v) = tanh(v − θ).
  case tanh
  /// smoothShrink_θ(v) = sign(v)·(log(e^βθ + e^β|v| − 1)/β − θ), β the sharpness of the activation; it
  /// tends to ``shrink`` as β grows. A θ below 0 counts as 0, where it is the identity. Kavukcuoglu
  /// et al. 2010.
  case smoothShrink = "smooth-shrink"

  var function: sp_function {
    switch self {
    case .relu: SP_RELU
    case .shrink: SP_SHRINK
    case .tanh: SP_TANH
    case .smoothShrink: SP_SMOOTH_SHRINK
    }
  }
}

/// What becomes of the sums of a layer: gain · f(sum). What a threshold cuts off becomes +0, never −0;
/// NaN stays NaN. tanh is within 4 ulps. The smooth shrinkage is odd to the bit and within
/// 3 + 2β(θ − |v|)₊ ulps, to 0 below e⁻⁸⁷. Both are the same on all fused levels.
public struct Activation: Sendable {
  /// f.
  public let nonlinearity: Pointwise
  /// One a unit, [columns].
  public let thresholds: [Float]
  /// One a unit, [columns]; nil is 1.
  public let gain: [Float]?
  /// β of ``Pointwise/smoothShrink``, for all units; no other function looks at it.
  public let sharpness: Float

  /// β where nothing is said: for a threshold of 0.5 the slope at 0 is e⁻⁵.
  public static let defaultSharpness: Float = 10

  /// - Precondition: as many gains as thresholds, a sharpness above 0.
  public init(
    _ nonlinearity: Pointwise, thresholds: [Float], gain: [Float]? = nil,
    sharpness: Float = defaultSharpness
  ) {
    precondition(
      gain.map { $0.count == thresholds.count } ?? true,
      "\(gain?.count ?? 0) gains for \(thresholds.count) thresholds")
    precondition(sharpness > 0 && sharpness.isFinite, "a sharpness of \(sharpness)")
    self.nonlinearity = nonlinearity
    self.thresholds = thresholds
    self.gain = gain
    self.sharpness = sharpness
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
      withEnds(start: nil, stride: 0, columns: columns) {
        guard let m = m.baseAddress else { return }
        var ends = $0
        kernels.activate(m, rows, columns, &ends)
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
            gains: self.gain == nil ? nil : gain.baseAddress, sharpness: sharpness))
      }
    }
  }
}
