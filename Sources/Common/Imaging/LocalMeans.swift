import LinearAlgebra

extension Image {
  /// The mean around each pixel, of each channel: `Σ w·m·x / Σ w·m`, with w as in ``localContrastNormalized(window:)``
  /// and m the mask. Sums are in Double.
  ///
  /// - Parameters:
  ///   - window: the side of the Gaussian window in pixels, odd; the caller guarantees it.
  ///   - mask: which pixels are there; all where it is nil. What is missing is not looked at.
  /// - Returns: `[H,W,C]`.
  /// - Throws: ``PixelMaskProblem`` where the mask is of another size, or nothing is there around a pixel.
  func localMeans(window: Int, mask: PixelMask? = nil) throws -> Image {
    precondition(window > 0 && window % 2 == 1, "a window of \(window) pixels has no centre")
    let isThere = try mask?.isThere(in: self) ?? Array(repeating: true, count: height * width)
    let blur = GaussianBlur(window: window, height: height, width: width)
    let shares = blur.apply(to: isThere.map { $0 ? 1 : 0 })
    if let pixel = shares.firstIndex(of: 0) {
      let (row, column) = pixel.quotientAndRemainder(dividingBy: width)
      throw PixelMaskProblem.nothingNear(row: row, column: column, window: window)
    }
    var means = self
    for c in 0..<channels {
      let plane = isThere.indices.map { isThere[$0] ? Double(pixels[$0 * channels + c]) : 0 }
      let sums = blur.apply(to: plane)
      for pixel in sums.indices {
        means.pixels[pixel * channels + c] = Float(sums[pixel] / shares[pixel])
      }
    }
    return means
  }

  /// The image less another of its shape.
  func subtracting(_ other: Image) -> Image {
    var result = self
    for i in pixels.indices { result.pixels[i] -= other.pixels[i] }
    return result
  }

  /// The image with 0 where a mask says that a pixel is missing.
  /// - Throws: ``PixelMaskProblem`` where the mask is of another size.
  func masked(by mask: PixelMask) throws -> Image {
    let isThere = try mask.isThere(in: self)
    var result = self
    for i in pixels.indices where !isThere[i / channels] { result.pixels[i] = 0 }
    return result
  }

  /// The image with Gaussian noise on every value, not cut off at 0 and 1.
  /// - Parameters:
  ///   - deviation: its standard deviation.
  ///   - index: the image's number; images of one seed have noise of their own.
  func noisy(deviation: Float, seed: UInt64, index: Int) -> Image {
    // Stream 0 draws windows.
    var random = CounterRandom(seed: seed, stream: UInt64(index) + 1)
    var result = self
    for i in pixels.indices { result.pixels[i] += deviation * Float(random.normal()) }
    return result
  }
}
