import LinearAlgebra

/// How fine filters are that are pictures: the centroid Σ f P / Σ P of the power P of their discrete Fourier
/// transform in two dimensions, f = √(f_y² + f_x²).
public struct RadialFrequencies: Sendable {
  /// Of each filter, in cycles per pixel, from 0, a filter of one value, to √½; nil of a filter of zeros.
  public let values: [Double?]

  /// - Parameters:
  ///   - filters: [K, D].
  ///   - shape: that of a picture, [h,w] or [h,w,C], whose channels' powers are added up.
  /// - Returns: nil where filters are no pictures of two pixels in each direction.
  public init?(_ filters: Matrix, shape: [Int]) {
    let axes = shape.count == 2 ? shape + [1] : shape
    guard axes.count == 3, axes[0] >= 2, axes[1] >= 2, axes.reduce(1, *) == filters.columns else {
      return nil
    }
    let transform = Transform(height: axes[0], width: axes[1])
    values = (0..<filters.rows).map { unit in
      transform.centroid(Array(filters.row(unit)), channels: axes[2])
    }
  }

  /// The transform of pictures of one size, the columns first; of what a column of f_x and one of −f_x have
  /// alike, pictures being real, only one is computed.
  private struct Transform {
    let height: Int
    let width: Int
    /// cos and sin of 2π k x / n.
    let across: (cos: PackedMatrix, sin: PackedMatrix)
    let down: (cos: PackedMatrix, sin: PackedMatrix)

    /// How many f_x are at least 0.
    private var columns: Int { width / 2 + 1 }

    init(height: Int, width: Int) {
      self.height = height
      self.width = width
      across = Self.waves(length: width, count: width / 2 + 1)
      down = Self.waves(length: height, count: height)
    }

    /// [count, length] each.
    private static func waves(length: Int, count: Int) -> (cos: PackedMatrix, sin: PackedMatrix) {
      var (cosines, sines) = (
        Matrix(zeros: count, columns: length), Matrix(zeros: count, columns: length)
      )
      for k in 0..<count {
        for x in 0..<length {
          // In half turns, below 2 of them.
          let turns = 2 * Double(x * k % length) / Double(length)
          cosines[k, x] = Float(cosine(ofHalfTurns: turns > 1 ? 2 - turns : turns))
          let shifted = abs(turns - 0.5)
          sines[k, x] = Float(cosine(ofHalfTurns: shifted > 1 ? 2 - shifted : shifted))
        }
      }
      return (PackedMatrix(cosines), PackedMatrix(sines))
    }

    func centroid(_ filter: [Float], channels: Int) -> Double? {
      var (sum, moment) = (0.0, 0.0)
      for channel in 0..<channels {
        let pixels = (0..<height * width).map { filter[$0 * channels + channel] }
        let picture = Matrix(rows: height, columns: width, elements: pixels)
        let a = product(picture, across.cos).transposed
        let b = product(picture, across.sin).transposed
        let (ac, bs) = (product(a, down.cos), product(b, down.sin))
        let (ans, bc) = (product(a, down.sin), product(b, down.cos))
        for x in 0..<columns {
          // f_x = 0 and, of an even width, ½ are their own opposites.
          let weight: Double = x == 0 || 2 * x == width ? 1 : 2
          for y in 0..<height {
            let real = Double(ac[x, y]) - Double(bs[x, y])
            let imaginary = Double(ans[x, y]) + Double(bc[x, y])
            let power = weight * (real * real + imaginary * imaginary)
            sum += power
            moment += power * frequency(x, y)
          }
        }
      }
      return sum > 0 ? moment / sum : nil
    }

    /// In cycles per pixel.
    private func frequency(_ x: Int, _ y: Int) -> Double {
      let (fx, fy) = (Double(x) / Double(width), Double(min(y, height - y)) / Double(height))
      return (fx * fx + fy * fy).squareRoot()
    }
  }
}
