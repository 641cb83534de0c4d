import LinearAlgebra

/// Maps of windows as PyTorch computes them in double precision: Tests/Reference/tiled_maps.py.
public struct TiledOracle: Sendable, CustomStringConvertible {
  /// The beginning of the names of its files.
  public let name: String
  public let sample: TilingSample

  public var description: String { name }

  /// An array of its own, [N, all other axes].
  public func array(_ part: String) throws -> Matrix {
    let found = try referenceMatrix("tiled_maps/\(name)-\(part).npy")
    return Matrix(
      rows: Self.images, columns: found.elements.count / Self.images, elements: found.elements)
  }

  /// Codes of all places, [N·cells, K].
  public func cells(_ part: String) throws -> Matrix {
    sample.cells(ofPlaces: try array(part))
  }

  /// Weights or what is of their shape, [K, h·w·C].
  public func weights(_ part: String) throws -> Matrix {
    let units = sample.units * sample.tiling.period.count
    let found = try referenceMatrix("tiled_maps/\(name)-\(part).npy")
    return Matrix(
      rows: units, columns: found.elements.count / units, elements: found.elements)
  }

  private static let images = 2

  private init(_ name: String, _ sample: TilingSample) {
    self.name = name
    self.sample = sample
  }

  /// The cases of the script.
  public static let all = [
    TiledOracle("odd", TilingSample(3, 4, 1, of: (7, 9), units: 5)),
    TiledOracle("tall", TilingSample(5, 2, 2, of: (9, 7), stride: 2, padding: 1, units: 3)),
    TiledOracle("colour", TilingSample(3, 4, 3, of: (11, 10), stride: 3, padding: 2, units: 4)),
    TiledOracle("full", TilingSample(4, 4, 2, of: (7, 9), padding: 3, units: 6)),
    TiledOracle("pixel", TilingSample(1, 1, 3, of: (5, 3), units: 2)),
    TiledOracle("beyond", TilingSample(2, 3, 1, of: (9, 12), stride: 4, padding: 1, units: 3)),
    TiledOracle("local", TilingSample(3, 4, 1, of: (7, 9), period: (5, 6), units: 2)),
    TiledOracle(
      "local-tall",
      TilingSample(5, 2, 2, of: (9, 7), stride: 2, padding: 1, period: (4, 4), units: 1)),
    TiledOracle("tile", TilingSample(3, 4, 3, of: (8, 9), period: (2, 3), units: 2)),
    TiledOracle(
      "tile-stride",
      TilingSample(5, 4, 1, of: (11, 14), stride: 2, padding: 2, period: (3, 4), units: 3)),
  ]

  /// The auto-encoder on the images of a case.
  public static let autoencoders = [
    TiledOracle("autoencoder-colour", all[2].sample),
    TiledOracle("autoencoder-full", all[3].sample),
  ]
}
