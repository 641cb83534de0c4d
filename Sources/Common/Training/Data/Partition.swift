import LinearAlgebra

/// The records to learn from and those held out, `--validation N`, drawn with the seed.
public struct Partition: Sendable {
  public let training: [Int]
  public let validation: [Int]

  init(training: [Int], validation: [Int]) {
    self.training = training
    self.validation = validation
  }

  /// - Throws: ``TrainingProblem`` where nothing would be left to train on.
  public init(count: Int, validation heldOut: Int, seed: UInt64) throws {
    guard heldOut < count else {
      throw TrainingProblem.validationTooLarge(asked: heldOut, records: count)
    }
    guard heldOut > 0 else {
      training = Array(0..<count)
      validation = []
      return
    }
    var random = CounterRandom(seed: seed, stream: RandomStream.partition)
    let order = random.permutation(of: count)
    validation = order.prefix(heldOut).sorted()
    training = order.dropFirst(heldOut).sorted()
  }
}

/// Which numbers of a seed are used for what; a stream is used once, so no two draws are related.
enum RandomStream {
  static let partition: UInt64 = 1
  static let initialAtoms: UInt64 = 2
  static let atomNoise: UInt64 = 3
  static let initialClassifier: UInt64 = 4
  static let prunedUnits: UInt64 = 5
  static let randomNetwork: UInt64 = 6
  /// Epoch e shuffles with `epochs + e`.
  static let epochs: UInt64 = 1 << 32
  /// Record n drops out by `dropout + n`, a step after another.
  static let dropout: UInt64 = 1 << 48
  /// The code of record n has noise of `codeNoise + n`, a step after another; where it is judged of `judgedNoise + n`.
  static let codeNoise: UInt64 = 1 << 49
  static let judgedNoise: UInt64 = 3 << 48
}
