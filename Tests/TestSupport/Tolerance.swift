/// Whether two arrays agree: same length, everything finite, no element further apart than
/// `tolerance` (absolute). Two empty arrays agree.
public func agree(_ a: [Float], _ b: [Float], within tolerance: Float) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { $0.isFinite && $1.isFinite && abs($0 - $1) <= tolerance }
}

/// Whether two arrays have the same length and the same bits, the sign of zero included. NaN agrees
/// with NaN of any payload.
public func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}

/// How many Floats lie between `value` and `expected`, in units of the last place of `expected`;
/// infinite where either is not finite.
public func ulps(_ value: Float, from expected: Double) -> Double {
  guard value.isFinite, expected.isFinite else { return .infinity }
  let unit = max(Float(expected).ulp, Float.leastNonzeroMagnitude)
  return abs(Double(value) - expected) / Double(unit)
}
