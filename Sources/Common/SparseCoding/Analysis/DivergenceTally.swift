/// How far codes with noise are from standard normal ones, unit by unit, in the mean of records: bounded memory, whatever
/// their number.
public struct DivergenceTally: Sendable {
  /// Nats of a record from which on a unit counts as active.
  public static let least = 0.01

  private let codeLength: Int
  /// Of each unit that is looked at.
  private var sums: [Double]
  private var place = 0
  /// Whole codes that came.
  public private(set) var records = 0

  /// - Parameter codeLength: as many units or more, those that are not looked at last.
  public init(unitCount: Int, codeLength: Int) {
    precondition(unitCount <= codeLength && codeLength > 0, "\(unitCount) units of \(codeLength)")
    self.codeLength = codeLength
    sums = [Double](repeating: 0, count: unitCount)
  }

  /// Adds the next values of codes and variances […,codeLength], cut anywhere.
  /// - Returns: the record and the unit of a variance that is not positive, where there is one.
  public mutating func add(
    _ means: [Float], variances: [Float]
  ) -> (record: Int, unit: Int, variance: Float)? {
    precondition(means.count == variances.count, "\(variances.count) variances of \(means.count)")
    for (mean, variance) in zip(means, variances) {
      if place < sums.count {
        guard variance > 0 else { return (records, place, variance) }
        sums[place] += divergence(mean: Double(mean), variance: Double(variance))
      }
      place += 1
      if place == codeLength { (place, records) = (0, records + 1) }
    }
    return nil
  }

  /// Nats of a record, of each unit; nothing without records.
  public var divergences: [Double] { records == 0 ? [] : sums.map { $0 / Double(records) } }
}
