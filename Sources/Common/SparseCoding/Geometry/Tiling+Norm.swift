import LinearAlgebra

/// Bounds of ‖D‖² over images of any size: of images that end it is no larger.
extension Tiling {
  /// At least the largest eigenvalue of DᵀD, so that 1/L is a safe step.
  ///
  /// Of a convolution it is the largest of ‖D̂(ω)‖² over all frequencies, D̂ the transform of the kernels with what lies
  /// within a stride as channels. Each vᴴD̂ᴴD̂v is a trigonometric polynomial of degree n, the number of places that a
  /// kernel reaches, so that its maximum is at most that on M equal steps by 1/cos(πn/M) on each axis (Ehlich & Zeller
  /// 1964): 4 % more with M = 16n.
  ///
  /// Of weights of each place's own it is the largest of (|G|v)_i/v_i for a v > 0 that comes near to the eigenvector of
  /// |G| (Collatz & Wielandt), G the overlaps of atoms.
  /// - Parameter atoms: Dᵀ, [phases·units, h·w·C].
  /// - Returns: 1 where all atoms are zero, or as good as.
  public func squaredNormBound(of atoms: Matrix) -> Float {
    let bound = period == .one ? largestResponse(of: atoms) : largestOverlap(of: atoms)
    return bound >= .leastNormalMagnitude && bound.isFinite ? bound : 1
  }

  // MARK: Convolution

  /// Equal steps of the frequencies of an axis.
  private struct Frequencies {
    let count: Int
    /// What a maximum on them may be too small by.
    let margin: Double
    /// Of 2π·step/count.
    private let cosines: [Double]

    private static let stepsPerPlace = 16

    /// - Parameter reach: n, places beyond its own that a kernel reaches.
    init(reach: Int) {
      let count = max(1, Self.stepsPerPlace * reach)
      self.count = count
      margin = 1 / cosine(ofHalfTurns: Double(reach) / Double(count))
      cosines = (0..<count).map { step in
        cosine(ofHalfTurns: 2 * Double(min(step, count - step)) / Double(count))
      }
    }

    /// e^(−2πi·step/count).
    func turn(_ step: Int) -> (real: Double, imaginary: Double) {
      // A quarter of a turn is a whole number of steps.
      (cosines[step % count], count == 1 ? 0 : -cosines[(step + 3 * count / 4) % count])
    }
  }

  private func largestResponse(of atoms: Matrix) -> Float {
    let (rows, columns) = (reach.rows + 1, reach.columns + 1)
    let (vertical, horizontal) = (Frequencies(reach: rows - 1), Frequencies(reach: columns - 1))
    let kernels = polyphase(atoms, rows, columns)
    var largest = 0.0
    // Weights are real: frequencies of opposite signs have the same norm.
    for v in 0...vertical.count / 2 {
      let bands = kernels.map { kernel in
        transform(kernel, at: v, of: vertical, columns: columns)
      }
      for u in 0..<horizontal.count {
        let response = bands.map { band in
          transform(band.real, band.imaginary, at: u, of: horizontal)
        }
        largest = max(largest, squaredNorm(response, rows: atoms.rows))
      }
    }
    return Float(largest * vertical.margin * horizontal.margin * (1 + 1e-5))
  }

