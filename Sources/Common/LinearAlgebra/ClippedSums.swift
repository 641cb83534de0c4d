import CKernels

/// Row sums of a symmetric matrix whose elements are shifted, v_ij = a_ij + u_i + u_j, and cut to what is from 0 to a
/// bound; in Double, the same bits on every level.
public struct ClippedSums: Sendable {
  /// Σ_j min(bound, max(0, v_ij)), [n].
  public private(set) var sums: [Double]
  /// How many v_ij of a row are between 0 and the bound, [n].
  public private(set) var counts: [Double]

  /// - Parameters:
  ///   - a: [n, n], symmetric; -∞ counts as 0.
  ///   - shifts: u, [n].
  public init(of a: [Double], shiftedBy shifts: [Double], bound: Double) {
    let n = shifts.count
    precondition(a.count == n * n, "\(a.count) elements of \(n) rows")
    sums = [Double](repeating: 0, count: n)
    counts = sums
    a.withUnsafeBufferPointer { a in
      guard let a = a.baseAddress else { return }
      // The sums of columns, which are those of rows, need no order but that of the rows.
      for row in 0..<n {
        sp_add_clipped_double(a + row * n, shifts[row], shifts, bound, &sums, &counts, n)
      }
    }
  }
}
