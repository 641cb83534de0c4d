import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import ModelFile

/// Weights of deep layers, drawn through those before.
@Suite struct NetworkFilterTests {
  private static let pooled = "l2,consecutive:2,2x2:2x2"

  /// A layer of windows of which unit 0 has one weight, of a feature of one place.
  private func pointing(
    at place: (y: Int, x: Int, feature: Int), kernel: Int, channels: Int
  ) -> Model {
    var atoms = Matrix(zeros: 2, columns: kernel * kernel * channels)
    atoms[0, (place.y * kernel + place.x) * channels + place.feature] = 1
    atoms[1, 0] = 1
    var model = Model.convolution(channels: channels, kernel: kernel, units: 2, seed: 1)
    model.encoder = Encoder(
      weight: atoms, threshold: [0, 0], nonlinearity: .relu, iterations: 0)
    model.problem = CodingProblem(atoms: atoms, lambda: 0.1, isNonnegative: true)
    model.decoder = Decoder(weight: atoms.transposed)
    return model
  }

  @Test("a unit with one weight is an atom of the layer before, in its place", arguments: [1, 2])
  func oneWeight(_ stride: Int) throws {
    let first = Model.convolution(channels: 3, kernel: 3, units: 4, stride: stride, seed: 5)
    let second = pointing(at: (1, 2, 3), kernel: 3, channels: 4)
    let network = try Network([first, second], ["l2,consecutive:1"])
    let side = 2 * stride + 3
    for which in [Model.Filters.decoder, .encoder] {
      let filters = try #require(try network.filters(which, ofLayer: 1))
      #expect(filters.shape == [side, side, 3] && filters.weights.rows == 2)
      let atoms = try #require(first.problem).atoms
      for y in 0..<side {
        for x in 0..<side {
          for channel in 0..<3 {
            let (row, column) = (y - stride, x - 2 * stride)
            let isInside = (0..<3).contains(row) && (0..<3).contains(column)
            let expected = isInside ? atoms[3, (row * 3 + column) * 3 + channel] : 0
            #expect(filters.weights[0, (y * side + x) * 3 + channel] == expected)
          }
        }
      }
    }
  }

  @Test("how large filters are, and how many")
  func shapes() throws {
    func shape(_ network: Network, _ which: Model.Filters, _ layer: Int) throws -> [Int] {
      let filters = try #require(try network.filters(which, ofLayer: layer - 1))
      #expect(filters.weights.columns == filters.shape.reduce(1, *))
      return [filters.weights.rows] + filters.shape
    }
    let two = try NetworkSample.convolutions.network()
    #expect(try shape(two, .decoder, 1) == [4, 3, 3, 1])
    // 2x2 places of 2x2 windows are 4x4 places of the first layer.
    #expect(try shape(two, .decoder, 2) == [6, 6, 6, 1])
    #expect(try shape(two, .pairs, 2) == [12, 6, 6, 1])
    #expect(try shape(NetworkSample.twoPoolings.network(), .encoder, 2) == [6, 5, 5, 1])
    #expect(try shape(NetworkSample.ofModel.network(), .decoder, 2) == [6, 6, 6, 1])
    // Whole maps are whole images: 6x6 places with padding of 1.
    #expect(try shape(NetworkSample.whole.network(), .decoder, 2) == [5, 6, 6, 1])
    let dense = try NetworkSample.dense.network()
    #expect(try shape(dense, .decoder, 2) == [5, 3, 3, 1])
    #expect(try shape(dense, .classifier, 3) == [3, 3, 3, 1])
    #expect(try shape(NetworkSample.whitened.network(), .decoder, 2) == [5, 2, 3])
    #expect(try dense.filters(.classifier, ofLayer: 1) == nil)
  }

