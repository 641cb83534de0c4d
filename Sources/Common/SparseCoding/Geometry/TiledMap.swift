import LinearAlgebra

/// A ``LinearMap`` of windows of images. One row of places is in memory at a time; windows that have the same weights
/// are one product.
struct TiledMap: Sendable {
  private let tiling: Tiling
  private let windows: ImageWindows
  /// Units of a place.
  private let units: Int
  private let blocks: [Block]
  /// The weights of each row of a period and block in it: from windows to units, and from units to windows.
  private let forward, adjoint: [PackedMatrix]

  /// Places side by side with weights of their own, taken as one with the window that holds all of theirs: a unit or
  /// two would leave most of a product empty. Its zeros change no sum.
  private struct Block: Sendable {
    /// Where the block begins in a row of places, once in each period.
    let columns: Columns
    /// How many places it has.
    let places: Int
    let windows: ImageWindows
  }

  /// Places of a row, `step` apart: no array of them, for a header may lie about how many there are.
  private struct Columns: RandomAccessCollection, Sendable {
    let first, step, end: Int
    var startIndex: Int { 0 }
    var endIndex: Int { (end - first + step - 1) / step }
    subscript(index: Int) -> Int { first + index * step }
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
    let blocks = Self.blocks(tiling, windows, units: units)
    self.blocks = blocks
    let parts = (0..<tiling.period.rows).flatMap { row in
      blocks.map { block in
        let first = tiling.phase(row: row, column: block.columns[0]) * units
        return Self.widened(
          weight.rows(first..<first + block.places * units), tiling, to: block)
      }
    }
    forward = way == .adjoint ? [] : parts.map { PackedMatrix($0, on: threads) }
    adjoint = way == .forward ? [] : parts.map { PackedMatrix(transposeOf: $0, on: threads) }
  }

  private static func blocks(_ tiling: Tiling, _ windows: ImageWindows, units: Int) -> [Block] {
    let (count, period) = (windows.horizontal.count, tiling.period.columns)
    if period == 1 {
      return [Block(columns: Columns(first: 0, step: 1, end: count), places: 1, windows: windows)]
    }
    // A period that the image cuts off is gone through place by place.
    let places = count.isMultiple(of: period) ? max(1, panel / units) : 1
    return stride(from: 0, to: min(period, count), by: places).map { first in
      let own = min(places, period - first)
      let horizontal = WindowAxis(
        windows.horizontal.length, size: tiling.width + (own - 1) * tiling.stride,
        stride: tiling.stride, padding: tiling.horizontalPadding)
      guard let horizontal else { preconditionFailure("a block beyond the image") }
      return Block(
        columns: Columns(first: first, step: period, end: count), places: own,
        windows: ImageWindows(windows.vertical, horizontal, channels: windows.channels))
    }
  }

  /// Where the elements of a place's window are in that of its block: runs of a row of pixels.
  private static func eachRun(
    _ tiling: Tiling, of block: Block, place: Int, _ body: (_ own: Int, _ wide: Int) -> Void
  ) {
    let width = tiling.width * tiling.channels
    for y in 0..<tiling.height {
      let wide = y * block.windows.horizontal.size + place * tiling.stride
      body(y * width, wide * tiling.channels)
    }
  }

  /// Weights of the places of a block, [places·units, h·w·C], as those of its window.
  private static func widened(_ weight: Matrix, _ tiling: Tiling, to block: Block) -> Matrix {
    if block.places == 1 { return weight }
    let (units, run) = (weight.rows / block.places, tiling.width * tiling.channels)
    var wide = Matrix(zeros: weight.rows, columns: block.windows.windowLength)
    for row in 0..<weight.rows {
      eachRun(tiling, of: block, place: row / units) { from, to in
        let (from, to) = (row * weight.columns + from, row * wide.columns + to)
        wide.elements.replaceSubrange(to..<to + run, with: weight.elements[from..<from + run])
      }
    }
    return wide
  }

