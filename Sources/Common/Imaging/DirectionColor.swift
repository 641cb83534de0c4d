/// A colour for each direction of a plane: its hue turns once as the direction does, and is red along (1, 0),
/// then yellow, green, cyan at (−1, 0), blue and magenta. What the direction adds to three axes a third of a
/// turn apart, from the least to the largest, is its red, green and blue; no angle is needed.
/// - Parameters:
///   - direction: nil is grey, as one of no strength.
///   - strength: 0…1, how far from grey.
/// - Returns: red, green and blue, 0…1, [3].
public func directionColor(_ direction: SIMD2<Double>?, strength: Double) -> [Float] {
  let grey = 0.25
  guard let direction, direction != .zero else { return [Float](repeating: Float(grey), count: 3) }
  let side = 0.75.squareRoot()
  let parts = [SIMD2(1, 0), SIMD2(-0.5, side), SIMD2(-0.5, -side)].map { (direction * $0).sum() }
  let (least, largest) = (parts.reduce(.infinity, min), parts.reduce(-.infinity, max))
  return parts.map { part in
    let pure = (part - least) / (largest - least)
    return Float(grey + min(1, max(0, strength)) * (pure - grey))
  }
}
