import LinearAlgebra

extension Image {
  /// Local contrast normalisation, Jarrett, Kavukcuoglu, Ranzato & LeCun 2009, section 2.1.
  ///
  /// `v = x − Σ w·x`, then `y = v / max(c, σ)` with `σ = √(Σ w·v²)` and c the mean of σ over the
  /// image. The sums run over a window around the pixel and over all channels; w is a Gaussian of
  /// standard deviation `window / 4`, cut at the window and normalised to sum 1, at the borders
  /// over what lies inside of the image. Sums are in Double. An image of one value gives zeros.
  ///
  /// - Parameter window: the window's side in pixels, odd; the caller guarantees it.
  /// - Returns: `[H,W,C]`, no longer 0…1.
  public func localContrastNormalized(window: Int) -> Image {
    precondition(window > 0 && window % 2 == 1, "a window of \(window) pixels has no centre")
    guard let first = pixels.first else { return self }
    let blur = GaussianBlur(window: window, height: height, width: width)
    // Only differences count, so an arbitrary level is taken off: a flat image becomes exactly 0.
    var values = pixels.map { Double($0) - Double(first) }

    let means = blur.apply(to: channelMeans { values[$0] })
    for i in values.indices { values[i] -= means[i / channels] }
    let deviations = blur.apply(to: channelMeans { values[$0] * values[$0] }).map {
      $0.squareRoot()
    }
    let floor = deviations.reduce(0, +) / Double(deviations.count)

    var result = self
    for i in values.indices {
      let divisor = max(floor, deviations[i / channels])
      result.pixels[i] = divisor > 0 ? Float(values[i] / divisor) : 0
    }
    return result
  }

  /// The mean over the channels of what `value` gives for an index of `pixels`, `[H,W]`.
  private func channelMeans(_ value: (Int) -> Double) -> [Double] {
    (0..<height * width).map { pixel in
      var sum = 0.0
      for c in 0..<channels { sum += value(pixel * channels + c) }
      return sum / Double(channels)
    }
  }
}