  /// The inverse of ``widened(_:_:to:)``, which leaves out what no place has.
  private func narrowed(_ wide: Matrix, of block: Block) -> Matrix {
    if block.places == 1 { return wide }
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

  /// The number of the weights of a block in a row of places.
  private func number(_ block: Int, row: Int) -> Int {
    row % tiling.period.rows * blocks.count + block
  }

  /// What units see at the places of a row.
  /// - Parameters:
  ///   - x: images, [N, H·W·C], or of each the rows from `top` on that the windows cover, at least.
  ///   - start: what the sums begin with, [N·columns, units]; nil is 0.
  /// - Returns: [N·columns, units].
  func places(
    ofRow row: Int, of x: Matrix, top: Int = 0, start: Matrix? = nil
  ) -> Matrix {
    let columns = windows.horizontal.count
    var all = Matrix(zeros: 0, columns: units)
    for (index, block) in blocks.enumerated() {
      let start = start.map { part(of: $0, in: block, images: x.rows) }
      let sums = product(
        block.windows.taken(from: x, row: row, columns: block.columns, top: top),
        forward[number(index, row: row)], start: start.map { .matrix($0) } ?? .zero)
      if tiling.period.columns == 1 { return sums }
      if index == 0 { all = Matrix(zeros: x.rows * columns, columns: units) }
      for image in 0..<x.rows {
        for (period, column) in block.columns.enumerated() {
          let to = (image * columns + column) * units
          all.elements.replaceSubrange(
            to..<to + sums.columns, with: sums.row(image * block.columns.count + period))
        }
      }
    }
    return all
  }

  /// What all units see, a row a period of places, [N·cells, phases·units].
  /// - Parameter start: what the sums begin with, [N·cells, phases·units]; nil is 0.
  func cells(of x: Matrix, start: Matrix? = nil) -> Matrix {
    var cells = Matrix(zeros: x.rows * cellCount, columns: units * tiling.period.count)
    let columns = windows.horizontal.count
    // Places of a row that lie side by side in cells: all, where all have the same weights.
    let run = tiling.period == .one ? columns : tiling.period.columns
    for row in 0..<windows.vertical.count {
      let places = places(
        ofRow: row, of: x, start: start.map { self.places(ofRow: row, inCells: $0, run: run) })
      for image in 0..<x.rows {
        for column in stride(from: 0, to: columns, by: run) {
          let (to, from) = (
            first(image, row, column, .cells), (image * columns + column) * units
          )
          cells.elements.replaceSubrange(
            to..<to + run * units, with: places.elements[from..<from + run * units])
        }
      }
    }
    return cells
  }

  /// Codes at the places of a row, [N·columns, units], out of cells.
  /// - Parameter run: places of a row that lie side by side in cells.
  private func places(ofRow row: Int, inCells cells: Matrix, run: Int) -> Matrix {
    let (images, columns) = (cells.rows / cellCount, windows.horizontal.count)
    var elements: [Float] = []
    elements.reserveCapacity(images * columns * units)
    for image in 0..<images {
      for column in stride(from: 0, to: columns, by: run) {
        let start = first(image, row, column, .cells)
        elements += cells.elements[start..<start + run * units]
      }
    }
    return Matrix(rows: images * columns, columns: units, elements: elements)
  }

  /// What the places of a block have of those of a row, [N·columns, units].
  /// - Returns: [N·columns of the block, places·units].
  private func part(of places: Matrix, in block: Block, images: Int) -> Matrix {
    if tiling.period.columns == 1 { return places }
    var elements: [Float] = []
    elements.reserveCapacity(images * block.columns.count * block.places * units)
    for image in 0..<images {
      for column in block.columns {
        let start = (image * windows.horizontal.count + column) * units
        elements += places.elements[start..<start + block.places * units]
      }
    }
    return Matrix(
      rows: images * block.columns.count, columns: block.places * units, elements: elements)
  }

  private var cellCount: Int { windows.count / tiling.period.count }

  /// How codes of an image lie side by side.
  private enum Layout {
    /// A period of places after another, each with all units.
    case cells
    /// The places row by row.
    case places
  }

  /// Where the units of a place begin in the elements of codes.
  private func first(_ image: Int, _ row: Int, _ column: Int, _ layout: Layout) -> Int {
    let (period, columns) = (tiling.period, windows.horizontal.count)
    if layout == .places || period == .one {
      return (image * windows.count + row * columns + column) * units
    }
    let cell = row / period.rows * (columns / period.columns) + column / period.columns
    return
      ((image * cellCount + cell) * period.count + tiling.phase(row: row, column: column)) * units
  }

  /// Units of the places of a block in a row, out of codes of images.
  /// - Returns: [N·columns of the block, places·units].
  private func codes(
    of block: Block, in codes: Matrix, _ layout: Layout, images: Int, row: Int
  ) -> Matrix {
    let length = block.places * units
    // Where all have the same weights, they lie side by side.
    let run =
      tiling.period.columns == 1 && (layout == .places || tiling.period == .one)
      ? block.columns.count : 1
    var elements: [Float] = []
    elements.reserveCapacity(images * block.columns.count * length)
    for image in 0..<images {
      for index in stride(from: 0, to: block.columns.count, by: run) {
        let start = first(image, row, block.columns[index], layout)
        elements += codes.elements[start..<start + run * length]
      }
    }
    return Matrix(
      rows: images * block.columns.count, columns: length, elements: elements)
  }

  /// Wᵀz: the windows of all places, added one row of places after another.
  /// - Parameter cells: z, [N·cells, phases·units].
  func images(of cells: Matrix) -> Matrix {
    images(of: cells, .cells, count: cells.rows / cellCount)
  }

  /// The same of codes that lie place by place, whatever the period.
  /// - Parameter codes: z, [N, places·units].
  func images(ofPlaces codes: Matrix) -> Matrix { images(of: codes, .places, count: codes.rows) }

  private func images(of codes: Matrix, _ layout: Layout, count images: Int) -> Matrix {
    var x = Matrix(zeros: images, columns: windows.imageLength)
    for row in 0..<windows.vertical.count {
      for (index, block) in blocks.enumerated() {
        let own = product(
          self.codes(of: block, in: codes, layout, images: images, row: row),
          adjoint[number(index, row: row)])
        block.windows.add(own, row: row, columns: block.columns, to: &x)
      }
    }
    return x
  }

  /// What the places of some rows add to an image, each row a block after another.
  /// - Parameter codes: of the rows alone, [1, rows·columns·units], place by place.
  func windows(ofRows rows: Range<Int>, places codes: Matrix) -> [Matrix] {
    rows.flatMap { row in
      blocks.enumerated().map { index, block in
        product(
          self.codes(of: block, in: codes, .places, images: 1, row: row - rows.lowerBound),
          adjoint[number(index, row: row)])
      }
    }
  }

  /// Adds what ``windows(ofRows:places:)`` gives, in the order in which whole images are added up.
  /// - Parameter x: the rows of the image from `top` on that the windows cover, at least.
  func addWindows(_ windows: [Matrix], ofRows rows: Range<Int>, to x: inout Matrix, top: Int) {
    for (index, own) in windows.enumerated() {
      let (row, block) = (rows.lowerBound + index / blocks.count, blocks[index % blocks.count])
      block.windows.add(own, row: row, columns: block.columns, to: &x, top: top)
    }
  }

  /// Σ δxᵀ over all windows, [phases·units, h·w·C].
  func gradient(_ delta: Matrix, input x: Matrix) -> Matrix {
    var sums = (0..<tiling.period.rows).flatMap { _ in
      blocks.map { Matrix(zeros: $0.places * units, columns: $0.windows.windowLength) }
    }
    for row in 0..<windows.vertical.count {
      for (index, block) in blocks.enumerated() {
        let part = transposedProduct(
          codes(of: block, in: delta, .cells, images: x.rows, row: row),
          block.windows.taken(from: x, row: row, columns: block.columns))
        add(part, to: &sums[number(index, row: row)])
      }
    }
    return Matrix(
      rows: units * tiling.period.count, columns: windows.windowLength,
      elements: sums.indices.flatMap {
        narrowed(sums[$0], of: blocks[$0 % blocks.count]).elements
      })
  }
}
