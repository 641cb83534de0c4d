import ArgumentParser
import CommandLineSupport
import SparseCoding
import Training

/// λ as it is asked for: a number, or `norm:S`, a share of the norm of the records.
public enum PenaltyWeight: ExpressibleByArgument, Sendable {
  case absolute(Float)
  /// S times the root mean square norm, so that records of any size get a code of a like density.
  case ofNorm(Float)

  public init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 1, let value = Float(argument) {
      self = .absolute(value)
    } else if parts.count == 2, parts[0] == "norm", let share = Float(parts[1]) {
      self = .ofNorm(share)
    } else {
      return nil
    }
  }

  private var number: Float {
    switch self {
    case .absolute(let value), .ofNorm(let value): value
    }
  }

  /// Refuses what is no weight.
  public func check() throws {
    let allowed = CodingProblem.lambdas
    try require(allowed.contains(number), "--lambda must be \(allowed), got \(text)")
  }

  /// λ for records of a size; three or four digits, so that it can be asked for again.
  func value(for size: RecordSize, hasDCUnit: Bool) -> Float {
    switch self {
    case .absolute(let value): value
    case .ofNorm(let share):
      // Records near the end of Float32 would take λ beyond it.
      min(
        Float(shortNumber(Double(share) * size.norm(withoutMeans: hasDCUnit))) ?? 0,
        .greatestFiniteMagnitude)
    }
  }

  public var text: String {
    switch self {
    case .absolute(let value): "\(value)"
    case .ofNorm(let share): "norm:\(share)"
    }
  }

  public var defaultValueDescription: String { text }
}
