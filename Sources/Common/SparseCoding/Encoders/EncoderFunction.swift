import LinearAlgebra

/// f of an encoder, with thresholds that are not part of it.
public enum EncoderFunction: Sendable {
  /// A function of each unit by itself, with its own threshold; β of `smoothShrink`, without effect
  /// elsewhere.
  case units(Nonlinearity, sharpness: Float = Nonlinearity.defaultSharpness)
  /// The proximal step of a penalty of pools, with a threshold for each pool.
  case pools(PoolShrinkage)

  /// Functions by name, as options and model files have them.
  public enum Name: String, Sendable, CaseIterable {
    case relu, shrink, tanh
    case smoothShrink = "smooth-shrink"
    case linear
    case proximal

    init(_ nonlinearity: Nonlinearity) {
      self =
        switch nonlinearity {
        case .relu: .relu
        case .shrink: .shrink
        case .tanh: .tanh
        case .smoothShrink: .smoothShrink
        case .linear: .linear
        }
    }

    /// The function of a unit by itself; nil where f is one of pools.
    public var nonlinearity: Nonlinearity? { Nonlinearity(rawValue: rawValue) }

    /// Whether it serves an encoder of ``Encoder/Form/coordinate``.
    public var hasCoordinateForm: Bool { nonlinearity?.hasCoordinateForm ?? false }
  }

  public var name: Name {
    switch self {
    case .units(let nonlinearity, _): Name(nonlinearity)
    case .pools: .proximal
    }
  }

  /// Whether no code of it is below 0, a DC unit's apart.
  public var isNonnegative: Bool {
    switch self {
    case .units(let nonlinearity, _): nonlinearity == .relu
    case .pools(let pools): pools.isNonnegative
    }
  }

  /// Whether a threshold below 0 would make it jump, or be without effect.
  public var isShrinkage: Bool { name == .shrink || name == .smoothShrink || name == .proximal }

  /// How many thresholds a step has.
  /// - Parameter units: K.
  public func thresholdCount(units: Int) -> Int {
    switch self {
    case .units: units
    case .pools(let pools): pools.poolCount
    }
  }

  /// A step's thresholds for a DC unit more, which nothing is cut off of.
  /// - Parameter thresholds: without it.
  func appendingDCUnit(to thresholds: [Float]) -> [Float] {
    if case .units = self { thresholds + [0] } else { thresholds }
  }

  /// A step's thresholds without those of the last unit.
  func droppingLastUnit(of thresholds: [Float]) -> [Float] {
    if case .units = self { thresholds.dropLast() } else { thresholds }
  }
}

extension Nonlinearity {
  /// Whether it serves an encoder of ``Encoder/Form/coordinate``: relu and shrink do.
  public var hasCoordinateForm: Bool { self == .relu || self == .shrink }
}

/// f of one step of an encoder with its thresholds, and a gain after it.
package enum EncoderStep: Sendable {
  case units(Epilogue)
  /// Thresholds, [P]; a factor for each unit, [K].
  case pools(PoolShrinkage, thresholds: [Float], gain: [Float]?)

  /// - Parameters:
  ///   - thresholds: one a unit or a pool, by the function.
  ///   - gain: [K]; nil is 1.
  package init(_ function: EncoderFunction, thresholds: [Float], gain: [Float]? = nil) {
    switch function {
    case .units(let nonlinearity, let sharpness):
      self = .units(
        Epilogue(nonlinearity, thresholds: thresholds, gain: gain, sharpness: sharpness))
    case .pools(let pools): self = .pools(pools, thresholds: thresholds, gain: gain)
    }
  }

  /// Puts gain · f(v) in the place of every row v of `sums`, [N, K].
  package func apply(to sums: inout Matrix) {
    switch self {
    case .units(let epilogue): epilogue.apply(to: &sums)
    case .pools(let pools, let thresholds, let gain):
      pools.apply(to: &sums, thresholds: thresholds)
      if let gain { sums.scaleColumns(by: gain) }
    }
  }

  /// gain · f(start + x·Wᵀ), [N, K].
  /// - Parameters:
  ///   - x: [N, inner].
  ///   - weights: W, [K, inner].
  package func callAsFunction(
    _ x: Matrix, _ weights: PackedMatrix, start: ProductStart = .zero
  ) -> Matrix {
    applied { product(x, weights, start: start, epilogue: $0) }
  }

  /// gain · f of sums, in the same pass where it is one of each unit by itself.
  /// - Parameter sums: gives those of all units, [N, K], after an epilogue.
  package func applied(to sums: (Epilogue?) -> Matrix) -> Matrix {
    if case .units(let epilogue) = self { return sums(epilogue) }
    var code = sums(nil)
    apply(to: &code)
    return code
  }
}
