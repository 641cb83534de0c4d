import LinearAlgebra

/// The linear decoder: `x̂ = D z`.
public struct Decoder: Sendable {
  /// D, [D, K]: one atom a column.
  public let weight: Matrix
  private let packed: PackedMatrix

  public init(weight: Matrix) {
    self.weight = weight
    packed = PackedMatrix(weight)
  }

  /// Reconstructions of codes.
  /// - Parameter z: codes, [N, K].
  /// - Returns: records, [N, D].
  public func callAsFunction(_ z: Matrix) -> Matrix { product(z, packed) }
}
