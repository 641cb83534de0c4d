import LinearAlgebra

/// The orientation of filters, and how alike it is from one to the next on a sheet of units.
public struct Orientations: Sendable {
  /// Of each filter (cos 2θ, sin 2θ), θ the direction across which it changes the most, in the structure
  /// tensor Σ∇f∇fᵀ (Bigün & Granlund 1987); nil of filters without one.
  public let doubled: [SIMD2<Double>?]
  /// Of each filter from 0, as much change in all directions, to 1, change in one alone.
  public let strengths: [Double]

  /// - Parameter filters: [K, D], D of pictures `shape`, [h,w] or [h,w,C], whose channels are added up.
  /// - Returns: nil where filters are no pictures of two pixels in each direction.
  public init?(_ filters: Matrix, shape: [Int]) {
    let axes = shape.count == 2 ? shape + [1] : shape
    guard axes.count == 3, axes[0] >= 2, axes[1] >= 2, axes.reduce(1, *) == filters.columns else {
      return nil
    }
    let tensors = (0..<filters.rows).map {
      Self.tensor(Array(filters.row($0)), height: axes[0], width: axes[1], channels: axes[2])
    }
    doubled = tensors.map { tensor in
      let size = (tensor.difference * tensor.difference).sum().squareRoot()
      return size > 1e-6 * tensor.sum ? tensor.difference / size : nil
    }
    strengths = tensors.map { tensor in
      let size = (tensor.difference * tensor.difference).sum().squareRoot()
      return tensor.sum > 0 ? size / tensor.sum : 0
    }
  }

  /// Σ(f_x² − f_y², 2 f_x f_y) and Σ(f_x² + f_y²), of differences between neighbours that meet in a point.
  private static func tensor(
    _ filter: [Float], height: Int, width: Int, channels: Int
  ) -> (difference: SIMD2<Double>, sum: Double) {
    func value(_ y: Int, _ x: Int, _ c: Int) -> Double {
      Double(filter[(y * width + x) * channels + c])
    }
    var difference = SIMD2<Double>.zero
    var sum = 0.0
    for y in 0..<height - 1 {
      for x in 0..<width - 1 {
        for c in 0..<channels {
          let (a, b) = (value(y, x, c), value(y, x + 1, c))
          let (d, e) = (value(y + 1, x, c), value(y + 1, x + 1, c))
          let (across, down) = (b + e - a - d, d + e - a - b)
          difference += SIMD2(across * across - down * down, 2 * across * down)
          sum += across * across + down * down
        }
      }
    }
    return (difference, sum)
  }

  /// A figure of a map, beside the same of its units in random order.
  public struct Measure: Sendable, Equatable {
    public let value: Double
    /// Mean and standard deviation of the same of units in random order.
    public let shuffledMean: Double
    public let shuffledDeviation: Double

    /// How many deviations the value is above the mean; nil where all orders have the same.
    public var deviations: Double? {
      shuffledDeviation > 0 ? (value - shuffledMean) / shuffledDeviation : nil
    }
  }

  /// How many random orders a map is compared with.
  public static let shuffles = 200

  /// ⟨cos 2Δθ⟩ of neighbours on a sheet, from −1 to 1: 1 where all are of one orientation. Nil where no two
  /// neighbours have one.
  public func coherence(on sheet: Sheet) -> Measure? {
    let pairs = sheet.neighbours
    return measure(on: sheet) { meanCosine(of: pairs, $0) }
  }

  /// What `figure` says of the units of a sheet and of random orders of them.
  func measure(on sheet: Sheet, _ figure: ([SIMD2<Double>?]) -> Double?) -> Measure? {
    guard sheet.rows * sheet.columns <= doubled.count, let value = figure(doubled) else {
      return nil
    }
    let values = (0..<Self.shuffles).compactMap { shuffle in
      var random = CounterRandom(seed: UInt64(shuffle), stream: 0)
      let order = random.permutation(of: sheet.rows * sheet.columns)
      return figure(order.map { doubled[$0] })
    }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0.0) { sum, value in sum + (value - mean) * (value - mean) }
    let variance = squares / Double(max(1, values.count - 1))
    return Measure(
      value: value, shuffledMean: mean, shuffledDeviation: variance.squareRoot())
  }

  private func meanCosine(of pairs: [(Int, Int)], _ vectors: [SIMD2<Double>?]) -> Double? {
    let cosines = pairs.compactMap { one, other in
      vectors[one].flatMap { a in vectors[other].map { (a * $0).sum() } }
    }
    return cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count)
  }
}
