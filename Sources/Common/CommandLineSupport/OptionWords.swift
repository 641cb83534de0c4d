import ByteIO
import Inference
import ModelFile
import TensorStream

/// A problem that a user can mend with an option. The rooms that find problems know no options: what a
/// program says of one stands beside the options.
public protocol HasOptionWords: Problem {
  /// The problem with its option named; nil where no option has a part in it.
  var optionWords: String? { get }
}

/// What a program says of a problem.
public func words(of problem: any Problem) -> String {
  switch problem {
  case let problem as FileProblem: "\(problem.file): \(words(of: problem.problem))"
  case let problem as any HasOptionWords: problem.optionWords ?? "\(problem)"
  default: "\(problem)"
  }
}

extension InferenceProblem: HasOptionWords {
  public var optionWords: String? {
    switch self {
    case .noPasses(let model): "--iterations has no effect: \(model) has no recurrent encoder"
    case .noTrace(let model): "--trace needs an encoder of passes, \(model) has none"
    case .tooManyPasses(let model, let limit, let found):
      "\(model) has weights for \(limit) passes, --iterations asks for \(found)"
    case .noDictionary(let model, .solver):
      "--solver needs a dictionary to minimise the energy of, \(model) has none"
    case .noDictionary(let model, .statistics):
      "--stats needs a dictionary to measure the energy of, \(model) has none"
    case .unservedPenalty, .ofGaussians(_, .solver): "--solver \(self)"
    case .ofGaussians(_, .noPenalty): "--lambda 0: \(self)"
    case .ofGaussians(_, .nonnegative): "--nonnegative: \(self)"
    case .ownCoordinates(_, .lambda): "--lambda has no effect: \(self)"
    case .ownCoordinates(_, .nonnegative), .alreadyNonnegative:
      "--nonnegative has no effect: \(self)"
    case .whitensMissing, .normalizesMissing, .maskedFeatures: "--mask: \(self)"
    case .unservedImages: "--solver \(self)"
    case .ofImages(_, .trace): "--trace: \(self)"
    case .ofImages(_, .coordinates): "--solver lcod: \(self)"
    case .noiseOfEncoder, .noiseOfSolver: "--variance and --sample have no effect: \(self)"
    case .noEncoder, .ofGaussians(_, .encoder): "\(self); try --solver cd, or fit lista"
    case .noDictionary(_, .prediction), .ofImages(_, .whole), .noNoise: nil
    }
  }
}

extension StreamMismatch: HasOptionWords {
  public var optionWords: String? {
    switch self {
    case .integers: "\(self); try patches --size full"
    case .otherModel: "\(self); name the right one with -m"
    case .images: "\(self); try patches --size full"
    case .recordShape, .noCode, .maps, .periods, .otherFeatures: nil
    }
  }
}

extension PoolSourceProblem: HasOptionWords {
  public var optionWords: String? {
    switch self {
    case .poolsInModel: "\(self); name it with -m"
    case .doNotFit: "\(self); name the model with -m, or --pools"
    case .badWindows: "\(self); say with --window how maps are pooled"
    case .noUnits, .noWindow, .notMaps, .trace: nil
    }
  }
}

extension RecordProblem: HasOptionWords {
  public var optionWords: String? {
    switch self {
    case .unknown: "\(self); name it with --record RANK or --record SHAPE"
    case .contradiction(let chosen, let noted):
      "--record says \(shapeText(chosen)), the stream's notes say \(shapeText(noted))"
    case .holdsNothing, .rankTooLarge, .changes: nil
    }
  }
}

extension ModelProblem: HasOptionWords {
  public var optionWords: String? {
    switch self {
    case .isCheckpoint: "\(self); fit --resume goes on with it and writes the model"
    case .isNetwork: "\(self); fit join --layers takes one out of it"
    default: nil
    }
  }
}
