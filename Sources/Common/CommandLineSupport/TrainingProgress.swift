import ByteIO
import Training

/// Tells how a training goes: a line that is written over on a terminal, a line an epoch elsewhere,
/// and a row an epoch in the log.
public final class TrainingProgress {
  private let isQuiet: Bool
  private var log: ByteWriter?
  private let start = ContinuousClock.now
  /// Epochs of the training that were done before this program.
  private var earlierEpochs = 0
  private var hasHeader = false
  private var hasOpenLine = false

  /// - Parameters:
  ///   - logPath: the TSV to write, one row an epoch.
  ///   - goesOn: whether the log is left as it is until ``resume(after:)`` is called.
  public init(isQuiet: Bool, logPath: String?, goesOn: Bool = false) throws {
    self.isQuiet = isQuiet
    log = try logPath.map { try ByteWriter.log($0, keeping: goesOn ? .max : 0) }
  }

  /// Goes on after so many epochs: the rows of the log up to there stay, and those beyond go.
  public func resume(after epoch: Int) throws {
    earlierEpochs = epoch
    guard let path = log?.name, isRegularFile(path) else { return }
    let kept = try naming(path) {
      try EpochLog(try ByteReader(path: path).read(upTo: .max)).length(through: epoch)
    }
    log = try ByteWriter.log(path, keeping: kept)
    hasHeader = kept > 0
  }

  public func report(_ report: EpochReport) throws {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    try writeLog(report, seconds)
    guard !isQuiet else { return }
    let perEpoch = seconds / Double(report.epoch - earlierEpochs)
    let left = perEpoch * Double(report.epochs - report.epoch)
    let figures = report.figures.map { "\($0.name) \(shortNumber($0.value))" }
    var line =
      "\(Process.name): \(report.epoch)/\(report.epochs)  " + figures.joined(separator: "  ")
    guard Process.standardErrorIsTerminal else { return writeToStandardError(line + "\n") }
    line += "  \(fixed(left, decimals: 0)) s left"
    writeToStandardError("\r\(line)\u{1B}[K")
    hasOpenLine = true
  }

  /// One more line, unless asked to be quiet.
  public func say(_ message: String) {
    if !isQuiet { Process.say(message) }
  }

  public func finish() throws {
    endLine()
    try log?.finish()
  }

  /// A failure gets a line of its own.
  deinit { endLine() }

  private func endLine() {
    if hasOpenLine { writeToStandardError("\n") }
    hasOpenLine = false
  }

  private func writeLog(_ report: EpochReport, _ seconds: Double) throws {
    guard let log else { return }
    if !hasHeader {
      let names = ["epoch"] + report.figures.map(\.name) + ["seconds"]
      try log.write((names.joined(separator: "\t") + "\n").utf8)
      hasHeader = true
    }
    let values =
      ["\(report.epoch)"] + report.figures.map { "\($0.value)" } + [fixed(seconds, decimals: 3)]
    try log.write((values.joined(separator: "\t") + "\n").utf8)
    try log.sendAll()
  }
}
