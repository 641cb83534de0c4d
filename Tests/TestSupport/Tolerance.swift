/// Whether two arrays agree: same length, everything finite, no element further apart than
/// `tolerance` (absolute). Two empty arrays agree.
public func agree(_ a: [Float], _ b: [Float], within tolerance: Float) -> Bool {
  a.count == b.count
    && zip(a, b).allSatisfy { $0.isFinite && $1.isFinite && abs($0 - $1) <= tolerance }
}
