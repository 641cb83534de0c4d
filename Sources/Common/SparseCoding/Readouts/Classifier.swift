import LinearAlgebra

/// The linear classifier: scores `C z + b` or `C z/‖z‖₂`, one a class.
public struct Classifier: Sendable {
  /// What a record whose class nobody knows has in place of a label.
  public static let unlabelled: Int32 = -1
  /// Most classes.
  public static let classLimit = 1 << 15

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

  /// The `top` classes of the highest scores of each row of [N, Y], best first; the lowest of equal
  /// ones before the others. Where a score is NaN they are all ``unlabelled``: nothing is the highest.
  /// - Parameter top: from 1 to Y.
  /// - Returns: [N, top], row-major.
  public static func labels(of scores: Matrix, top: Int = 1) -> [Int32] {
    var labels: [Int32] = []
    labels.reserveCapacity(scores.rows * top)
    var best: [Int] = []
    for row in 0..<scores.rows {
      let values = Array(scores.row(row))
      guard !values.contains(where: \.isNaN) else {
        labels += repeatElement(unlabelled, count: top)
        continue
      }
      best.removeAll(keepingCapacity: true)
      for label in values.indices {
        // A class moves up only past lower scores, so that equal ones stay in order.
        var place = best.count
        while place > 0, values[best[place - 1]] < values[label] { place -= 1 }
        guard place < top else { continue }
        if best.count == top { best.removeLast() }
        best.insert(label, at: place)
      }
      for label in best { labels.append(Int32(label)) }
    }
    return labels
  }
}
