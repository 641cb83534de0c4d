/// How often each unit of codes is active, that is not zero.
public struct UnitUse: Sendable {
  /// K.
  public let units: Int
  /// Of each unit, in how many records it was active; of those that came.
  private var counts: [Int] = []
  /// How many values came.
  private var valueCount = 0

  public init(units: Int) {
    precondition(units > 0, "codes of no units")
    self.units = units
  }

  /// Adds the next values of codes […,K], cut anywhere.
  public mutating func add(_ values: [Float]) {
    // No memory for units that a header only promises.
    counts += repeatElement(0, count: min(units, valueCount + values.count) - counts.count)
    var unit = valueCount % units
    for value in values {
      if value != 0 { counts[unit] += 1 }
      unit = unit + 1 == units ? 0 : unit + 1
    }
    valueCount += values.count
  }

  /// Whole codes that came.
  public var records: Int { valueCount / units }

  /// In how many records a unit was active.
  public func count(of unit: Int) -> Int { unit < counts.count ? counts[unit] : 0 }

  /// The units of a range that were never active, ascending.
  public func dead(in range: Range<Int>) -> [Int] { range.filter { count(of: $0) == 0 } }

  /// The share of records, 0…1, in which each unit of a range was active; nothing without records.
  public func shares(of range: Range<Int>) -> [Double] {
    records == 0 ? [] : range.map { Double(count(of: $0)) / Double(records) }
  }
}
