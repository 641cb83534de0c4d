import ByteIO
import SparseCoding

/// A way of inference that a model cannot serve.
public enum InferenceProblem: Problem, Equatable {
  /// What asks for the energy of a model.
  public enum Use: Sendable {
    case solver
    case statistics
    case prediction
  }

  case noPasses(model: String)
  /// No encoder, or one that moves a unit at a time.
  case noTrace(model: String)
  /// Each pass has weights of its own, and there are no more of them.
  case tooManyPasses(model: String, limit: Int, found: Int)
  case noDictionary(model: String, Use)
  case overlappingPools(model: String)
  case solverOfL1(model: String, solver: String)
  /// An option of coordinate updates that follow from a dictionary.
  case ownCoordinates(model: String, String)
  case alreadyNonnegative(model: String)

  public var description: String {
    switch self {
    case .noPasses(let model): "--iterations has no effect: \(model) has no recurrent encoder"
    case .noTrace(let model): "--trace needs an encoder of passes, \(model) has none"
    case .tooManyPasses(let model, let limit, let found):
      "\(model) has weights for \(limit) passes, --iterations asks for \(found)"
    case .noDictionary(let model, .solver):
      "--solver needs a dictionary to minimise the energy of, \(model) has none"
    case .noDictionary(let model, .statistics):
      "--stats needs a dictionary to measure the energy of, \(model) has none"
    case .noDictionary(_, .prediction):
      "is a model without a dictionary, expected one whose codes can be predicted"
    case .overlappingPools(let model):
      "the penalty of \(model) is that of pools that overlap, which no solver serves"
    case .solverOfL1(let model, let solver):
      "--solver \(solver) is for an L1 penalty, that of \(model) is group; try cd or fista"
    case .ownCoordinates(let model, let option):
      "\(option) has no effect: \(model) has a coordinate encoder of its own"
    case .alreadyNonnegative(let model):
      "--nonnegative has no effect: codes of \(model) are at least 0 as it is"
    }
  }
}
