import LinearAlgebra

/// How many bits values of codes take that are rounded to a few levels, each unit coded by itself as well as can be: the
/// entropy of what it was, added over units. Memory grows with the levels.
public struct EntropyTally: Sendable {
  /// Most levels of all units together: more are values that were not rounded.
  public static let levelLimit = 1 << 22

  /// How often each value was met, unit by unit.
  private var counts: [[Float: Int]]
  private var place = 0
  /// Levels of all units so far.
  public private(set) var levelCount = 0
  /// Whole codes that came.
  public private(set) var records = 0

  /// Nil of codes without units.
  /// - Parameter codeLength: K.
  public init?(codeLength: Int) {
    guard codeLength > 0 else { return nil }
    counts = [[Float: Int]](repeating: [:], count: codeLength)
  }

  /// Adds the next values of codes […,K], cut anywhere.
  public mutating func add(_ values: [Float]) {
    for value in values {
      // 0 and −0 are one level, and so is all that is NaN.
      let level = value.isNaN ? .infinity : value + 0
      if counts[place].updateValue((counts[place][level] ?? 0) + 1, forKey: level) == nil {
        levelCount += 1
      }
      place += 1
      if place == counts.count { (place, records) = (0, records + 1) }
    }
  }

  /// Σ over units of −Σ p log₂ p, p the share of records with a level; 0 without records.
  public var bits: Double {
    guard records > 0 else { return 0 }
    let ofTwo = naturalLogarithm(2)
    return counts.reduce(0) { sum, levels in
      // In an order of their own, for the same bits each time.
      sum
        + levels.values.sorted().reduce(0) { entropy, count in
          let share = Double(count) / Double(records)
          return entropy - share * naturalLogarithm(share) / ofTwo
        }
    }
  }
}
