import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Passes of encoders whose units see windows, against the same as matrices of whole images.
@Suite struct TiledPassTests {
  private func identity(_ units: Int) -> EncoderStep {
    // No code here is that small.
    EncoderStep(
      .units(.shrink, sharpness: 1), thresholds: [Float](repeating: 0, count: units))
  }

  @Test("S z is that of a matrix with zeros, to the bit", arguments: TilingSample.all)
  func forward(_ sample: TilingSample) {
    let weights = sample.recurrentWeights(seed: 1)
    let cells = sample.geometry.cellCount
    let z = normalMatrix(3 * cells, weights.rows, density: 0.3, seed: 2)
    let drive = normalMatrix(3 * cells, weights.rows, seed: 3)
    let found = RecurrentMap(weights, sample.geometry)(
      z, drive: drive, identity(weights.rows))
    // Sums go through the units place by place.
    let order = sample.placeOrder
    let whole = sample.wholeRecurrent(weights).columns(at: order)
    let expected = product(
      z.reshaped(columns: order.count).columns(at: order), PackedMatrix(whole),
      start: .matrix(drive.reshaped(columns: order.count)))
    #expect(found.elements == expected.elements)
    #expect(found.elements != drive.elements)
  }

  @Test("Sᵀδ and the gradient of S are those of a matrix with zeros", arguments: TilingSample.all)
  func backward(_ sample: TilingSample) {
    let weights = sample.recurrentWeights(seed: 4)
    let map = RecurrentMap(weights, sample.geometry)
    let cells = sample.geometry.cellCount
    let delta = normalMatrix(2 * cells, weights.rows, density: 0.5, seed: 5)
    let z = normalMatrix(2 * cells, weights.rows, density: 0.5, seed: 6)
    let count = sample.allUnits.count
    let back = product(
      delta.reshaped(columns: count), PackedMatrix(transposeOf: sample.wholeRecurrent(weights)))
    let found = map.adjoint(delta)
    #expect(found.rows == delta.rows && found.columns == delta.columns)
    #expect(agree(found.elements, back.elements, within: 2e-5))
    let gradient = sample.foldedRecurrent(
      transposedProduct(delta.reshaped(columns: count), z.reshaped(columns: count)))
    let own = map.gradient(delta, input: z)
    #expect(own.rows == weights.rows && own.columns == weights.columns)
    #expect(agree(own.elements, gradient.elements, within: 1e-4))
    #expect(gradient.elements.contains { $0 != 0 })
  }

  private static let passes = [(1, false), (3, false), (3, true)]

  @Test(
    "codes after passes are those of an encoder of whole images, to the bit",
    arguments: TilingSample.all, passes)
  func codes(_ sample: TilingSample, _ kind: (passes: Int, hasOwnSteps: Bool)) {
    let weights = sample.weights(seed: 7)
    let units = weights.rows
    let steps = kind.hasOwnSteps ? kind.passes : 1
    let encoder = Encoder(
      weight: weights, recurrent: (0..<steps).map { sample.recurrentWeights(seed: 8 + UInt64($0)) },
      threshold: (0..<(kind.hasOwnSteps ? steps + 1 : 1)).map { step in
        (0..<units).map { 0.1 * Float(($0 + step) % 7) }
      },
      gain: (0..<units).map { 1 + Float($0 % 3) }, nonlinearity: .relu, iterations: kind.passes)
    let order = sample.placeOrder
    let all = sample.allUnits
    func repeated(_ values: [Float]) -> [Float] { order.map { values[all[$0].weight] } }
    let whole = Encoder(
      weight: sample.whole(encoder.weight).rows(at: order),
      recurrent: encoder.recurrent.map {
        sample.wholeRecurrent($0).rows(at: order).columns(at: order)
      },
      threshold: encoder.threshold.map(repeated), gain: encoder.gain.map(repeated),
      nonlinearity: .relu, iterations: kind.passes)
    let x = sample.images(3, seed: 12)
    let found = TiledEncoder(encoder, sample.tiling, sample.windows)(x)
    #expect(found == whole(x))
    #expect(found != TiledEncoder(encoder.with(iterations: 0), sample.tiling, sample.windows)(x))
    #expect(found.elements.contains(0) && found.elements.contains { $0 > 0 })
  }

