import ModelFile

/// Something that learns from batches of records, epoch after epoch.
public protocol Learner {
  /// Learns from one batch.
  /// - Parameter records: numbers of records of the training set.
  mutating func learn(from records: [Int]) throws

  /// Ends an epoch and begins the next.
  /// - Parameters:
  ///   - isLast: whether no other epoch follows.
  ///   - judging: called as records held out are judged.
  /// - Returns: what the epoch added up to, in the order in which figures are shown; "validation" is the
  ///   one on held-out records, the smaller the better.
  mutating func endEpoch(
    isLast: Bool, judging: Judging
  ) throws -> [(name: String, value: Double)]

  /// "validation" as it is before the first batch, nil where no records are held out.
  func heldOutLoss(judging: Judging) throws -> Double?

  /// All that the rest of the training depends on, between any two batches.
  var state: TrainingState { get }

  /// Goes on from a state that a learner of the same options and data had.
  mutating func restore(_ state: TrainingState) throws
}

/// Takes how many of the records held out have been judged, and of how many.
public typealias Judging = (_ done: Int, _ total: Int) -> Void

extension Learner {
  public func heldOutLoss(judging: Judging) throws -> Double? { nil }
}

/// Tensors and numbers by name, from which a training goes on as if it had never stopped.
public struct TrainingState: Sendable, Equatable {
  public var tensors: [String: Tensor] = [:]
  /// Numbers as text, which gives a Double back to the bit.
  public var numbers: [String: String] = [:]

  public init() {}
}
