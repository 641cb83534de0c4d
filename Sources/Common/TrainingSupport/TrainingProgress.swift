import ByteIO
import CommandLineSupport
import Training

/// Tells how a training goes: a line that is written over on a terminal, a line an epoch elsewhere,
/// and a row an epoch in the log.
public final class TrainingProgress {
  private let isQuiet: Bool
  private var log: ByteWriter?
  private let start = ContinuousClock.now
  /// Epochs of the training that were done before this program.
  private var earlierEpochs = 0
  /// The names in the log, once there are any.
  private var header: String?
  private var hasOpenLine = false

  /// - Parameter logPath: the TSV to write, one row an epoch; what is in it stays until the first.
  public init(isQuiet: Bool, logPath: String?) throws {
    self.isQuiet = isQuiet
    log = try logPath.map { try ByteWriter.log($0, keeping: .max) }
  }

  /// Goes on after so many epochs: the rows of the log up to there stay, and those beyond go.
  public func resume(after epoch: Int) throws {
    earlierEpochs = epoch
    guard let path = log?.name, isRegularFile(path) else { return }
    let old = try naming(path) { try EpochLog(try ByteReader(path: path).read(upTo: .max)) }
    let kept = old.length(through: epoch)
    log = try ByteWriter.log(path, keeping: kept)
    header = kept > 0 ? old.header : nil
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
    guard let path = log?.name else { return }
    let names = (["epoch"] + report.figures.map(\.name) + ["seconds"]).joined(separator: "\t")
    if let header, header != names {
      throw FileProblem(file: path, problem: EpochLog.OtherLog(expected: names, found: header))
    }
    if header == nil {
      log = try ByteWriter.log(path)
      try log?.write((names + "\n").utf8)
      header = names
    }
    let values =
      ["\(report.epoch)"] + report.figures.map { "\($0.value)" } + [fixed(seconds, decimals: 3)]
    try log?.write((values.joined(separator: "\t") + "\n").utf8)
    try log?.sendAll()
  }
}
