import LinearAlgebra

/// A ``LinearMap`` of windows of images. Windows that have the same weights are one product.
struct TiledMap: Sendable {
  private let tiling: Tiling
  private let windows: ImageWindows
  /// Units of a place.
  private let units: Int
  /// Each row of a period and block in it. A block is of places side by side with weights of their own, taken as one with
  /// the window that holds all of theirs: a unit or two would leave most of a product empty. Its zeros change no sum.
  private let blocks: [Block]
  /// The weights of each, from windows to units, and from units to windows.
  private let forward, adjoint: [PackedMatrix]

  private struct Block: Sendable {
    /// Where the first place is, once in each period.
    let places: WindowPlaces
    /// Which of the units of a period are its own.
    let units: Range<Int>
  }

  /// Units that fill a panel of a product.
  private static let panel = 32

  /// - Parameter weight: [phases · units, h·w·C].
  init(
    _ weight: Matrix, _ tiling: Tiling, _ windows: ImageWindows, for way: LinearMap.Way = .both,
    on threads: Threads = Threads(1)
  ) {
    precondition(
      weight.columns == windows.windowLength && weight.rows.isMultiple(of: tiling.period.count),
      "weights [\(weight.rows),\(weight.columns)] of \(tiling.period.count) places")
    self.tiling = tiling
    self.windows = windows
    let units = weight.rows / tiling.period.count
    self.units = units
    blocks = Self.blocks(tiling, windows, units: units)
    let parts = blocks.map {
      Self.widened(weight.rows($0.units), tiling, places: $0.units.count / units, to: $0)
    }
    forward = way == .adjoint ? [] : parts.map { PackedMatrix($0, on: threads) }
    adjoint = way == .forward ? [] : parts.map { PackedMatrix(transposeOf: $0, on: threads) }
  }

  private static func blocks(_ tiling: Tiling, _ windows: ImageWindows, units: Int) -> [Block] {
    let (count, period) = (windows.horizontal.count, tiling.period.columns)
    // A period that the image cuts off is gone through place by place.
    let together = count.isMultiple(of: period) ? max(1, panel / units) : 1
    return (0..<tiling.period.rows).flatMap { row in
      stride(from: 0, to: min(period, count), by: together).map { column in
        let own = min(together, period - column)
        let horizontal = WindowAxis(
          windows.horizontal.length, size: tiling.width + (own - 1) * tiling.stride,
          stride: tiling.stride, padding: tiling.horizontalPadding)
        guard let horizontal else { preconditionFailure("a block beyond the image") }
        let first = tiling.phase(row: row, column: column) * units
        return Block(
          places: WindowPlaces(
            ImageWindows(windows.vertical, horizontal, channels: windows.channels),
            rows: Places(first: row, step: tiling.period.rows, end: windows.vertical.count),
            columns: Places(first: column, step: period, end: count)),
          units: first..<first + own * units)
      }
    }
  }

  /// Where the elements of a place's window are in that of its block: runs of a row of pixels.
  private static func eachRun(
    _ tiling: Tiling, of block: Block, place: Int, _ body: (_ own: Int, _ wide: Int) -> Void
  ) {
    let width = tiling.width * tiling.channels
    for y in 0..<tiling.height {
      let wide = y * block.places.windows.horizontal.size + place * tiling.stride
      body(y * width, wide * tiling.channels)
    }
  }

  /// Weights of the places of a block, [places·units, h·w·C], as those of its window.
  private static func widened(
    _ weight: Matrix, _ tiling: Tiling, places: Int, to block: Block
  ) -> Matrix {
    if places == 1 { return weight }
    let (units, run) = (weight.rows / places, tiling.width * tiling.channels)
    var wide = Matrix(zeros: weight.rows, columns: block.places.windows.windowLength)
    for row in 0..<weight.rows {
      eachRun(tiling, of: block, place: row / units) { from, to in
        let (from, to) = (row * weight.columns + from, row * wide.columns + to)
        wide.elements.replaceSubrange(to..<to + run, with: weight.elements[from..<from + run])
      }
    }
    return wide
  }

