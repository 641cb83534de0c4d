import CommandLineSupport
import Training

/// How many records a second a training reads, and how many it computes with: the first over the time
/// that reading takes, the second over the rest.
struct RecordRates {
  let read: Double
  let computed: Double

  /// - Parameters:
  ///   - reading: records read, and the time that took.
  ///   - time: of all.
  init(_ reading: TrainingSet.Reading, in time: Duration) {
    let least = Duration.nanoseconds(1)
    read = Double(reading.count) / (max(least, reading.time) / .seconds(1))
    computed = Double(reading.count) / (max(least, time - reading.time) / .seconds(1))
  }

  /// For the line of progress; nothing where no record was read.
  var parts: [String] {
    read == 0 ? [] : ["read \(Self.short(read))/s", "computed \(Self.short(computed))/s"]
  }

  /// Three digits or more, in thousands or millions where there are many.
  static func short(_ rate: Double) -> String {
    if rate < 1e4 { return shortNumber(rate >= 100 ? rate.rounded() : rate) }
    if rate < 1e7 { return "\(fixed(rate / 1e3, decimals: 0))k" }
    return "\(fixed(rate / 1e6, decimals: 0))M"
  }
}
