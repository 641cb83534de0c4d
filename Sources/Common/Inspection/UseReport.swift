import CommandLineSupport
import TensorStream

/// What is said of the units of codes: how often each is active on these data, and which never is.
struct UseReport: Encodable {
  /// Units without a DC unit.
  let count: Int
  let hasDCUnit: Bool
  let records: Int
  /// How many of them are active in a record, in the mean.
  let activeInRecord: Double
  /// Of the units' shares of records.
  let use: Quartiles
  /// The share of records, 0…1, in which each unit is active.
  let shares: [Double]
  let dead: [Int]
  private(set) var lines: [String] = []

  private enum CodingKeys: String, CodingKey {
    case count, hasDCUnit, records, activeInRecord, use, shares, dead
  }

  /// Most dead units that people want to read.
  private static let readableUnits = 20

  /// Nil where there is no whole record or no unit.
  init?(_ found: UnitUse, hasDCUnit: Bool) {
    let units = 0..<found.units - (hasDCUnit ? 1 : 0)
    shares = found.shares(of: units)
    guard let use = Quartiles(shares) else { return nil }
    count = units.count
    self.hasDCUnit = hasDCUnit
    records = found.records
    activeInRecord = shares.reduce(0, +)
    self.use = use
    dead = found.dead(in: units)
    let listed = dead.prefix(Self.readableUnits).map(String.init).joined(separator: " ")
    let more = dead.count > Self.readableUnits ? " …" : ""
    lines = [
      "  \(unitsText(count, hasDCUnit: hasDCUnit))  active in a record \(shortNumber(activeInRecord))",
      "  records in which a unit is active, %  " + use.line { fixed(100 * $0, decimals: 2) },
      "  dead units  \(dead.count)" + (dead.isEmpty ? "" : ": \(listed)\(more)"),
    ]
  }
}

/// How many units there are.
/// - Parameter count: without the DC unit.
func unitsText(_ count: Int, hasDCUnit: Bool) -> String {
  "\(count) \(count == 1 ? "unit" : "units")\(hasDCUnit ? " and a DC unit" : "")"
}
