import ByteIO
import LinearAlgebra
import SparseCoding

/// What a model file holds: the parts of a model and its card.
public struct Model: Sendable {
  /// What `fit` made it for: a word of its card, and what its file has to hold. What a model can do follows
  /// from the parts that it has.
  public enum Kind: String, Sendable, CaseIterable {
    /// A dictionary and an encoder for it.
    case dictionary
    /// An encoder trained to predict the codes of a dictionary.
    case lista
    /// An encoder and a decoder trained together, with a code between them.
    case psd
    /// An encoder and a decoder trained together, the code being the encoder's.
    case autoencoder
    /// An encoder, a decoder and a classifier on the code, trained together.
    case drsae
    /// Whitening of the input and nothing else.
    case whitening
    /// A linear classifier on features.
    case classifier

  }

  public var kind: Kind
  /// The shape of one record, such as `[12, 12, 1]`, or of a window of images; D is its product.
  public var recordShape: [Int]
  /// How windows lie over images of any size, where that is what units see.
  public var tiling: Tiling?
  public var preprocessing: Preprocessing
  public var encoder: Encoder?
  /// Of the code's units but for a DC unit, where codes have noise whose variance the model tells.
  public var variance: CodeVariance?
  /// What exact inference minimises, where the model has a decoder.
  public var problem: CodingProblem?
  public var decoder: Decoder?
  /// λ and R, where the model has a decoder.
  public var lambda: Float?
  public var penalty: PenaltyKind?
  public var classifier: Classifier?
  /// H and W of the images whose codes the classifier reads, where units see windows of them.
  public var classifiedImage: [Int]?
  /// The pools of the penalised units, where the model names them.
  public var pools: PoolLayout?
  /// Windows of places that these go over as well, where units see windows of images: R of training is of such pools.
  public var poolWindows: MapWindows?
  /// Whether the last code unit is a DC unit, outside the penalty and the pools.
  public var hasDCUnit: Bool
  /// Where it came from and how good it is: seed, options, digest of the input, figures.
  public var card: [String: String]
  /// Tells models apart; empty for a model that has not been written.
  public internal(set) var digest = ""

  /// A model whose decoder, if any, is the dictionary of a problem.
  /// - Parameters:
  ///   - tiling: of windows of `recordShape`.
  ///   - pools: those of the penalty, where it has some; others that the model names.
  public init(
    kind: Kind, recordShape: [Int], _ tiling: Tiling? = nil, preprocessing: Preprocessing = .none,
    encoder: Encoder? = nil, problem: CodingProblem? = nil, classifier: Classifier? = nil,
    pools: PoolLayout? = nil, card: [String: String] = [:]
  ) {
    self.kind = kind
    self.recordShape = recordShape
    self.tiling = tiling
    self.preprocessing = preprocessing
    self.encoder = encoder
    self.problem = problem
    decoder = problem.map { Decoder(weight: $0.atoms.transposed) }
    lambda = problem?.lambda
    penalty = problem?.penalty.kind
    self.classifier = classifier
    self.pools = problem?.penalty.pools ?? pools
    hasDCUnit = problem?.hasDCUnit ?? false
    self.card = card
  }

  /// D, input units.
  public var recordLength: Int { recordShape.reduce(1, *) }

  /// K of what `encode` writes, the DC unit included; nil for a model that makes no code.
  public var codeLength: Int? {
    encoder?.codeLength ?? (classifier == nil ? preprocessing.whitening?.rows : nil)
  }

  /// Whether it has a classifier, and what that reads are its codes.
  public var classifiesCodes: Bool { encoder != nil && classifier != nil }
  /// The shape of what the classifier reads: features, a code, or the codes of an image at all places,
  /// [rows, columns, units].
  public var classifiedShape: [Int]? {
    guard let classifier else { return nil }
    if let tiling, let encoder, let windows = classifiedWindows(of: tiling) {
      return [
        windows.vertical.count, windows.horizontal.count, encoder.codeLength / tiling.period.count,
      ]
    }
    return classifiesCodes ? [classifier.weight.columns] : recordShape
  }

  private func classifiedWindows(of tiling: Tiling) -> ImageWindows? {
    classifiedImage.flatMap { tiling.windows(imageHeight: $0[0], imageWidth: $0[1]) }
  }

  /// Whether it does nothing but prepare records.
  public var onlyPrepares: Bool { encoder == nil && classifier == nil }
  /// Whether its encoder is one of its own, and does not follow from the decoder.
  public var hasOwnEncoder: Bool { encoder != nil && kind != .dictionary }

  /// Records of codes: the decoder, then the fixed preprocessing undone.
  /// - Parameter z: codes, [N, K].
  /// - Returns: [N, D].
  public func decode(_ z: Matrix) -> Matrix {
    preprocessing.undo(decoder.map { $0(z) } ?? z)
  }

  /// The pools that a bare `pool` uses: the model's, else `consecutive:4` of the penalised units.
  /// - Throws: `PoolProblem` where four does not divide the units.
  public func poolsOrDefault() throws -> PoolLayout {
    if let pools { return pools }
    let units = (codeLength ?? 0) - (hasDCUnit ? 1 : 0)
    return try PoolLayout.parse(Self.defaultPools, unitCount: units)
  }

  /// Most units of a code: their Gram matrix is held in memory, 4 GiB at this limit.
  public static let unitLimit = 1 << 15

  /// The pools of codes whose model names none.
  public static let defaultPools = "consecutive:4"

  /// What a stream's notes say of pools that have no notation: they are in the model's file.
  public static let poolsInFile = "model"
}

extension PoolProblem: Problem {}
extension InhibitionProblem: Problem {}
extension ClassificationProblem: Problem {}
