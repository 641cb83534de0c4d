/// Local contrast normalisation of images of one size, Jarrett, Kavukcuoglu, Ranzato & LeCun 2009, section 2.1.
///
/// `v = x − Σ w·x`, then `y = v / max(c, σ)` with `σ = √(Σ w·v²)` and c the mean of σ over the
/// image. The sums run over a window around the pixel and over all channels; w is a Gaussian of
/// standard deviation `window / 4`, cut at the window and normalised to sum 1, at the borders
/// over what lies inside of the image. Sums are in Double. An image of one value gives zeros.
public struct LocalContrast: Sendable {
  /// Of the sums.
  public let blur: GaussianBlur
  public let height: Int
  public let width: Int
  public let channels: Int

  /// What an image is made of.
  public struct Parts {
    /// v, `[H,W,C]`.
    public fileprivate(set) var values: [Double]
    /// σ, `[H,W]`.
    public fileprivate(set) var deviations: [Double]
    /// c.
    public fileprivate(set) var floor: Double

    /// What v is divided by at a pixel.
    public func divisor(_ pixel: Int) -> Double { max(floor, deviations[pixel]) }
  }

  /// Whether a window has a centre, and is no larger than any need be.
  public static func serves(window: Int) -> Bool {
    GaussianBlur.windows.contains(window) && !window.isMultiple(of: 2)
  }

  /// - Parameter window: the window's side in pixels, odd; the caller guarantees it.
  public init(window: Int, height: Int, width: Int, channels: Int) {
    precondition(window > 0 && window % 2 == 1, "a window of \(window) pixels has no centre")
    blur = GaussianBlur(window: window, height: height, width: width)
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// - Parameter image: `[H,W,C]`, of one pixel at least.
  public func parts(of image: [Float]) -> Parts {
    // Only differences count, so an arbitrary level is taken off: a flat image becomes exactly 0.
    var values = image.map { Double($0) - Double(image[0]) }
    let means = blur.apply(to: channelMeans { values[$0] })
    for i in values.indices { values[i] -= means[i / channels] }
    let deviations = blur.apply(to: channelMeans { values[$0] * values[$0] }).map {
      $0.squareRoot()
    }
    let floor = deviations.reduce(0, +) / Double(deviations.count)
    return Parts(values: values, deviations: deviations, floor: floor)
  }

  /// - Parameter image: `[H,W,C]`.
  /// - Returns: `[H,W,C]`, no longer 0…1.
  public func callAsFunction(_ image: [Float]) -> [Float] {
    guard !image.isEmpty else { return image }
    let parts = parts(of: image)
    return parts.values.indices.map { i in
      let divisor = parts.divisor(i / channels)
      // What is not finite stays so.
      return divisor == 0 ? 0 : Float(parts.values[i] / divisor)
    }
  }

  /// The mean over the channels of what `value` gives for an index of an image, `[H,W]`.
  private func channelMeans(_ value: (Int) -> Double) -> [Double] {
    (0..<height * width).map { pixel in
      var sum = 0.0
      for c in 0..<channels { sum += value(pixel * channels + c) }
      return sum / Double(channels)
    }
  }
}
