/// A Gaussian of a finite window, whose weights sum to 1 also at the borders. It is separable.
public struct GaussianBlur: Sendable {
  private let height: Int
  private let width: Int
  private let radius: Int
  private let weights: [Double]

  /// What the side of its window may be, in pixels: odd, and of these.
  public static let windows = 3...4095

  public init(window: Int, height: Int, width: Int) {
    self.height = height
    self.width = width
    let radius = window / 2
    self.radius = radius
    let deviation = Double(window) / 4
    weights = (-radius...radius).map { offset in
      let distance = Double(offset) / deviation
      return exponential(-0.5 * distance * distance)
    }
  }

  /// The standard deviation of independent noise of 1 after it, away from the borders.
  public var deviationOfNoise: Double {
    let total = weights.reduce(0, +)
    // Of both axes.
    return weights.reduce(0) { $0 + $1 * $1 } / (total * total)
  }

  /// - Parameter plane: `[H,W]`.
  public func apply(to plane: [Double]) -> [Double] {
    var horizontal = plane
    for y in 0..<height { filter(plane, into: &horizontal, from: y * width, step: 1, count: width) }
    var both = horizontal
    for x in 0..<width { filter(horizontal, into: &both, from: x, step: width, count: height) }
    return both
  }

  /// The transpose of it.
  /// - Parameter plane: `[H,W]`.
  public func applyTranspose(to plane: [Double]) -> [Double] {
    var vertical = [Double](repeating: 0, count: plane.count)
    for x in 0..<width { spread(plane, into: &vertical, from: x, step: width, count: height) }
    var both = [Double](repeating: 0, count: plane.count)
    for y in 0..<height { spread(vertical, into: &both, from: y * width, step: 1, count: width) }
    return both
  }

  private func filter(
    _ source: [Double], into target: inout [Double], from start: Int, step: Int, count: Int
  ) {
    for i in 0..<count {
      var sum = 0.0
      var total = 0.0
      for j in max(0, i - radius)...min(count - 1, i + radius) {
        let weight = weights[j - i + radius]
        sum += weight * source[start + j * step]
        total += weight
      }
      target[start + i * step] = sum / total
    }
  }

  /// The transpose of ``filter(_:into:from:step:count:)``, added to what is there.
  private func spread(
    _ source: [Double], into target: inout [Double], from start: Int, step: Int, count: Int
  ) {
    for i in 0..<count {
      let window = max(0, i - radius)...min(count - 1, i + radius)
      let total = window.reduce(0) { $0 + weights[$1 - i + radius] }
      let share = source[start + i * step] / total
      for j in window { target[start + j * step] += weights[j - i + radius] * share }
    }
  }
}
