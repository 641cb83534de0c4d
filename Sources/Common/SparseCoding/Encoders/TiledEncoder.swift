import LinearAlgebra

/// An encoder without passes whose units see windows of images of one size.
public struct TiledEncoder: Sendable {
  private let map: TiledMap
  private let encoder: Encoder
  public let windows: ImageWindows
  /// Units of a place.
  public let unitCount: Int

  /// - Precondition: T is 0, and f of a local map is one of each unit.
  public init(_ encoder: Encoder, _ tiling: Tiling, _ windows: ImageWindows) {
    precondition(encoder.iterations == 0 && encoder.form == .parallel, "an encoder with passes")
    let phases = tiling.period.count
    precondition(phases == 1 || encoder.nonlinearity != nil, "pools of a local map")
    let units = encoder.codeLength / phases
    map = TiledMap(encoder.weight, tiling, windows, for: .forward)
    self.encoder = encoder
    self.windows = windows
    unitCount = units
  }

  /// Codes of images.
  /// - Parameter x: [N, H·W·C].
  /// - Returns: [N, rows·columns·units], the places row by row.
  public func callAsFunction(_ x: Matrix) -> Matrix {
    let length = windows.horizontal.count * unitCount
    var codes = Matrix(zeros: x.rows, columns: windows.vertical.count * length)
    for row in 0..<windows.vertical.count {
      let places = map.places(ofRow: row, of: x) { units, sums in
        step(of: units).apply(to: &sums)
      }
      for image in 0..<x.rows {
        let first = image * codes.columns + row * length
        codes.elements.replaceSubrange(
          first..<first + length, with: places.elements[image * length..<(image + 1) * length])
      }
    }
    return codes
  }

  /// f of some units.
  private func step(of units: Range<Int>) -> EncoderStep {
    let thresholds = encoder.threshold[0]
    let isWhole = units.count == encoder.codeLength
    return EncoderStep(
      encoder.function, thresholds: isWhole ? thresholds : Array(thresholds[units]),
      gain: encoder.gain.map { Array($0[units]) })
  }
}

/// The linear decoder of units that lie over windows of images of one size.
public struct TiledDecoder: Sendable {
  private let map: TiledMap

  /// - Parameter atoms: Dᵀ, [phases·units, h·w·C].
  public init(atoms: Matrix, _ tiling: Tiling, _ windows: ImageWindows) {
    map = TiledMap(atoms, tiling, windows, for: .adjoint)
  }

  /// Images of codes.
  /// - Parameter z: [N, rows·columns·units], the places row by row.
  /// - Returns: [N, H·W·C].
  public func callAsFunction(_ z: Matrix) -> Matrix { map.images(ofPlaces: z) }
}
