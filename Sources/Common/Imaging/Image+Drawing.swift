/// What pictures are drawn of. What is beyond the edges is left out.
extension Image {
  /// One colour everywhere, a grey in all channels.
  init(height: Int, width: Int, channels: Int, level: Float) {
    self.init(
      height: height, width: width, channels: channels,
      pixels: [Float](repeating: level, count: height * width * channels))
  }

  /// Small pictures in a large one, each pixel a square of it; all of it is within the edges.
  /// - Parameter tile: [h,w,C] with the channels of the picture.
  mutating func draw(
    _ tile: [Float], height: Int, width: Int, scale: Int, top: Int, left: Int
  ) {
    for y in 0..<height * scale {
      for x in 0..<width * scale {
        let source = (y / scale * width + x / scale) * channels
        let target = ((top + y) * self.width + left + x) * channels
        for c in 0..<channels { pixels[target + c] = tile[source + c] }
      }
    }
  }

  /// White pixels, within the edges.
  mutating func light(_ places: [(y: Int, x: Int)], top: Int, left: Int) {
    for (y, x) in places {
      let target = ((top + y) * width + left + x) * channels
      for c in 0..<channels { pixels[target + c] = 1 }
    }
  }

  /// A point in pixels, from the upper left corner of the picture.
  typealias Point = SIMD2<Double>

  /// Covers a disc, whose edge is smooth.
  mutating func drawDisc(at centre: Point, radius: Double, level: Float) {
    shade(from: centre - radius, to: centre + radius) { point in
      let offset = point - centre
      return radius - (offset * offset).sum().squareRoot()
    } blend: {
      $0 + ($1) * (level - $0)
    }
  }

  /// A line brighter than what is below it, with round ends. Where lines meet they are no brighter.
  mutating func drawLine(from start: Point, to end: Point, thickness: Double, level: Float) {
    let (way, radius) = (end - start, thickness / 2)
    let length = (way * way).sum()
    shade(
      from: pointwiseMin(start, end) - radius, to: pointwiseMax(start, end) + radius
    ) { point in
      let along = length > 0 ? ((point - start) * way).sum() / length : 0
      let offset = point - start - way * min(1, max(0, along))
      return radius - (offset * offset).sum().squareRoot()
    } blend: {
      max($0, level * $1)
    }
  }

  /// - Parameters:
  ///   - depth: how far the middle of a pixel is inside of what is drawn.
  ///   - blend: a value and how much of its pixel is covered, 0…1, to the new value.
  private mutating func shade(
    from low: Point, to high: Point, depth: (Point) -> Double, blend: (Float, Float) -> Float
  ) {
    func range(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
      let (first, last) = (max(0, low - 1), min(Double(count), high + 2))
      return first < last ? Int(first)..<Int(last) : 0..<0
    }
    for y in range(low.y, high.y, height) {
      for x in range(low.x, high.x, width) {
        let coverage = min(1, depth(Point(Double(x) + 0.5, Double(y) + 0.5)) + 0.5)
        guard coverage > 0 else { continue }
        let target = (y * width + x) * channels
        for c in target..<target + channels { pixels[c] = blend(pixels[c], Float(coverage)) }
      }
    }
  }
}
