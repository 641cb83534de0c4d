/// What a training says after every epoch: for the progress line, the log and the model's card.
public struct EpochReport: Sendable {
  public let epoch: Int
  public let epochs: Int
  /// Whether it was an epoch before the others in which labels do not count; nil where there are none such.
  public let isUnsupervised: Bool?
  /// Named figures in the order in which they are shown.
  public let figures: [(name: String, value: Double)]

  public init(
    epoch: Int, epochs: Int, isUnsupervised: Bool? = nil,
    figures: [(name: String, value: Double)]
  ) {
    self.epoch = epoch
    self.epochs = epochs
    self.isUnsupervised = isUnsupervised
    self.figures = figures
  }
}

/// How far a training has come, within an epoch.
public struct EpochMoment: Sendable, Equatable {
  /// The one that goes on, from 1.
  public let epoch: Int
  public let epochs: Int
  /// See ``EpochReport/isUnsupervised``.
  public let isUnsupervised: Bool?
  /// Of its batches, above 0 and at most 1.
  public let share: Double
}
