import ByteIO
import CommandLineSupport
import SparseCoding
import TensorStream

/// What is said of how many bits codes take.
struct EntropyReport: Encodable {
  let bits: Double
  let levels: Int
  private(set) var lines: [String] = []

  private enum CodingKeys: String, CodingKey { case bits, levels }

  /// Nil without records.
  init?(_ tally: EntropyTally) {
    guard tally.records > 0 else { return nil }
    bits = tally.bits
    levels = tally.levelCount
    lines = [
      "  bits of a code  \(shortNumber(bits)), each unit by itself, \(levels) levels of all of them"
    ]
  }
}

/// Values that take more levels than rounded ones do.
struct TooManyLevels: Problem {
  var description: String {
    "has more than \(EntropyTally.levelLimit) levels, expected codes that were rounded"
  }
}
