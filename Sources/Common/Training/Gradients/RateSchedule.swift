import LinearAlgebra

/// How the rate of a training changes from its first step to its last.
public enum RateSchedule: Sendable, Equatable {
  case constant
  /// The full rate for this share of all steps, then half a cosine down to ``floor``.
  case cosine(after: Double)
  /// Divided by 1 + decay · records seen.
  case inverse(decay: Double)

  /// What is left of the rate at the end of a cosine.
  public static let floor = 0.01

  /// `constant`, `cosine`, `cosine:0.5`, `inverse:5e-7`; nil where it is none of these.
  public init?(notation: String) {
    let parts = notation.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let number = parts.count == 2 ? Double(parts[1]) : nil
    if parts.count == 2, number == nil { return nil }
    switch parts[0] {
    case "constant" where number == nil: self = .constant
    case "cosine" where (0..<1).contains(number ?? 0): self = .cosine(after: number ?? 0)
    case "inverse":
      guard let number, number >= 0, number.isFinite else { return nil }
      self = .inverse(decay: number)
    default: return nil
    }
  }

  public var notation: String {
    switch self {
    case .constant: "constant"
    case .cosine(let start): start == 0 ? "cosine" : "cosine:\(start)"
    case .inverse(let decay): "inverse:\(decay)"
    }
  }

  /// Whether the rate of a step depends on how many there are.
  public var dependsOnLength: Bool { if case .cosine = self { true } else { false } }

  /// What the rate is multiplied by.
  /// - Parameters:
  ///   - step: from 0.
  ///   - steps: of the whole training.
  ///   - records: seen before this step.
  func factor(step: Int, of steps: Int, records: Int) -> Double {
    switch self {
    case .constant: return 1
    case .cosine(let start):
      let progress = (Double(step) / Double(max(1, steps)) - start) / (1 - start)
      guard progress > 0 else { return 1 }
      let wave = LinearAlgebra.cosine(ofHalfTurns: min(1, progress))
      return Self.floor + (1 - Self.floor) * 0.5 * (1 + wave)
    case .inverse(let decay): return 1 / (1 + decay * Double(records))
    }
  }
}