  /// For linear decoders, what is drawn is what a code of one unit decodes to.
  @Test("filters are codes of one unit decoded by all layers")
  func decoded() throws {
    let first = Model.convolution(channels: 1, kernel: 3, units: 4, stride: 2, seed: 11)
    let second = Model.convolution(channels: 2, kernel: 2, units: 6, stride: 3, seed: 13)
    let third = Model.convolution(channels: 6, kernel: 2, units: 3, seed: 15)
    let network = try Network(
      [first, second, third], ["l2,consecutive:2,2x2:2x2", "max,consecutive:1,2x1:1x2"])
    let drawn = try #require(try network.filters(.decoder, ofLayer: 2))
    func decode(_ codes: Matrix, _ model: Model, _ rows: Int, _ columns: Int) throws -> Matrix {
      let tiling = try #require(model.tiling)
      let windows = try #require(tiling.windows(rows: rows, columns: columns))
      return TiledDecoder(atoms: try #require(model.problem).atoms, tiling, windows)(codes)
    }
    for unit in 0..<3 {
      var code = Matrix(zeros: 1, columns: 3)
      code[0, unit] = 1
      // [2,2,6], spread over windows 2x1 that are 1x2 apart: [3,3,6].
      let features = try decode(code, third, 1, 1)
      var maps = Matrix(zeros: 1, columns: 3 * 3 * 6)
      for (y, x, dy, channel) in places(2, 2, 2, 6) {
        maps[0, ((y + dy) * 3 + 2 * x) * 6 + channel] +=
          0.5 * features[0, (y * 2 + x) * 6 + channel]
      }
      // 3x3 places 3 apart of 2x2: [8,8,2], of pools of two, over windows of 2x2: [16,16,4].
      let earlier = try decode(maps, second, 3, 3)
      var codes = Matrix(zeros: 1, columns: 16 * 16 * 4)
      for (y, x, channel, _) in places(16, 16, 4, 1) {
        codes[0, (y * 16 + x) * 4 + channel] =
          0.25 * 0.5 * earlier[0, (y / 2 * 8 + x / 2) * 2 + channel / 2]
      }
      let expected = try decode(codes, first, 16, 16)
      #expect(drawn.shape == [33, 33, 1] && expected.columns == 33 * 33)
      #expect(Array(drawn.weights.row(unit)) == expected.elements)
    }
  }

  /// All combinations of four numbers, each below its limit.
  private func places(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> [(Int, Int, Int, Int)] {
    (0..<a * b * c * d).map { ($0 / (b * c * d), $0 / (c * d) % b, $0 / d % c, $0 % d) }
  }

  /// A DC unit is in no pool, and what whitening does is undone.
  @Test func denseLayers() throws {
    let network = try NetworkSample.dense.network()
    let (first, second) = (network.layers[0], network.layers[1])
    let atoms = try #require(second.problem).atoms
    var codes = Matrix(zeros: 5, columns: 9)
    for (row, unit, _, _) in places(5, 8, 1, 1) {
      codes[row, unit] = 0.5 * atoms[row, unit / 2]
    }
    let drawn = try #require(try network.filters(.decoder, ofLayer: 1))
    #expect(drawn.weights == first.decoder?(codes))
    let whitened = try NetworkSample.whitened.network()
    let filters = try #require(try whitened.filters(.decoder, ofLayer: 1))
    let unwhitening = try #require(whitened.layers[0].preprocessing.unwhitening)
    #expect(
      filters.weights
        == product(try #require(whitened.layers[1].problem).atoms, PackedMatrix(unwhitening)))
  }

  @Test("what cannot be drawn is refused, and the layer named")
  func refused() throws {
    func message(_ network: Network) -> String {
      do {
        _ = try network.filters(.decoder, ofLayer: 1)
        return "no problem"
      } catch { return "\(error)" }
    }
    #expect(
      message(try NetworkSample.parts.network())
        == "layer 2 cannot be drawn in pixels: layer 2 takes 4x4 parts of maps, whose size it does not hold"
    )
    let second = Model.convolution(channels: 2, kernel: 2, units: 6, seed: 3)
    let local = Model.convolution(
      channels: 1, kernel: 3, units: 8, period: .init(rows: 2, columns: 2), seed: 1)
    #expect(
      message(try Network([local, second], ["none"]))
        == "layer 2 cannot be drawn in pixels: layer 1 has other weights at other places")
    let dense = Model.dense([2, 2, 1], units: 4, seed: 1)
    #expect(
      message(try Network([dense, second], ["l2,consecutive:2"]))
        == "layer 2 cannot be drawn in pixels: layer 1 takes records, and how far apart in an image they were "
        + "is not in the file")
    let first = Model.convolution(channels: 1, kernel: 3, units: 4, seed: 1)
    #expect(
      message(try Network([first, .dense([3, 2], units: 3, seed: 2)], ["l2,consecutive:2"]))
        == "layer 2 cannot be drawn in pixels: layer 2 takes records of [3,2], expected maps of 2 units"
    )
    let far = Model.convolution(channels: 1, kernel: 3, units: 4, stride: 32_768, seed: 1)
    #expect(
      message(try Network([far, second], ["l2,consecutive:2,2x2:32768x32768"])).hasPrefix(
        "layer 2 cannot be drawn in pixels: its filters would be of [32770,32770,4]"))
  }
}
