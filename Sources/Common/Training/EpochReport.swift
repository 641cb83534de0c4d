/// What a training says after every epoch: for the progress line, the log and the model's card.
public struct EpochReport: Sendable {
  public let epoch: Int
  public let epochs: Int
  /// Named figures in the order in which they are shown.
  public let figures: [(name: String, value: Double)]

  public init(epoch: Int, epochs: Int, figures: [(name: String, value: Double)]) {
    self.epoch = epoch
    self.epochs = epochs
    self.figures = figures
  }
}
