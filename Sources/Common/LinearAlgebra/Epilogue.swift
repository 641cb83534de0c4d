import CKernels

/// What becomes of the sums of a product, in the same pass: gain · f(sum), for the units of a layer.
///
/// What a threshold cuts off becomes +0, never −0; NaN stays NaN. tanh is within 4 ulps. The smooth
/// shrinkage is odd to the bit and within 3 + 2β(θ − |v|)₊ ulps, to 0 below e⁻⁸⁷. Both are the same on
/// all fused levels.
public struct Epilogue: Sendable {
  /// f.
  public let nonlinearity: Nonlinearity
  /// One a unit, [columns].
  public let thresholds: [Float]
  /// One a unit, [columns]; nil is 1.
  public let gain: [Float]?
  /// β of ``Nonlinearity/smoothShrink``, for all units; no other nonlinearity looks at it.
  public let sharpness: Float

  /// - Precondition: as many gains as thresholds, a sharpness above 0.
  public init(
    _ nonlinearity: Nonlinearity, thresholds: [Float], gain: [Float]? = nil,
    sharpness: Float = Nonlinearity.defaultSharpness
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

  /// That of some of the units.
  public func units(_ units: Range<Int>) -> Epilogue {
    if units == 0..<thresholds.count { return self }
    return Epilogue(
      nonlinearity, thresholds: Array(thresholds[units]), gain: gain.map { Array($0[units]) },
      sharpness: sharpness)
  }

  /// Puts gain · f(v) in the place of every element v of `m`.
  /// - Parameters:
  ///   - m: [n, columns].
  ///   - level: whose kernels run; nil is the one of the process.
  public func apply(to m: inout Matrix, level: KernelLevel? = nil) {
    let (rows, columns) = (m.rows, m.columns)
    let kernels = level?.kernels ?? .current
    m.elements.withUnsafeMutableBufferPointer { m in
      withCEpilogue(columns: columns) { epilogue in
        guard let m = m.baseAddress else { return }
        withUnsafePointer(to: epilogue) { kernels.apply($0, m, rows, columns) }
      }
    }
  }

  /// Calls `body` with what the kernels are told of it.
  func withCEpilogue<Result>(columns: Int, _ body: (sp_epilogue) -> Result) -> Result {
    precondition(
      thresholds.count == columns, "\(thresholds.count) thresholds for \(columns) columns")
    return thresholds.withUnsafeBufferPointer { thresholds in
      (gain ?? []).withUnsafeBufferPointer { gain in
        body(
          sp_epilogue(
            nonlinearity: nonlinearity.cNonlinearity, thresholds: thresholds.baseAddress,
            gains: self.gain == nil ? nil : gain.baseAddress, sharpness: sharpness))
      }
    }
  }
}

extension Epilogue? {
  /// Calls `body` with what the kernels are told of it; nil leaves the sums.
  func withCEpilogue<Result>(columns: Int, _ body: (sp_epilogue) -> Result) -> Result {
    self?.withCEpilogue(columns: columns, body) ?? body(.sums)
  }
}

extension sp_epilogue {
  /// The sums themselves.
  static var sums: sp_epilogue {
    sp_epilogue(nonlinearity: SP_IDENTITY, thresholds: nil, gains: nil, sharpness: 0)
  }
}
