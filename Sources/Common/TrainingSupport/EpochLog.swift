import ByteIO

/// The log of a training as it was left: a line of names, then a row an epoch.
struct EpochLog {
  private let bytes: [UInt8]

  /// - Throws: ``NotALog`` where the first line is not one of names.
  init(_ bytes: [UInt8]) throws {
    guard bytes.isEmpty || bytes.starts(with: Array("epoch\t".utf8)) else { throw NotALog() }
    self.bytes = bytes
  }

  /// The line of names.
  var header: String {
    String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  /// The bytes of the names and of the rows up to an epoch; a row without an end does not count.
  func length(through epoch: Int) -> Int {
    var length = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let isWhole = line.endIndex < bytes.endIndex
      let field = String(decoding: line.prefix { $0 != UInt8(ascii: "\t") }, as: UTF8.self)
      let isKept = length == 0 || Int(field).map { $0 <= epoch } ?? false
      guard isWhole, isKept else { break }
      length = line.endIndex + 1
    }
    return length
  }

  struct OtherLog: Problem {
    let expected: String
    let found: String
    var description: String {
      let (expected, found) = (
        expected.replacing("\t", with: " "), found.replacing("\t", with: " ")
      )
      return "the log of another training: expected the columns \(expected), found \(found)"
    }
  }

  struct NotALog: Problem {
    var description: String { "expected the log of a training, which begins with epoch" }
  }
}
