import LinearAlgebra

/// Σ|z_k|.
public struct L1Penalty: Penalty {
  public init() {}

  public var kind: PenaltyKind { .l1 }
  public var pools: PoolLayout? { nil }
  public var poolTree: PoolTree? { nil }
  public var isSeparable: Bool { true }
  public var dualLength: Int { 0 }

  public func dual(of code: ArraySlice<Double>) -> [Double] { [] }

  public func value(of code: ArraySlice<Float>) -> Double { size(of: code) }
  public func value(of code: ArraySlice<Double>) -> Double { size(of: code) }

  private func size<Real: BinaryFloatingPoint>(of code: ArraySlice<Real>) -> Double {
    code.reduce(0) { $0 + Double(abs($1)) }
  }

  public func value(of z: Matrix) -> Double { z.sumOfSizes }

  public func addGradient(
    of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix
  ) -> Double {
    gradient.addSigns(of: z, scaledBy: scale)
    return value(of: z)
  }

  public func shrink(
    _ codes: inout MutableSpan<Float>, at units: Range<Int>, by threshold: Float,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    softThreshold(&codes, units, threshold, isNonnegative)
  }

  public func shrink(
    _ codes: inout MutableSpan<Double>, at units: Range<Int>, by threshold: Double,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    softThreshold(&codes, units, threshold, isNonnegative)
  }

  private func softThreshold<Real: BinaryFloatingPoint>(
    _ codes: inout MutableSpan<Real>, _ units: Range<Int>, _ threshold: Real,
    _ isNonnegative: Bool
  ) {
    let least: Real = isNonnegative ? 0 : -.infinity
    for unit in units {
      let u = codes[unit]
      codes[unit] = max(u - threshold, 0) + max(least, min(u + threshold, 0))
    }
  }

  public func shares(unitCount: Int) -> [Float] { [Float](repeating: 1, count: unitCount) }

  public func dualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    largest(correlation, isNonnegative)
  }

  public func dualNorm(
    of correlation: ArraySlice<Double>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    largest(correlation, isNonnegative)
  }

  private func largest<Real: BinaryFloatingPoint>(
    _ correlation: ArraySlice<Real>, _ isNonnegative: Bool
  ) -> Double {
    Double(correlation.reduce(0) { max($0, isNonnegative ? $1 : abs($1)) })
  }
}

extension Penalty where Self == L1Penalty {
  /// Σ|z_k|.
  public static var l1: L1Penalty { L1Penalty() }
}
