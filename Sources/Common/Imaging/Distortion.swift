import LinearAlgebra

/// Random changes of images that leave what they show the same: every image is moved, mirrored and bent in a way of its
/// own, which follows from the seed and the image's number.
public struct Distortion: Equatable, Sendable {
  /// Pixels by which an image is moved at most, up or down and to a side: whole ones, all equally likely.
  public var jitter: Int
  /// Whether every second image, at random, is mirrored left to right.
  public var flips: Bool
  /// How far pixels are moved by bending, the standard deviation along each axis, in pixels.
  public var elastic: Float
  /// The side of the Gaussian window that random displacements are smoothed with, in pixels, odd; its standard deviation
  /// is a quarter of it.
  public var smoothness: Int

  public init(jitter: Int = 0, flips: Bool = false, elastic: Float = 0, smoothness: Int = 17) {
    self.jitter = jitter
    self.flips = flips
    self.elastic = elastic
    self.smoothness = smoothness
  }

  /// What may be said of them, in pixels.
  public static let jitters = Interval.from(0, to: 1024)
  public static let elastics = Interval.above(0)

  /// Streams of random numbers apart from those of noise.
  private static let streams: UInt64 = 1 << 62

  /// The image with every pixel taken from where it was; between pixels from the four around, in proportion, and beyond
  /// the edge from the edge.
  /// - Parameter index: the image's number in the sequence.
  func callAsFunction(_ image: Image, seed: UInt64, index: Int) -> Image {
    guard self != Distortion(smoothness: smoothness), !image.pixels.isEmpty else { return image }
    var random = CounterRandom(seed: seed, stream: Self.streams | UInt64(index))
    let span = 2 * jitter + 1
    let (down, right) = (random.index(below: span) - jitter, random.index(below: span) - jitter)
    // Drawn whether it is asked for or not, so that what is asked for beside it stays the same.
    let coin = random.next() >> 63 == 1
    let bent = elastic > 0 ? displacements(image, &random) : nil
    var result = image
    for y in 0..<image.height {
      for x in 0..<image.width {
        let place = y * image.width + x
        let (dy, dx) = bent.map { ($0.down[place], $0.right[place]) } ?? (0, 0)
        let column = flips && coin ? image.width - 1 - x : x
        result.set(
          y, x, from: image, row: Double(y - down) + dy, column: Double(column - right) + dx)
      }
    }
    return result
  }

  /// Random displacements of every pixel, smoothed (Simard, Steinkraus & Platt 2003), in pixels.
  private func displacements(
    _ image: Image, _ random: inout CounterRandom
  ) -> (down: [Double], right: [Double]) {
    let blur = GaussianBlur(window: smoothness, height: image.height, width: image.width)
    let size = Double(elastic) / blur.deviationOfNoise
    func field() -> [Double] {
      let noise = (0..<image.height * image.width).map { _ in size * random.normal() }
      return blur.apply(to: noise)
    }
    let down = field()
    return (down, field())
  }
}

extension Image {
  /// Sets a pixel to what is at a place of another image of this shape.
  fileprivate mutating func set(
    _ y: Int, _ x: Int, from image: Image, row: Double, column: Double
  ) {
    let (top, left) = (row.rounded(.down), column.rounded(.down))
    let (below, beside) = (Float(row - top), Float(column - left))
    func first(_ row: Double, _ column: Double) -> Int {
      let y = Int(max(0, min(row, Double(height - 1))))
      let x = Int(max(0, min(column, Double(width - 1))))
      return (y * width + x) * channels
    }
    let (a, b) = (first(top, left), first(top, left + 1))
    let (c, d) = (first(top + 1, left), first(top + 1, left + 1))
    let target = (y * width + x) * channels
    for channel in 0..<channels {
      let p = image.pixels
      let upper = p[a + channel] + beside * (p[b + channel] - p[a + channel])
      let lower = p[c + channel] + beside * (p[d + channel] - p[c + channel])
      pixels[target + channel] = below == 0 ? upper : upper + below * (lower - upper)
    }
  }
}
