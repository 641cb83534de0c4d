import LinearAlgebra

/// An encoder whose units see windows of images of one size.
public struct TiledEncoder: Sendable {
  private let map: TiledMap
  /// S of each pass as a map of codes; one where it is shared.
  private let recurrent: [TiledMap]
  /// f of each step, and of each row of a period.
  private let steps: [[EncoderStep]]
  /// Units of a row of a period, which an f is of.
  private let stepUnits: Int
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
    let own = tiling.period.columns * units
    steps = (0...encoder.iterations).map { step in
      (0..<tiling.period.rows).map { row in
        encoder.function(
          ofStep: step, units: phases == 1 ? nil : row * own..<(row + 1) * own)
      }
    }
    stepUnits = own
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
      return visit(0, codes(of: x, top: top, rows: wide, by: map, step: 0).codes)
    }
    let drive = codes(of: x, top: top, rows: wide, by: map, step: nil)
    var code = drive
    for row in wide {
      var places = drive.places(ofRow: row, units: unitCount)
      apply(0, to: &places, row: row)
      code.set(places, row: row)
    }
    visit(0, code.codes)
    for pass in 1...last {
      code = codes(
        of: code.codes, top: code.rows.lowerBound, rows: widened(rows, by: (last - pass) * reach),
        by: recurrent[recurrent.count > 1 ? pass - 1 : 0], start: drive, step: pass)
      visit(pass, code.codes)
    }
  }

  /// f of a step of what units see of images, or of codes of them.
  /// - Parameters:
  ///   - x: from the row `top` on.
  ///   - start: what their sums begin with.
  ///   - step: nil leaves the sums.
  private func codes(
    of x: Matrix, top: Int, rows: Range<Int>, by map: TiledMap, start: CodeRows? = nil, step: Int?
  ) -> CodeRows {
    var found = CodeRows(
      rows, images: x.rows, rowLength: windows.horizontal.count * unitCount)
    for row in rows {
      var places = map.places(
        ofRow: row, of: x, top: top, start: start?.places(ofRow: row, units: unitCount))
      if let step { apply(step, to: &places, row: row) }
      found.set(places, row: row)
    }
    return found
  }

  /// f of a step, of the units at the places of a row, [N·columns, units].
  private func apply(_ step: Int, to places: inout Matrix, row: Int) {
    let function = steps[step][row % steps[step].count]
    let length = windows.horizontal.count * unitCount
    let missing = (stepUnits - length % stepUnits) % stepUnits
    if missing == 0 {
      places = places.reshaped(columns: stepUnits)
      function.apply(to: &places)
      places = places.reshaped(columns: unitCount)
      return
    }
    // A period that the image cuts off is filled up.
    let images = places.elements.count / length
    var whole = Matrix(
      rows: images, columns: length + missing,
      elements: (0..<images).flatMap { image in
        places.elements[image * length..<(image + 1) * length]
          + [Float](repeating: 0, count: missing)
      }
    ).reshaped(columns: stepUnits)
    function.apply(to: &whole)
    whole = whole.reshaped(columns: length + missing)
    places = Matrix(
      rows: places.rows, columns: unitCount,
      elements: (0..<images).flatMap { whole.row($0).prefix(length) })
  }

  /// Codes of images at some rows of places.
  private struct CodeRows {
    let rows: Range<Int>
    /// [N, rows·columns·units].
    private(set) var codes: Matrix
    /// columns·units.
    private let length: Int

    /// Zeros.
    init(_ rows: Range<Int>, images: Int, rowLength: Int) {
      self.rows = rows
      length = rowLength
      codes = Matrix(zeros: images, columns: rows.count * rowLength)
    }

    private func first(_ row: Int, image: Int) -> Int {
      (image * rows.count + row - rows.lowerBound) * length
    }

    /// - Returns: [N·columns, units].
    func places(ofRow row: Int, units: Int) -> Matrix {
      let elements = (0..<codes.rows).flatMap { image in
        let first = first(row, image: image)
        return codes.elements[first..<first + length]
      }
      return Matrix(rows: elements.count / units, columns: units, elements: elements)
    }

    /// - Parameter places: [N·columns, units].
    mutating func set(_ places: Matrix, row: Int) {
      for image in 0..<codes.rows {
        let first = first(row, image: image)
        codes.elements.replaceSubrange(
          first..<first + length, with: places.elements[image * length..<(image + 1) * length])
      }
    }
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
