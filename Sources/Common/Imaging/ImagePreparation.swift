/// What is done to whole images before they are cut.
public struct ImagePreparation: Sendable {
  /// What becomes of brightness and contrast.
  public enum Contrast: Equatable, Sendable {
    case asItIs
    /// Local contrast normalisation, with a Gaussian window of this side.
    case normalized(window: Int)
    /// Less the local mean, with a Gaussian window of this side.
    case centered(window: Int)
  }

  /// What is done first.
  public var distortion: Distortion
  public var contrast: Contrast
  /// Which pixels are there; all without it. Those that are missing become 0, and no local mean is of them.
  public var mask: PixelMask?
  /// The standard deviation of Gaussian noise that is added before all that follows; 0 adds none.
  public var noise: Float
  public var seed: UInt64

  public init(
    distortion: Distortion = Distortion(), contrast: Contrast = .asItIs, mask: PixelMask? = nil,
    noise: Float = 0, seed: UInt64 = 0
  ) {
    self.distortion = distortion
    self.contrast = contrast
    self.mask = mask
    self.noise = noise
    self.seed = seed
  }

  /// - Parameter index: the image's number in the sequence.
  /// - Returns: the image to cut, and the local means that were taken from it, of those that are centred.
  /// - Throws: ``PixelMaskProblem``.
  func callAsFunction(_ image: Image, index: Int) throws -> (image: Image, means: Image?) {
    let distorted = distortion(image, seed: seed, index: index)
    let noisy =
      noise > 0 ? distorted.noisy(deviation: noise, seed: seed, index: index) : distorted
    let image = try mask.map { try noisy.masked(by: $0) } ?? noisy
    switch contrast {
    case .asItIs: return (image, nil)
    case .normalized(let window): return (image.localContrastNormalized(window: window), nil)
    case .centered(let window):
      let means = try image.localMeans(window: window, mask: mask)
      let centered = image.subtracting(means)
      return (try mask.map { try centered.masked(by: $0) } ?? centered, means)
    }
  }
}
