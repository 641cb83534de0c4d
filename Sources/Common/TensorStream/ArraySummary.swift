/// Range, mean, spread and density of an array's values, tile by tile. How the array was cut into
/// tiles does not change the result.
public struct ArraySummary: Equatable, Sendable {
  /// All values, NaN and infinities among them.
  public private(set) var count = 0
  public private(set) var nanCount = 0
  public private(set) var infinityCount = 0
  /// Smallest and largest finite value; nil where there is none.
  public private(set) var minimum: Float?
  public private(set) var maximum: Float?

  private var nonZeroCount = 0
  /// The first finite value, which sums are taken around, so that a large mean costs no digits.
  private var origin = 0.0
  private var sum = 0.0
  private var squares = 0.0

  public init() {}

  /// Adds the next values of the array.
  public mutating func add(_ values: [Float]) {
    for value in values {
      if value.isFinite {
        addFinite(value)
      } else if value.isNaN {
        nanCount += 1
      } else {
        infinityCount += 1
      }
      if value != 0 { nonZeroCount += 1 }
    }
    count += values.count
  }

  private mutating func addFinite(_ value: Float) {
    if let least = minimum, let most = maximum {
      minimum = Swift.min(least, value)
      maximum = Swift.max(most, value)
    } else {
      (minimum, maximum) = (value, value)
      origin = Double(value)
    }
    let difference = Double(value) - origin
    sum += difference
    squares += difference * difference
  }

  private var finiteCount: Int { count - nanCount - infinityCount }

  /// Mean of the finite values; nil where there is none.
  public var mean: Double? {
    finiteCount == 0 ? nil : origin + sum / Double(finiteCount)
  }

  /// Standard deviation of the finite values (divided by their number); nil where there is none.
  public var standardDeviation: Double? {
    if finiteCount == 0 { return nil }
    let mean = sum / Double(finiteCount)
    return Swift.max(0, squares / Double(finiteCount) - mean * mean).squareRoot()
  }

  /// Share of the values that are not zero (NaN is not); nil for an array of none.
  public var density: Double? { count == 0 ? nil : Double(nonZeroCount) / Double(count) }
}
