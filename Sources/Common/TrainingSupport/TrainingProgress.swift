import ByteIO
import CommandLineSupport
import Training

/// Tells how a training goes: lines that are written over on a terminal, elsewhere a line an epoch and
/// one a minute within long ones, and a row an epoch in the log.
public final class TrainingProgress {
  /// How often lines are written.
  public enum Pace: Sendable {
    /// After every epoch.
    case everyEpoch
    /// Where epochs are many and short: now and then, and after the last.
    case seldom
  }

  /// Between two changes on a terminal.
  private static let blink = Duration.milliseconds(250)
  /// Between two lines elsewhere, where no epoch ends.
  private static let pause = Duration.seconds(60)

  private let isQuiet: Bool
  private let pace: Pace
  private var log: TrainingLog?
  private let start = ContinuousClock.now
  private var block = TerminalBlock()
  /// When a line was last written.
  private var told = ContinuousClock.now
  /// What the terminal, or a line at the end, does not show yet.
  private var untold: [String]?
  /// Epochs, and the share of one, that were done before ``begin(_:at:)``.
  private var earlier = 0.0
  private var begun = ContinuousClock.now
  private var data: TrainingSet?
  /// The end of the last epoch, and what had been read then.
  private var epochStart = ContinuousClock.now
  private var readBefore = TrainingSet.Reading()
  /// Of the last epoch.
  private var figures: [String] = []

  /// - Parameter logPath: the TSV to write, one row an epoch; what is in it stays until the first.
  public init(isQuiet: Bool, logPath: String?, pace: Pace = .everyEpoch) throws {
    self.isQuiet = isQuiet
    self.pace = pace
    log = try logPath.map { try TrainingLog($0) }
  }

  /// Goes on after so many epochs: the rows of the log up to there stay, and those beyond go.
  public func resume(after epoch: Int) throws { try log?.resume(after: epoch) }

  /// Begins to measure.
  /// - Parameter position: epochs, and the share of one, that are done.
  public func begin(_ data: TrainingSet, at position: Double = 0) {
    self.data = data
    earlier = position
    begun = .now
    beginEpoch()
  }

  private func beginEpoch() {
    epochStart = .now
    readBefore = data?.reading ?? TrainingSet.Reading()
  }

  // MARK: What is told

  /// After an epoch.
  public func report(_ report: EpochReport) throws {
    let now = ContinuousClock.now
    let rates = data.map { RecordRates($0.reading - readBefore, in: now - epochStart) }
    try writeLog(report, rates, seconds: (now - start) / .seconds(1))
    beginEpoch()
    figures = report.figures.map { "\($0.name) \(shortNumber($0.value))" }
    let parts =
      ["\(Process.name): \(report.epoch)/\(report.epochs)"] + mark(report.isUnsupervised) + figures
      + (rates?.parts ?? [])
    tell(
      parts, timeLeft(at: Double(report.epoch), of: report.epochs),
      isDue: pace == .everyEpoch)
  }

  /// Within an epoch: how far it has come, and the figures of the one before.
  public func report(_ moment: EpochMoment) {
    let now = ContinuousClock.now
    guard isDue(now) else { return }
    let rates = data.map { RecordRates($0.reading - readBefore, in: now - epochStart) }
    let position = Double(moment.epoch - 1) + moment.share
    tell(
      ["\(Process.name): \(moment.epoch)/\(moment.epochs)", percent(moment.share)]
        + mark(moment.isUnsupervised) + figures + (rates?.parts ?? []),
      timeLeft(at: position, of: moment.epochs))
  }

  /// At the end of an epoch: how many of the records held out have been judged.
  public func reportJudged(_ count: Int, of total: Int) {
    guard isDue(.now) else { return }
    let share = percent(Double(count) / Double(total))
    tell(["\(Process.name): judging records held out", share] + figures, nil)
  }

  /// Work before the first epoch, on records.
  /// - Parameters:
  ///   - name: what is done, as in `reading`.
  ///   - count: records that are done.
  ///   - total: of so many, where that is known.
  ///   - began: when the work did.
  public func report(
    _ name: String, _ count: Int, of total: Int? = nil, since began: ContinuousClock.Instant
  ) {
    let now = ContinuousClock.now
    guard isDue(now), count > 0 else { return }
    let seconds = max(1e-9, (now - began) / .seconds(1))
    let rate = Double(count) / seconds
    let done = total.map { ["\(count)/\($0) records", percent(Double(count) / Double($0))] }
    tell(
      ["\(Process.name): \(name)"] + (done ?? ["\(count) records"])
        + ["\(RecordRates.short(rate))/s"],
      total.map { Double($0 - count) / rate })
  }

  /// One more line, unless asked to be quiet.
  public func say(_ message: String) {
    guard !isQuiet else { return }
    block.clear()
    untold = nil
    Process.say(message)
  }

  public func finish() throws {
    endLines()
    try log?.finish()
  }

  /// A failure gets a line of its own.
  deinit { endLines() }

  // MARK: Lines

  private func percent(_ share: Double) -> String { "\(fixed(100 * share, decimals: 0)) %" }

  private func mark(_ isUnsupervised: Bool?) -> [String] {
    isUnsupervised == true ? ["unsupervised"] : []
  }

  /// Seconds, as the epochs so far went.
  private func timeLeft(at position: Double, of epochs: Int) -> Double? {
    guard position > earlier else { return nil }
    let seconds = (ContinuousClock.now - begun) / .seconds(1)
    return seconds / (position - earlier) * (Double(epochs) - position)
  }

  private func isDue(_ now: ContinuousClock.Instant) -> Bool {
    guard !isQuiet else { return false }
    guard Process.standardErrorIsTerminal else { return now - told >= Self.pause }
    return block.isEmpty || now - told >= Self.blink
  }

  /// - Parameter isDue: whether it is time for a line elsewhere than on a terminal.
  private func tell(_ parts: [String], _ secondsLeft: Double?, isDue: Bool = false) {
    guard !isQuiet else { return }
    let now = ContinuousClock.now
    let isTerminal = Process.standardErrorIsTerminal
    let left = secondsLeft.map { ["\(fixed($0, decimals: 0)) s left"] } ?? []
    untold = parts + (isTerminal ? left : [])
    guard isDue && !isTerminal || self.isDue(now) else { return }
    told = now
    showUntold()
  }

  private func showUntold() {
    guard let parts = untold else { return }
    untold = nil
    if Process.standardErrorIsTerminal {
      block.show(parts)
    } else {
      writeToStandardError(parts.joined(separator: "  ") + "\n")
    }
  }

  private func endLines() {
    showUntold()
    block.end()
  }

  private func writeLog(_ report: EpochReport, _ rates: RecordRates?, seconds: Double) throws {
    let marks = report.isUnsupervised.map { [("unsupervised", $0 ? "1" : "0")] } ?? []
    let speed =
      rates.map {
        [("read", fixed($0.read, decimals: 1)), ("computed", fixed($0.computed, decimals: 1))]
      } ?? []
    try log?.write(
      [("epoch", "\(report.epoch)")] + report.figures.map { ($0.name, "\($0.value)") }
        + marks + speed + [("seconds", fixed(seconds, decimals: 3))])
  }
}
