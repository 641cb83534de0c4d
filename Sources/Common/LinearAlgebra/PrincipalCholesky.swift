import CKernels

/// The Cholesky factor, M = LLᵀ, of some rows and columns M of a symmetric, positive definite matrix,
/// kept in Double while members come and go: O(n²) each. A solution is as good as rounding and the
/// condition of M allow, which ``PrincipalInverse``, quicker and in Float, cannot say.
public struct PrincipalCholesky: Sendable {
  /// A member whose pivot is not above this share of its diagonal element is taken for a combination
  /// of the others: products of Float are exact in Double, so that less than 1e-12 of it is rounding.
  private static let leastPivot = 1e-9

  /// The indices, in the order of rows and columns of M, [n].
  public private(set) var members: [Int] = []
  /// L, row i [i + 1].
  private var rows: [[Double]] = []

  /// Without members.
  public init() {}

  /// Adds a member, the last from now on.
  /// - Parameters:
  ///   - products: its elements beside those of the members, in their order, [n].
  ///   - diagonal: its own.
  /// - Returns: false, and nothing is changed, where it is a combination of the others.
  public mutating func append(_ index: Int, products: [Double], diagonal: Double) -> Bool {
    precondition(products.count == members.count, "\(products.count) for \(members.count)")
    var row = forward(products)
    let pivot = diagonal - sp_dot_double(row, row, row.count)
    guard pivot > Self.leastPivot * diagonal else { return false }
    row.append(pivot.squareRoot())
    rows.append(row)
    members.append(index)
    return true
  }

  /// Takes out the member at a position; those behind it move up by one.
  public mutating func remove(at position: Int) {
    members.remove(at: position)
    rows.remove(at: position)
    // Rows from there on have one element too many, which rotations of two columns at a time clear.
    for first in position..<rows.count {
      let (a, b) = (rows[first][first], rows[first][first + 1])
      let length = (a * a + b * b).squareRoot()
      let (cosine, sine) = (a / length, b / length)
      for i in first..<rows.count {
        let (left, right) = (rows[i][first], rows[i][first + 1])
        rows[i][first] = cosine * left + sine * right
        rows[i][first + 1] = cosine * right - sine * left
      }
      rows[first].removeLast()
    }
  }

  /// y = M⁻¹b, [n].
  public func solve(_ b: [Double]) -> [Double] {
    precondition(b.count == members.count, "\(b.count) values for \(members.count) members")
    var y = forward(b)
    for i in y.indices.reversed() {
      y[i] /= rows[i][i]
      sp_add_scaled_double(-y[i], rows[i], &y, i)
    }
    return y
  }

  /// L⁻¹b.
  private func forward(_ b: [Double]) -> [Double] {
    var y = b
    for i in y.indices { y[i] = (b[i] - sp_dot_double(rows[i], y, i)) / rows[i][i] }
    return y
  }
}
