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

  /// What may be chosen of an energy.
  public enum Choice: Sendable {
    case lambda
    case nonnegative
  }

  /// What Gaussians for codes do not serve.
  public enum GaussianUse: Sendable, Equatable {
    case encoder
    case solver(String)
    case noPenalty
    case nonnegative
  }

  /// What units of windows do not serve.
  public enum ImageUse: Sendable {
    /// All that is done.
    case whole
    case trace
    case coordinates
  }

  case noPasses(model: String)
  /// Its units see windows of images.
  case ofImages(model: String, ImageUse = .whole)
  /// No encoder, or one that moves a unit at a time.
  case noTrace(model: String)
  /// Each pass has weights of its own, and there are no more of them.
  case tooManyPasses(model: String, limit: Int, found: Int)
  case noDictionary(model: String, Use)
  /// Signed units that inhibit each other, and no encoder that was trained for their codes.
  case noEncoder(model: String)
  /// Codes without noise have no variance.
  case noNoise(model: String)
  /// Its encoder tells variances of its own codes, and of no others.
  case noiseOfEncoder(model: String)
  /// Variances of variational codes follow from means that a solver finds.
  case noiseOfSolver(model: String)
  /// Its codes are Gaussians.
  case ofGaussians(model: String, GaussianUse)
  case unservedPenalty(model: String, solver: String, PenaltyKind, served: [String])
  /// It needs a Gram matrix, which units of windows have none of.
  case unservedImages(model: String, solver: String, served: [String])
  /// λ, or the sign, of coordinate updates is chosen, and they do not follow from a dictionary.
  case ownCoordinates(model: String, Choice)
  case alreadyNonnegative(model: String)
  /// Values are missing, and preprocessing needs all of them.
  case whitensMissing(model: String)
  case normalizesMissing(model: String)
  /// Values of records are missing, and what it takes are features of them.
  case maskedFeatures(model: String)

  public var description: String {
    switch self {
    case .noPasses(let model): "\(model) has no recurrent encoder to make passes through"
    case .ofImages(let model, _):
      "\(model) has units of windows over images, which are not served"
    case .noTrace(let model): "\(model) has no encoder of passes"
    case .tooManyPasses(let model, let limit, let found):
      "\(model) has weights for \(limit) passes, expected those for \(found)"
    case .noEncoder(let model):
      "\(model) has signed units that inhibit each other, which no encoder follows from"
    case .noNoise(let model):
      "codes of \(model) have no noise, and no variances"
    case .noiseOfSolver(let model):
      "variances of \(model) are those of codes that cd finds, not of its encoder"
    case .noiseOfEncoder(let model):
      "variances of \(model) are those of codes of its encoder, not of a solver"
    case .ofGaussians(let model, .encoder):
      "codes of \(model) are variational, which no encoder follows from"
    case .ofGaussians(let model, .solver(let solver)):
      "\(solver) does not serve the variational codes of \(model), expected cd"
    case .ofGaussians(let model, .noPenalty):
      "variational codes of \(model) need a λ above 0"
    case .ofGaussians(let model, .nonnegative):
      "variational codes of \(model) are of either sign"
    case .noDictionary(let model, .solver), .noDictionary(let model, .statistics):
      "\(model) has no dictionary, and no energy"
    case .noDictionary(_, .prediction):
      "is a model without a dictionary, expected one whose codes can be predicted"
    case .unservedPenalty(let model, let solver, let penalty, let served):
      "\(solver) does not serve the penalty of \(model), \(penalty.rawValue)\(penalty.isOfPools ? " of these pools" : ""), "
        + "expected one of \(served.joined(separator: ", "))"
    case .unservedImages(let model, let solver, let served):
      "\(solver) does not serve \(model), whose units see windows of images, "
        + "expected one of \(served.joined(separator: ", "))"
    case .ownCoordinates(let model, _):
      "\(model) has a coordinate encoder of its own"
    case .alreadyNonnegative(let model):
      "codes of \(model) are at least 0 as it is"
    case .maskedFeatures(let model):
      "\(model) takes features of records, of which no value may be missing"
    case .whitensMissing(let model):
      "\(model) whitens, for which no value of a record may be missing"
    case .normalizesMissing(let model):
      "\(model) normalises the local contrast, for which no value of an image may be missing"
    }
  }
}
