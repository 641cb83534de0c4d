import LinearAlgebra

/// What the records of a training set are to become, where an objective asks for it.
public enum Targets {
  case none
  /// A code for each record.
  case codes(CodeTargets)
  /// A class for each record, −1 where it is not known.
  case labels([Int32])

  /// Those of some records.
  func callAsFunction(_ records: [Int], on threads: Threads) throws -> Target {
    switch self {
    case .none: .none
    case .codes(let codes): .codes(try codes.codes(records, on: threads))
    case .labels(let labels): .labels(records.map { labels[$0] })
    }
  }
}

/// What some records are to become.
public enum Target: Sendable {
  case none
  /// [N, K].
  case codes(Matrix)
  /// [N], −1 where the class is not known.
  case labels([Int32])

  func rows(_ range: Range<Int>) -> Target {
    switch self {
    case .none: .none
    case .codes(let codes): .codes(codes.rows(range))
    case .labels(let labels): .labels(Array(labels[range]))
    }
  }
}
