/// The values that a parameter of an algorithm may have; it stands beside the algorithm, and what refuses
/// others takes its words.
public struct Interval: Sendable, CustomStringConvertible {
  private let lower: Double
  private let upper: Double?
  private let includesLower: Bool
  private let includesUpper: Bool

  private init(_ lower: Double, _ upper: Double?, includesLower: Bool, includesUpper: Bool) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower
    self.includesUpper = includesUpper
  }

  /// (a, ∞).
  public static func above(_ a: Double) -> Interval {
    Interval(a, nil, includesLower: false, includesUpper: false)
  }

  /// (a, b].
  public static func above(_ a: Double, atMost b: Double) -> Interval {
    Interval(a, b, includesLower: false, includesUpper: true)
  }

  /// [a, ∞).
  public static func atLeast(_ a: Double) -> Interval {
    Interval(a, nil, includesLower: true, includesUpper: false)
  }

  /// [a, b).
  public static func atLeast(_ a: Double, below b: Double) -> Interval {
    Interval(a, b, includesLower: true, includesUpper: false)
  }

  /// (a, b).
  public static func between(_ a: Double, and b: Double) -> Interval {
    Interval(a, b, includesLower: false, includesUpper: false)
  }

  /// [a, b].
  public static func from(_ a: Double, to b: Double) -> Interval {
    Interval(a, b, includesLower: true, includesUpper: true)
  }

  /// Whether it has a value, which is never NaN or infinite.
  public func contains(_ value: Double) -> Bool {
    guard value.isFinite, includesLower ? value >= lower : value > lower else { return false }
    guard let upper else { return true }
    return includesUpper ? value <= upper : value < upper
  }

  /// Whether it has a value, which is never NaN or infinite.
  public func contains(_ value: Float) -> Bool { contains(Double(value)) }
  /// Whether it has a number.
  public func contains(_ value: Int) -> Bool { contains(Double(value)) }

  /// Follows “must be”.
  public var description: String {
    let low = Self.text(lower)
    guard let upper = upper.map(Self.text) else {
      return "\(includesLower ? "at least" : "above") \(low)"
    }
    return switch (includesLower, includesUpper) {
    case (true, true): "from \(low) to \(upper)"
    case (true, false): "at least \(low) and below \(upper)"
    case (false, true): "above \(low) and at most \(upper)"
    case (false, false): "between \(low) and \(upper)"
    }
  }

  private static func text(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