  /// Kernels of the places that a window reaches, of each atom and element within a stride: [rows·columns] each.
  private func polyphase(_ atoms: Matrix, _ rows: Int, _ columns: Int) -> [[Double]] {
    let inner = stride * stride * channels
    var kernels = [[Double]](
      repeating: [Double](repeating: 0, count: rows * columns), count: atoms.rows * inner)
    for atom in 0..<atoms.rows {
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<channels {
            let element = (y % stride * stride + x % stride) * channels + channel
            kernels[atom * inner + element][y / stride * columns + x / stride] =
              Double(atoms[atom, (y * width + x) * channels + channel])
          }
        }
      }
    }
    return kernels
  }

  /// A kernel's columns at a frequency.
  private func transform(
    _ kernel: [Double], at v: Int, of frequencies: Frequencies, columns: Int
  ) -> (real: [Double], imaginary: [Double]) {
    var real = [Double](repeating: 0, count: columns)
    var imaginary = real
    for row in 0..<kernel.count / columns {
      let turn = frequencies.turn(row * v)
      for column in 0..<columns {
        real[column] += turn.real * kernel[row * columns + column]
        imaginary[column] += turn.imaginary * kernel[row * columns + column]
      }
    }
    return (real, imaginary)
  }

  /// The same of columns, at a frequency across.
  private func transform(
    _ real: [Double], _ imaginary: [Double], at u: Int, of frequencies: Frequencies
  ) -> (real: Double, imaginary: Double) {
    var sum = (real: 0.0, imaginary: 0.0)
    for column in real.indices {
      let turn = frequencies.turn(column * u)
      sum.real += turn.real * real[column] - turn.imaginary * imaginary[column]
      sum.imaginary += turn.real * imaginary[column] + turn.imaginary * real[column]
    }
    return sum
  }

  /// The largest eigenvalue of D̂ᴴD̂, [rows, inner], or of D̂D̂ᴴ where that is smaller.
  private func squaredNorm(
    _ response: [(real: Double, imaginary: Double)], rows: Int
  ) -> Double {
    let inner = response.count / rows
    let count = min(rows, inner)
    guard count > 1 else {
      return response.reduce(0) { $0 + $1.real * $1.real + $1.imaginary * $1.imaginary }
    }
    // A Hermitian A + iB has the eigenvalues of the symmetric [A, −B; B, A], each twice.
    var gram = Matrix(zeros: 2 * count, 2 * count)
    let isOfRows = rows <= inner
    for a in 0..<count {
      for b in 0..<count {
        var (real, imaginary) = (0.0, 0.0)
        for other in 0..<(isOfRows ? inner : rows) {
          let p = response[isOfRows ? a * inner + other : other * inner + a]
          let q = response[isOfRows ? b * inner + other : other * inner + b]
          real += p.real * q.real + p.imaginary * q.imaginary
          imaginary += p.imaginary * q.real - p.real * q.imaginary
        }
        gram[a, b] = Float(real)
        gram[count + a, count + b] = Float(real)
        gram[count + a, b] = Float(imaginary)
        gram[b, count + a] = Float(imaginary)
      }
    }
    return LinearAlgebra.largestEigenvalue(gram)
  }

  // MARK: Weights of each place's own

  private func largestOverlap(of atoms: Matrix) -> Float {
    let overlaps = overlaps(of: atoms)
    let units = atoms.rows / period.count
    let (rows, columns) = (reach.rows, reach.columns)
    /// Σ |G| v over all units that a unit overlaps.
    func sums(_ v: [Double]) -> [Double] {
      (0..<atoms.rows).map { row in
        let (top, left) = (
          row / units / period.columns, row / units % period.columns
        )
        var sum = 0.0
        for dy in -rows...rows {
          for dx in -columns...columns {
            let tap = (dy + rows) * (2 * columns + 1) + dx + columns
            let other = phase(
              row: top + dy + rows * period.rows, column: left + dx + columns * period.columns)
            for unit in 0..<units {
              sum += Double(abs(overlaps[row, tap * units + unit])) * v[other * units + unit]
            }
          }
        }
        return sum
      }
    }
    var v = [Double](repeating: 1, count: atoms.rows)
    var bound = Double.infinity
    for _ in 0..<20 {
      let next = sums(v)
      guard let most = next.max(), most.isFinite, most > 0 else { return 0 }
      bound = min(bound, zip(next, v).reduce(0) { max($0, $1.0 / $1.1) })
      // Some of all others keeps it above 0.
      v = next.map { $0 / most + 1e-3 }
    }
    return Float(bound * (1 + 1e-5))
  }
}
