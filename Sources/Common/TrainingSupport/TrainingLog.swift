import ByteIO
import Training

/// The log of a training that goes on: tab-separated values, a line of names, then a row an epoch.
struct TrainingLog {
  private var writer: ByteWriter
  /// The names in the log, once there are any.
  private var header: String?

  /// - Parameter path: what is in it stays until the first row.
  init(_ path: String) throws {
    writer = try ByteWriter.log(path, keeping: .max)
  }

  /// Goes on after so many epochs: the rows up to there stay, and those beyond go.
  mutating func resume(after epoch: Int) throws {
    let path = writer.name
    guard isRegularFile(path) else { return }
    let old = try naming(path) { try EpochLog(try ByteReader(path: path).read(upTo: .max)) }
    let kept = old.length(through: epoch)
    writer = try ByteWriter.log(path, keeping: kept)
    header = kept > 0 ? old.header : nil
  }

  mutating func write(_ row: [(name: String, value: String)]) throws {
    let names = row.map(\.name).joined(separator: "\t")
    if let header, header != names {
      throw FileProblem(
        file: writer.name, problem: EpochLog.OtherLog(expected: names, found: header))
    }
    if header == nil {
      writer = try ByteWriter.log(writer.name)
      try writer.write((names + "\n").utf8)
      header = names
    }
    try writer.write((row.map(\.value).joined(separator: "\t") + "\n").utf8)
    try writer.sendAll()
  }

  func finish() throws { try writer.finish() }
}