  /// The inverse of ``widened(_:_:places:to:)``, which leaves out what no place has.
  private func narrowed(_ wide: Matrix, of block: Block) -> Matrix {
    if block.units.count == units { return wide }
    let run = tiling.width * tiling.channels
    var weight = Matrix(zeros: wide.rows, columns: windows.windowLength)
    for row in 0..<weight.rows {
      Self.eachRun(tiling, of: block, place: row / units) { to, from in
        let (from, to) = (row * wide.columns + from, row * weight.columns + to)
        weight.elements.replaceSubrange(to..<to + run, with: wide.elements[from..<from + run])
      }
    }
    return weight
  }

  /// How codes of some rows of places lie; nil is all.
  private func codes(_ rows: Range<Int>? = nil) -> PlacedRows {
    PlacedRows(
      rows: rows ?? 0..<windows.vertical.count, columns: windows.horizontal.count, units: units)
  }

  /// What units see at the places of some rows.
  /// - Parameters:
  ///   - x: images, [N, H·W·C], or of each the rows from `top` on that the windows cover, at least.
  ///   - rows: of places; nil is all.
  ///   - start: what the sums begin with, of the same shape; nil is 0.
  ///   - step: f of all units of a period, where it is one of each by itself; nil leaves the sums.
  /// - Returns: [N, rows·columns·units].
  func places(
    of x: Matrix, rows: Range<Int>? = nil, top: Int = 0, start: Matrix? = nil, step: Epilogue? = nil
  ) -> Matrix {
    windowProduct(
      x, top: top, blocks.map(\.places), forward, codes(rows), start: start,
      epilogues: step.map { step in blocks.map { step.units($0.units) } })
  }

  /// What all units see, a row a period of places, [N·cells, phases·units].
  /// - Parameters:
  ///   - start: what the sums begin with, [N·cells, phases·units]; nil is 0.
  ///   - step: f, where it is one of each unit by itself; nil leaves the sums.
  func cells(of x: Matrix, start: Matrix? = nil, step: Epilogue? = nil) -> Matrix {
    let geometry = Geometry.tiled(tiling, windows)
    return geometry.cells(
      ofPlaces: places(of: x, start: start.map { geometry.places(ofCells: $0) }, step: step),
      units: units * tiling.period.count)
  }

  /// Wᵀz: the windows of all places, added one row of places after another.
  /// - Parameter cells: z, [N·cells, phases·units].
  func images(of cells: Matrix) -> Matrix {
    images(ofPlaces: Geometry.tiled(tiling, windows).places(ofCells: cells))
  }

  /// The same of codes that lie place by place, whatever the period.
  /// - Parameter codes: z, [N, places·units].
  func images(ofPlaces codes: Matrix) -> Matrix {
    windowAdjoint(codes, blocks.map(\.places), adjoint, self.codes())
  }

  /// The blocks of rows of places, in the order in which their windows are added.
  private func blocks(ofRows rows: Range<Int>) -> [(row: Int, block: Int)] {
    rows.flatMap { row in
      blocks.indices.filter { blocks[$0].places.rows.contains(row) }.map { (row, $0) }
    }
  }

  /// What the places of some rows add to an image, each row a block after another.
  /// - Parameter codes: of the rows alone, [1, rows·columns·units], place by place.
  func windows(ofRows rows: Range<Int>, places codes: Matrix) -> [Matrix] {
    let length = windows.horizontal.count * units
    return blocks(ofRows: rows).map { row, block in
      let first = (row - rows.lowerBound) * length
      let own = blocks[block].places.columns.flatMap { column in
        codes.elements[first + column * units..<first + column * units + blocks[block].units.count]
      }
      return product(
        Matrix(
          rows: blocks[block].places.columns.count, columns: blocks[block].units.count,
          elements: own), adjoint[block])
    }
  }

  /// Adds what ``windows(ofRows:places:)`` gives, in the order in which whole images are added up.
  /// - Parameter x: the rows of the image from `top` on that the windows cover, at least.
  func addWindows(_ windows: [Matrix], ofRows rows: Range<Int>, to x: inout Matrix, top: Int) {
    for (own, place) in zip(windows, blocks(ofRows: rows)) {
      let places = blocks[place.block].places
      places.windows.add(own, row: place.row, columns: places.columns, to: &x, top: top)
    }
  }

  /// Σ δxᵀ over all windows, [phases·units, h·w·C].
  func gradient(_ delta: Matrix, input x: Matrix) -> Matrix {
    Matrix(
      rows: units * tiling.period.count, columns: windows.windowLength,
      elements: blocks.flatMap { block in
        narrowed(windowGradient(delta, units: block.units, block.places, x), of: block).elements
      })
  }
}
