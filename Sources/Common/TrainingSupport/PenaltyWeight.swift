import ArgumentParser
import CommandLineSupport
import SparseCoding
import Training

/// λ as it is asked for: a number, or `norm:S`, a share of the norm of the records.
public enum PenaltyWeight: ExpressibleByArgument, Sendable {
  case absolute(Float)
  /// S times the root mean square norm, so that records of any size get a code of a like density; of pools
  /// K/R(1, …, 1) times that, as much for codes whose units are alike as of L1.
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
  /// - Parameters:
  ///   - share: what of a record a unit sees, 0…1.
  ///   - penalty: R of `units`.
  func value(
    for size: RecordSize, share part: Double = 1, hasDCUnit: Bool, _ penalty: any Penalty,
    units: Int
  ) -> Float {
    switch self {
    case .absolute(let value): return value
    case .ofNorm(let share):
      // Records near the end of Float32 would take λ beyond it.
      let ones = [Float](repeating: 1, count: units)
      let ofOnes = penalty.isConvex ? penalty.value(of: ones[...]) : Double(units)
      let share = Double(share) * Double(units) / ofOnes
      return min(
        Float(shortNumber(share * part.squareRoot() * size.norm(withoutMeans: hasDCUnit))) ?? 0,
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
