import LinearAlgebra

extension LocalContrast {
  /// The way back through `v = x − Bx̄`, `y = v / m`, `m = max(c, σ)`, `σ² = B v²‾`, with B the blur and the bar the mean
  /// over channels. Pixels that are divided by 0, those of a flat image, pass nothing.
  ///
  /// - Parameters:
  ///   - delta: ∂/∂y, `[H,W,C]`.
  ///   - image: x, `[H,W,C]`.
  /// - Returns: ∂/∂x, `[H,W,C]`.
  func inputDelta(_ delta: [Float], ofImage image: [Float]) -> [Float] {
    guard !image.isEmpty else { return delta }
    let parts = parts(of: image)
    let pixels = 0..<height * width
    let variances = variancesDelta(delta, parts)
    let spread = blur.applyTranspose(to: variances)
    var values = delta.indices.map { i in
      let divisor = parts.divisor(i / channels)
      let direct = divisor == 0 ? 0 : Double(delta[i]) / divisor
      return direct + 2 * parts.values[i] * spread[i / channels] / Double(channels)
    }
    let sums = pixels.map { pixel in
      (0..<channels).reduce(0) { $0 + values[pixel * channels + $1] } / Double(channels)
    }
    let means = blur.applyTranspose(to: sums)
    for i in values.indices { values[i] -= means[i / channels] }
    return values.map { Float($0) }
  }

  /// ∂/∂σ², `[H,W]`, of what σ divides, by itself or as a part of the mean c.
  private func variancesDelta(_ delta: [Float], _ parts: Parts) -> [Double] {
    var deviations = [Double](repeating: 0, count: height * width)
    var floor = 0.0
    for pixel in deviations.indices {
      let divisor = parts.divisor(pixel)
      guard divisor > 0 else { continue }
      let sum = (pixel * channels..<(pixel + 1) * channels).reduce(0) {
        $0 + Double(delta[$1]) * parts.values[$1]
      }
      let change = -sum / (divisor * divisor)
      if parts.deviations[pixel] > parts.floor {
        deviations[pixel] = change
      } else {
        floor += change
      }
    }
    let share = floor / Double(deviations.count)
    return deviations.indices.map { pixel in
      let deviation = parts.deviations[pixel]
      return deviation > 0 ? (deviations[pixel] + share) / (2 * deviation) : 0
    }
  }
}
