import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Maps of windows against the same maps as matrices of whole images.
@Suite struct TiledMapTests {
  @Test("what units see is that of a matrix with zeros, to the bit", arguments: TilingSample.all)
  func forward(_ sample: TilingSample) {
    let (weights, x) = (sample.weights(seed: 1), sample.images(3, seed: 2))
    let found = LinearMap(weights, sample.geometry)(x)
    let expected = product(x, PackedMatrix(sample.whole(weights)))
    #expect(found.columns == weights.rows && found.rows == 3 * sample.geometry.cellCount)
    #expect(found.elements == expected.elements)
  }

  @Test("images of codes are those of a matrix with zeros", arguments: TilingSample.all)
  func adjoint(_ sample: TilingSample) {
    let weights = sample.weights(seed: 3)
    let z = normalMatrix(
      2 * sample.geometry.cellCount, weights.rows, density: 0.4, seed: 4)
    let found = LinearMap(weights, sample.geometry, for: .adjoint).adjoint(z)
    let flat = Matrix(rows: 2, columns: z.elements.count / 2, elements: z.elements)
    let expected = product(flat, PackedMatrix(transposeOf: sample.whole(weights)))
    #expect(found.rows == 2 && found.columns == sample.windows.imageLength)
    let size = expected.elements.reduce(0) { max($0, abs($1)) }
    #expect(size > 0 && agree(found.elements, expected.elements, within: 1e-6 * size))
  }

  @Test("⟨Wx, z⟩ = ⟨x, Wᵀz⟩", arguments: TilingSample.all)
  func adjointIdentity(_ sample: TilingSample) {
    let map = LinearMap(sample.weights(seed: 5), sample.geometry, for: .both)
    let x = sample.images(2, seed: 6)
    let seen = map(x)
    let z = normalMatrix(seen.rows, seen.columns, seed: 7)
    let (left, right) = (
      dotInDouble(seen.elements, z.elements), dotInDouble(x.elements, map.adjoint(z).elements)
    )
    let size =
      (dotInDouble(seen.elements, seen.elements) * dotInDouble(z.elements, z.elements)).squareRoot()
    #expect(abs(left - right) <= 1e-6 * size)
  }

  @Test("gradients are those of a matrix with zeros", arguments: TilingSample.all)
  func gradient(_ sample: TilingSample) {
    let map = LinearMap(sample.weights(seed: 8), sample.geometry)
    let x = sample.images(4, seed: 9)
    let delta = normalMatrix(
      4 * sample.geometry.cellCount, sample.units * sample.tiling.period.count, seed: 10)
    let flat = Matrix(rows: 4, columns: delta.elements.count / 4, elements: delta.elements)
    let expected = sample.folded(transposedProduct(flat, x))
    #expect(agree(map.gradient(delta, input: x).elements, expected.elements, within: 3e-5))
  }

  /// What units see is, to the bit; images are sums of windows of several places at once.
  @Test("the same weights at all places of a period are a convolution")
  func repeated() {
    let one = Tiling(height: 3, width: 3, channels: 2, stride: 1, padding: 1)
    let all = Tiling(
      height: 3, width: 3, channels: 2, stride: 1, padding: 1,
      period: Tiling.Period(rows: 5, columns: 6))
    let weights = normalMatrix(4, one.windowLength, seed: 11)
    let repeated = Matrix(
      rows: 4 * 30, columns: one.windowLength,
      elements: (0..<30).flatMap { _ in weights.elements })
    let windows = one.windows(imageHeight: 5, imageWidth: 6)!
    let x = normalMatrix(2, windows.imageLength, seed: 12)
    let (few, many) = (
      LinearMap(weights, .tiled(one, windows), for: .both),
      LinearMap(repeated, .tiled(all, windows), for: .both)
    )
    #expect(few(x).elements == many(x).elements)
    let z = normalMatrix(60, 4, seed: 13)
    let flat = Matrix(rows: 2, columns: 120, elements: z.elements)
    let (shared, apart) = (few.adjoint(z), many.adjoint(flat))
    #expect(agree(shared.elements, apart.elements, within: 2e-5))
  }

  @Test("codes of images are those of their windows, to the bit", arguments: TilingSample.all)
  func encoder(_ sample: TilingSample) {
    let weights = sample.weights(seed: 14)
    let units = weights.rows
    let encoder = Encoder(
      weight: weights, threshold: (0..<units).map { 0.1 * Float($0 % 7) },
      gain: (0..<units).map { 1 + Float($0 % 3) }, nonlinearity: .relu, iterations: 0)
    let x = sample.images(2, seed: 15)
    let codes = TiledEncoder(encoder, sample.tiling, sample.windows)(x)
    let (rows, columns) = (sample.windows.vertical.count, sample.windows.horizontal.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let window = sample.windows.taken(from: x, row: row, columns: Places(column))
        let all = encoder(window)
        let period = sample.tiling.period
        let phase = row % period.rows * period.columns + column % period.columns
        for image in 0..<2 {
          let first = (row * columns + column) * sample.units
          let own = all.row(image)[(image * units + phase * sample.units)...].prefix(sample.units)
          let start = image * codes.columns + first
          #expect(codes.elements[start..<start + sample.units].elementsEqual(own))
        }
      }
    }
    #expect(codes.elements.contains(0) && codes.elements.contains { $0 > 0 })
  }

  @Test(
    "decoding codes place by place is decoding them period by period", arguments: TilingSample.all)
  func decoder(_ sample: TilingSample) {
    let weights = sample.weights(seed: 16)
    let cells = normalMatrix(sample.geometry.cellCount, weights.rows, seed: 17)
    let columns = sample.windows.horizontal.count
    var places = Matrix(zeros: 1, columns: cells.elements.count)
    for (index, unit) in sample.allUnits.enumerated() {
      let to = (unit.row * columns + unit.column) * sample.units + unit.weight % sample.units
      places.elements[to] = cells.elements[index]
    }
    let found = TiledDecoder(atoms: weights, sample.tiling, sample.windows)(places)
    #expect(found == LinearMap(weights, sample.geometry, for: .adjoint).adjoint(cells))
    #expect(sample.geometry.places(ofCells: cells) == places)
    #expect(sample.geometry.cells(ofPlaces: places, units: weights.rows) == cells)
    #expect(found.elements.contains { $0 != 0 })
  }

  @Test("the norm of a map is that of its matrix", arguments: TilingSample.all)
  func norm(_ sample: TilingSample) {
    let weights = sample.weights(seed: 18)
    let whole = sample.whole(weights)
    let exact = largestEigenvalue(product(whole, PackedMatrix(whole)))
    let found = Double(LinearMap(weights, sample.geometry, for: .both).squaredNorm)
    #expect(found <= exact * 1.001 && found >= 0.8 * exact)
  }

  @Test("places that no whole period makes up, and images that hold no window, have no geometry")
  func refused() {
    let tiling = Tiling(
      height: 3, width: 3, channels: 1, period: Tiling.Period(rows: 2, columns: 2))
    #expect(Geometry.tiled(tiling, imageHeight: 6, imageWidth: 6) != nil)
    #expect(Geometry.tiled(tiling, imageHeight: 7, imageWidth: 6) == nil)
    #expect(Geometry.tiled(tiling, imageHeight: 2, imageWidth: 6) == nil)
  }
}
