import LinearAlgebra

/// The linear classifier: scores `C z + b` or `C z/‖z‖₂`, one a class.
public struct Classifier: Sendable {
  /// What scores are linear in.
  public enum Input: String, Sendable, CaseIterable {
    /// The features as they are.
    case plain
    /// The features divided by their ℓ2 norm, features of zeros as they are (Rolfe & LeCun 2013).
    case normalized
  }

  /// C, [Y, K].
  public let weight: Matrix
  /// b, [Y]; nil where there is none.
  public let bias: [Float]?
  public let input: Input
  private let packed: PackedMatrix

  public init(weight: Matrix, bias: [Float]? = nil, input: Input = .plain) {
    precondition(bias.map { $0.count == weight.rows } ?? true, "one bias per class")
    self.weight = weight
    self.bias = bias
    self.input = input
    packed = PackedMatrix(weight)
  }

  /// Y.
  public var classCount: Int { weight.rows }

  /// Scores (logits) of codes.
  /// - Parameter z: codes, [N, K].
  /// - Returns: [N, Y].
  public func callAsFunction(_ z: Matrix) -> Matrix {
    var z = z
    if input == .normalized { z.normalizeRows() }
    return product(z, packed, start: bias.map { .row($0) } ?? .zero)
  }

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
