import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

/// Maps of windows against PyTorch's conv2d, conv_transpose2d, unfold, fold and autograd.
@Suite struct TiledOracleTests {
  @Test("what units see", arguments: TiledOracle.all)
  func forward(_ oracle: TiledOracle) throws {
    let map = LinearMap(try oracle.weights("weights"), oracle.sample.geometry)
    try expect(map(oracle.array("images")), oracle.cells("codes"))
  }

  @Test("images of codes", arguments: TiledOracle.all)
  func adjoint(_ oracle: TiledOracle) throws {
    let map = LinearMap(try oracle.weights("weights"), oracle.sample.geometry, for: .adjoint)
    try expect(map.adjoint(oracle.cells("delta")), oracle.array("adjoint"))
  }

  @Test("gradients of weights", arguments: TiledOracle.all)
  func gradient(_ oracle: TiledOracle) throws {
    let map = LinearMap(try oracle.weights("weights"), oracle.sample.geometry)
    try expect(
      map.gradient(oracle.cells("delta"), input: oracle.array("images")),
      oracle.weights("gradient"))
  }

  @Test("encoders and decoders place by place", arguments: TiledOracle.all)
  func placeByPlace(_ oracle: TiledOracle) throws {
    let (sample, weights) = (oracle.sample, try oracle.weights("weights"))
    // tanh of so little is what it is of.
    let encoder = Encoder(
      weight: weights, threshold: [Float](repeating: 0, count: weights.rows),
      gain: [Float](repeating: 1e4, count: weights.rows), nonlinearity: .tanh, iterations: 0)
    let images = try oracle.array("images")
    let small = Matrix(
      rows: images.rows, columns: images.columns, elements: images.elements.map { 1e-4 * $0 })
    try expect(
      TiledEncoder(encoder, sample.tiling, sample.windows)(small), oracle.array("codes"))
    try expect(
      TiledDecoder(atoms: weights, sample.tiling, sample.windows)(oracle.array("delta")),
      oracle.array("adjoint"))
  }

  /// Within 1e-5 of the largest.
  private func expect(_ found: Matrix, _ expected: Matrix) {
    let size = expected.elements.reduce(0) { max($0, abs($1)) }
    #expect(size > 0 && found.rows == expected.rows && found.columns == expected.columns)
    #expect(agree(found.elements, expected.elements, within: 1e-5 * size))
  }
}