  @Test("codes at some rows of places are those of whole images", arguments: TilingSample.all)
  func strips(_ sample: TilingSample) {
    let weights = sample.weights(seed: 18)
    let encoder = Encoder(
      weight: weights, recurrent: sample.recurrentWeights(seed: 19),
      threshold: (0..<weights.rows).map { 0.1 * Float($0 % 7) }, nonlinearity: .relu, iterations: 2)
    let (windows, channels) = (sample.windows, sample.tiling.channels)
    let tiled = TiledEncoder(encoder, sample.tiling, windows)
    let x = sample.images(2, seed: 20)
    let whole = tiled(x)
    let length = whole.columns / windows.vertical.count
    for first in 0..<windows.vertical.count {
      let rows = first..<min(first + 2, windows.vertical.count)
      let held = tiled.imageRows(for: rows)
      let width = sample.width * channels
      let part = tiled(
        x.columns(at: held.lowerBound * width..<held.upperBound * width), rows: rows,
        top: held.lowerBound)
      #expect(
        part == whole.columns(at: rows.lowerBound * length..<rows.upperBound * length), "\(rows)")
    }
  }

  /// Places that whole periods do not make up are of an image of another size than was learned from.
  @Test("an image that a period does not divide")
  func partPeriod() {
    let sample = TilingSample.all[5]
    let period = sample.tiling.period
    #expect(period.count == 6)
    let weights = sample.weights(seed: 13)
    let encoder = Encoder(
      weight: weights, recurrent: sample.recurrentWeights(seed: 14),
      threshold: [Float](repeating: 0.2, count: weights.rows), nonlinearity: .shrink, iterations: 1)
    let windows = sample.tiling.windows(imageHeight: 5, imageWidth: 7)!
    let x = normalMatrix(1, windows.imageLength, seed: 15)
    let code = TiledEncoder(encoder, sample.tiling, windows)(x)
    let first = TiledEncoder(encoder.with(iterations: 0), sample.tiling, windows)(x)
    let (rows, columns, units) = (3, 5, sample.units)
    let s = encoder.recurrent[0]
    for row in 0..<rows {
      for column in 0..<columns {
        for unit in 0..<units {
          let weight = sample.tiling.phase(row: row, column: column) * units + unit
          let window = windows.taken(from: x, row: row, columns: Places(column))
          var sum = Double(dot(Array(window.row(0)), Array(weights.row(weight))))
          for dy in -2...2 {
            for dx in -2...2 where (0..<rows).contains(row + dy) {
              guard (0..<columns).contains(column + dx) else { continue }
              for other in 0..<units {
                let z = first.elements[((row + dy) * columns + column + dx) * units + other]
                sum += Double(s[weight, ((dy + 2) * 5 + dx + 2) * units + other]) * Double(z)
              }
            }
          }
          let expected = sum < 0 ? -max(0, -sum - 0.2) : max(0, sum - 0.2)
          let found = Double(code.elements[(row * columns + column) * units + unit])
          #expect(abs(found - expected) <= 1e-5 * (1 + abs(expected)), "\(row) \(column) \(unit)")
        }
      }
    }
  }

  /// Where there is a padding, it is a part of the image.
  @Test("unrolled passes are steps of ISTA", arguments: TilingSample.all, [true, false])
  func unrolled(_ sample: TilingSample, _ isNonnegative: Bool) {
    let tiling = sample.tiling
    var atoms = sample.weights(seed: 16)
    atoms.normalizeRows()
    let padded = Tiling(
      height: tiling.height, width: tiling.width, channels: tiling.channels, stride: tiling.stride,
      period: tiling.period)
    let geometry = Geometry.tiled(
      padded, imageHeight: sample.height + 2 * tiling.padding,
      imageWidth: sample.width + 2 * tiling.padding)!
    let map = LinearMap(atoms, geometry, for: .both)
    let (step, lambda) = (1 / tiling.squaredNormBound(of: atoms), Float(0.3))
    let image = sample.images(1, seed: 17)
    let x = paddedImage(image, sample)
    // z ← f(z + Dᵀ(x − Dz)/L) from 0.
    var z = Matrix(zeros: geometry.cellCount, columns: atoms.rows)
    for _ in 0...4 {
      var error = x
      for (index, value) in map.adjoint(z).elements.enumerated() { error.elements[index] -= value }
      for (index, value) in map(error).elements.enumerated() {
        let v = z.elements[index] + step * value
        let size = max(0, (isNonnegative ? v : abs(v)) - step * lambda)
        z.elements[index] = v < 0 ? -size : size
      }
    }
    let encoder = Encoder.unrolling(
      atoms: atoms, tiling, lambda: lambda, isNonnegative: isNonnegative, lipschitz: 1 / step,
      iterations: 4)
    let found = TiledEncoder(encoder, tiling, sample.windows)(image)
    let expected = geometry.places(ofCells: z)
    #expect(agree(found.elements, expected.elements, within: 2e-6))
    #expect(expected.elements.contains { $0 != 0 })
  }

  private func paddedImage(_ image: Matrix, _ sample: TilingSample) -> Matrix {
    let (padding, channels) = (sample.tiling.padding, sample.tiling.channels)
    let width = sample.width + 2 * padding
    var x = Matrix(zeros: 1, columns: (sample.height + 2 * padding) * width * channels)
    for row in 0..<sample.height {
      let (from, to) = (
        row * sample.width * channels, ((row + padding) * width + padding) * channels
      )
      for index in 0..<sample.width * channels {
        x.elements[to + index] = image.elements[from + index]
      }
    }
    return x
  }

  @Test(
    "S has windows of the places that a window overlaps",
    arguments: [(7, 1, 6), (7, 2, 3), (3, 3, 0), (2, 5, 0), (5, 4, 1)])
  func shape(_ kernel: Int, _ stride: Int, _ reach: Int) {
    let tiling = Tiling(
      height: kernel, width: kernel + 1, channels: 2, stride: stride, padding: 1,
      period: .init(rows: 2, columns: 3))
    let recurrent = tiling.recurrent(units: 4)
    #expect(recurrent.height == 2 * reach + 1 && recurrent.padding == reach)
    #expect(recurrent.width == 2 * (kernel / stride) + 1)
    #expect(recurrent.horizontalPadding == kernel / stride)
    #expect(recurrent.channels == 4 && recurrent.stride == 1 && recurrent.period == tiling.period)
  }
}
