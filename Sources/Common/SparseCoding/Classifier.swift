import LinearAlgebra

/// The linear classifier: scores `C z + b`, one a class.
public struct Classifier: Sendable {
  /// C, [Y, K].
  public let weight: Matrix
  /// b, [Y].
  public let bias: [Float]
  private let packed: PackedMatrix

  public init(weight: Matrix, bias: [Float]) {
    precondition(bias.count == weight.rows, "one bias per class")
    self.weight = weight
    self.bias = bias
    packed = PackedMatrix(weight)
  }

  /// Y.
  public var classCount: Int { weight.rows }

  /// Scores (logits) of codes.
  /// - Parameter z: codes, [N, K].
  /// - Returns: [N, Y].
  public func callAsFunction(_ z: Matrix) -> Matrix { product(z, packed, start: .row(bias)) }

  /// The class of the highest score of each row of [N, Y]; the lowest class of equal ones.
  public static func labels(of scores: Matrix) -> [Int32] {
    (0..<scores.rows).map { row in
      let values = Array(scores.row(row))
      return Int32(
        values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
      )
    }
  }
}
