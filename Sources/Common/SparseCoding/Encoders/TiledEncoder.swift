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
    self(x, rows: 0..<windows.vertical.count, top: 0)
  }

  /// Rows of places on each side that the codes of a place depend on: a pass reaches the places whose windows
  /// overlap.
  public var halo: Int {
    encoder.iterations * ((windows.vertical.size - 1) / windows.vertical.stride)
  }

  /// The rows of images that codes at some rows of places depend on.
  public func imageRows(for rows: Range<Int>) -> Range<Int> {
    windows.vertical.reach(of: widened(rows))
  }

  private func widened(_ rows: Range<Int>) -> Range<Int> {
    (rows.lowerBound - halo..<rows.upperBound + halo).clamped(to: 0..<windows.vertical.count)
  }

  /// Codes at some rows of places, the same as of whole images.
  /// - Parameter x: of each image the rows from `top` on, those of ``imageRows(for:)`` at least.
  /// - Returns: [N, rows·columns·units], the places row by row.
  public func callAsFunction(_ x: Matrix, rows: Range<Int>, top: Int) -> Matrix {
    let wide = widened(rows)
    let length = windows.horizontal.count * unitCount
    var codes = Matrix(zeros: x.rows, columns: wide.count * length)
    for row in wide {
      let places = map.places(ofRow: row, of: x, top: top) { units, sums in
        step(of: units).apply(to: &sums)
      }
      for image in 0..<x.rows {
        let first = image * codes.columns + (row - wide.lowerBound) * length
        codes.elements.replaceSubrange(
          first..<first + length, with: places.elements[image * length..<(image + 1) * length])
      }
    }
    if wide == rows { return codes }
    let first = (rows.lowerBound - wide.lowerBound) * length
    return Matrix(
      rows: x.rows, columns: rows.count * length,
      elements: (0..<x.rows).flatMap { codes.row($0).dropFirst(first).prefix(rows.count * length) })
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
  public let windows: ImageWindows
  /// Units of a place.
  public let unitCount: Int

  /// - Parameter atoms: Dᵀ, [phases·units, h·w·C].
  public init(atoms: Matrix, _ tiling: Tiling, _ windows: ImageWindows) {
    map = TiledMap(atoms, tiling, windows, for: .adjoint)
    self.windows = windows
    unitCount = atoms.rows / tiling.period.count
  }

  /// Images of codes.
  /// - Parameter z: [N, rows·columns·units], the places row by row.
  /// - Returns: [N, H·W·C].
  public func callAsFunction(_ z: Matrix) -> Matrix { map.images(ofPlaces: z) }

  /// What the codes of some rows of places add to an image.
  /// - Parameter z: of these rows, [1, rows·columns·units].
  public func parts(of z: Matrix, rows: Range<Int>) -> [Matrix] {
    map.windows(ofRows: rows, places: z)
  }

  /// Adds parts of an image to it. Rows of places that come in their order give the same as
  /// ``callAsFunction(_:)``.
  /// - Parameter image: [1, rows·W·C], its rows from `top` on that the parts reach, at least.
  public func add(_ parts: [Matrix], rows: Range<Int>, to image: inout Matrix, top: Int) {
    map.addWindows(parts, ofRows: rows, to: &image, top: top)
  }
}
