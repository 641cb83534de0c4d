import LinearAlgebra

/// An encoder whose units see windows of images of one size.
public struct TiledEncoder: Sendable {
  private let map: TiledMap
  /// S of each pass as a map of codes; one where it is shared.
  private let recurrent: [TiledMap]
  /// f of each step.
  private let steps: [EncoderStep]
  /// Rows of places further whose windows still overlap.
  private let reach: Int
  public let windows: ImageWindows
  /// Units of a place.
  public let unitCount: Int

  /// - Precondition: the encoder is of the parallel form, and f of a local map is one of each unit.
  public init(_ encoder: Encoder, _ tiling: Tiling, _ windows: ImageWindows) {
    precondition(encoder.form == .parallel, "coordinates of windows")
    let phases = tiling.period.count
    precondition(phases == 1 || encoder.nonlinearity != nil, "pools of a local map")
    let units = encoder.codeLength / phases
    map = TiledMap(encoder.weight, tiling, windows, for: .forward)
    recurrent =
      encoder.iterations == 0
      ? []
      : encoder.recurrent.map {
        TiledMap(
          $0, tiling.recurrent(units: units),
          tiling.recurrentWindows(over: windows, units: units), for: .forward)
      }
    steps = (0...encoder.iterations).map { encoder.function(ofStep: $0) }
    reach = tiling.reach.rows
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
  public var halo: Int { (stepCount - 1) * reach }

  /// The rows of images that codes at some rows of places depend on.
  public func imageRows(for rows: Range<Int>) -> Range<Int> {
    windows.vertical.reach(of: widened(rows, by: halo))
  }

  private func widened(_ rows: Range<Int>, by more: Int) -> Range<Int> {
    (rows.lowerBound - more..<rows.upperBound + more).clamped(to: 0..<windows.vertical.count)
  }

  /// Codes at some rows of places, the same as of whole images.
  /// - Parameter x: of each image the rows from `top` on, those of ``imageRows(for:)`` at least.
  /// - Returns: [N, rows·columns·units], the places row by row.
  public func callAsFunction(_ x: Matrix, rows: Range<Int>, top: Int) -> Matrix {
    var code = Matrix(zeros: 0, columns: 0)
    eachCode(of: x, rows: rows, top: top) { if $0 == stepCount - 1 { code = $1 } }
    return code
  }

  /// T + 1.
  var stepCount: Int { steps.count }

  /// Shows the codes of whole images after each step, z₀ … z_T, the last one with the gain.
  func eachCode(of x: Matrix, _ visit: (Int, Matrix) -> Void) {
    eachCode(of: x, rows: 0..<windows.vertical.count, top: 0, visit)
  }

  /// - Parameter visit: is shown the codes at some more rows of places, and of the last step at these.
  private func eachCode(
    of x: Matrix, rows: Range<Int>, top: Int, _ visit: (Int, Matrix) -> Void
  ) {
    let last = stepCount - 1
    let wide = widened(rows, by: halo)
    guard last > 0 else {
      return visit(0, codes(0) { map.places(of: x, rows: wide, top: top, step: $0) })
    }
    // Twice what the windows show, which is little beside a pass.
    let drive = map.places(of: x, rows: wide, top: top)
    var code = codes(0) { map.places(of: x, rows: wide, top: top, step: $0) }
    visit(0, code)
    var held = wide
    for pass in 1...last {
      let rows = widened(rows, by: (last - pass) * reach)
      let start = self.rows(rows, of: drive, from: wide)
      code = codes(pass) { step in
        recurrent[recurrent.count > 1 ? pass - 1 : 0].places(
          of: code, rows: rows, top: held.lowerBound, start: start, step: step)
      }
      held = rows
      visit(pass, code)
    }
  }

  /// f of a step of sums, [N, rows·columns·units].
  private func codes(_ step: Int, _ sums: (Epilogue?) -> Matrix) -> Matrix {
    var length = 0
    return steps[step].applied { epilogue in
      let sums = sums(epilogue)
      length = sums.columns
      return sums.reshaped(columns: unitCount)
    }.reshaped(columns: length)
  }

  /// Some of the rows of places of codes.
  /// - Parameters:
  ///   - codes: [N, rows·columns·units].
  ///   - held: the rows that they have.
  private func rows(_ rows: Range<Int>, of codes: Matrix, from held: Range<Int>) -> Matrix {
    if rows == held { return codes }
    let length = windows.horizontal.count * unitCount
    let first = (rows.lowerBound - held.lowerBound) * length
    return codes.columns(at: first..<first + rows.count * length)
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
