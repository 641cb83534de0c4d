import LinearAlgebra
import SparseCoding

/// How large records are, and how much of that is brightness: what defaults follow from.
public struct RecordSize: Sendable {
  /// Records that are looked at, at most.
  private static let sampleLimit = 10_000
  /// Above this share of brightness pictures get a DC unit: windows of photographs have more, digits and
  /// garments on black have less.
  private static let brightShare = 2.0 / 3

  /// Mean ‖x‖².
  private let squared: Double
  /// Mean (Σx)²/D, what the means of the records have of it.
  private let brightness: Double
  /// Whether a record's mean is below 0.
  public let hasDark: Bool

  /// - Parameters:
  ///   - records: numbers of records of `data`; of many, some that lie evenly between the others.
  ///   - preprocessing: what the records lose before they are looked at.
  public init(
    of data: TrainingSet, _ records: [Int], _ preprocessing: Preprocessing
  ) throws {
    let count = min(records.count, Self.sampleLimit)
    var (squared, brightness, hasDark) = (0.0, 0.0, false)
    for first in stride(from: 0, to: count, by: RecordTile.rows) {
      let tile = (first..<min(first + RecordTile.rows, count)).map {
        records[$0 * records.count / count]
      }
      let x = preprocessing(try data.records(tile))
      for row in 0..<x.rows {
        let record = Array(x.row(row))
        let sum = record.reduce(0.0) { $0 + Double($1) }
        squared += dotInDouble(record, record)
        brightness += sum * sum / Double(record.count)
        if sum < 0 { hasDark = true }
      }
    }
    self.hasDark = hasDark
    self.squared = squared / Double(max(1, count))
    self.brightness = brightness / Double(max(1, count))
  }

  /// The share of brightness in ‖x‖², 0…1; 0 where all is zero.
  public var brightShare: Double { squared > 0 ? min(1, brightness / squared) : 0 }

  /// Whether a DC unit pays for pictures of this kind.
  public var isBright: Bool { brightShare > Self.brightShare }

  /// ½ mean ‖x‖², the energy of codes of zero.
  /// - Parameter withoutMeans: of records less their mean.
  public func energyOfZeros(withoutMeans: Bool) -> Double {
    0.5 * max(0, squared - (withoutMeans ? brightness : 0))
  }

  /// √(mean ‖x‖²), the root mean square norm.
  /// - Parameter withoutMeans: of records less their mean.
  public func norm(withoutMeans: Bool) -> Double {
    (2 * energyOfZeros(withoutMeans: withoutMeans)).squareRoot()
  }
}
