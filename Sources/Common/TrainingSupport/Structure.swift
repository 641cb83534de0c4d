import SparseCoding
import Training

/// A `fit` that learns units of some structure.
public protocol StructuredCommand: EpochCommand {
  static var structure: Structure { get }
}

/// What ``StructureOptions`` are where nobody says them, and which of them a command has no place for.
public struct Structure: Sendable {
  public var codeLength: Int
  public var encoder: EncoderShape
  public var lambda: PenaltyWeight
  public var penalty: PenaltyKind
  /// Whether codes do not go below 0.
  public var hasNonnegativeCode: Bool
  /// That of images whose units see windows.
  public var imageLambda: PenaltyWeight
  /// Whether a DC unit takes the means out of atoms that do not go below 0, too.
  public var projectsMeans: Bool
  /// Options that have no effect, and why: they are left out of the help and refused.
  public var refused: Set<StructureOption>
  public var reason: String
  /// Whether units may see windows of images.
  public var servesImages: Bool
  /// Options that a model's card names even where they are as usual.
  public var alwaysNamed: Set<StructureOption>

  public init(
    codeLength: Int = 256, _ encoder: EncoderShape, lambda: PenaltyWeight = .ofNorm(0.1),
    imageLambda: PenaltyWeight? = nil, penalty: PenaltyKind = .l1,
    hasNonnegativeCode: Bool = false, projectsMeans: Bool = false,
    alwaysNamed: Set<StructureOption>,
    refused: Set<StructureOption> = [], because reason: String = "", servesImages: Bool = false
  ) {
    self.codeLength = codeLength
    self.encoder = encoder
    self.lambda = lambda
    self.penalty = penalty
    self.hasNonnegativeCode = hasNonnegativeCode
    self.imageLambda = imageLambda ?? lambda
    self.projectsMeans = projectsMeans
    self.alwaysNamed = alwaysNamed
    self.refused = refused
    self.reason = reason
    self.servesImages = servesImages
  }
}

/// The options of ``StructureOptions`` by their names.
public enum StructureOption: String, Sendable {
  case code, iterations, nonlinearity, sharpness, gain, nonnegative, lambda, penalty, inhibition,
    pools, dc,
    atoms
  case geometry, kernel, stride, padding, period
  case poolWindow = "pool-window"
  case poolStride = "pool-stride"
}
