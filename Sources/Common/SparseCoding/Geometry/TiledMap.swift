import LinearAlgebra

/// A ``LinearMap`` of windows of images. One row of places is in memory at a time; windows of one phase, the
/// places that have the same weights, are one product.
struct TiledMap: Sendable {
  private let tiling: Tiling
  private let windows: ImageWindows
  /// Units of a place.
  private let units: Int
  /// The weights of each phase: from windows to units, and from units to windows.
  private let forward, adjoint: [PackedMatrix]

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
    let parts = (0..<tiling.period.count).map { weight.rows($0 * units..<($0 + 1) * units) }
    forward = way == .adjoint ? [] : parts.map { PackedMatrix($0, on: threads) }
    adjoint = way == .forward ? [] : parts.map { PackedMatrix(transposeOf: $0, on: threads) }
  }

  /// Columns of places that have the same weights in a row, one after another.
  private var columnPhases: [[Int]] {
    (0..<min(tiling.period.columns, windows.horizontal.count)).map {
      Array(stride(from: $0, to: windows.horizontal.count, by: tiling.period.columns))
    }
  }

  /// What units see at the places of a row.
  /// - Parameters:
  ///   - x: images, [N, H·W·C].
  ///   - finish: is given the number of a phase and the sums of its places, [N·places, units], to change.
  /// - Returns: [N·columns, units].
  func places(
    ofRow row: Int, of x: Matrix, _ finish: (Int, inout Matrix) -> Void = { _, _ in }
  ) -> Matrix {
    let columns = windows.horizontal.count
    if tiling.period.columns == 1 {
      var sums = product(
        windows.taken(from: x, row: row, columns: 0..<columns), forward[row % tiling.period.rows])
      finish(row % tiling.period.rows, &sums)
      return sums
    }
    var all = Matrix(zeros: x.rows * columns, columns: units)
    for own in columnPhases {
      let phase = tiling.phase(row: row, column: own[0])
      var sums = product(windows.taken(from: x, row: row, columns: own), forward[phase])
      finish(phase, &sums)
      for image in 0..<x.rows {
        for (index, column) in own.enumerated() {
          all.setRow(image * columns + column, to: sums.row(image * own.count + index))
        }
      }
    }
    return all
  }

  /// What all units see, a row a period of places, [N·cells, phases·units].
  func cells(of x: Matrix) -> Matrix {
    var cells = Matrix(zeros: x.rows * cellCount, columns: units * tiling.period.count)
    for row in 0..<windows.vertical.count {
      let places = places(ofRow: row, of: x)
      let columns = windows.horizontal.count
      let run = runLength(of: columns)
      for image in 0..<x.rows {
        for column in stride(from: 0, to: columns, by: run) {
          let (to, from) = (first(image, row, column), (image * columns + column) * units)
          cells.elements.replaceSubrange(
            to..<to + run * units, with: places.elements[from..<from + run * units])
        }
      }
    }
    return cells
  }

  /// Places of a row that lie side by side in cells: all, where all have the same weights.
  private func runLength(of columns: Int) -> Int { tiling.period == .one ? columns : 1 }

  private var cellCount: Int { windows.count / tiling.period.count }

  /// Where the units of a place begin in the elements of cells.
  private func first(_ image: Int, _ row: Int, _ column: Int) -> Int {
    let period = tiling.period
    let cell =
      row / period.rows * (windows.horizontal.count / period.columns) + column / period.columns
    return
      ((image * cellCount + cell) * period.count + tiling.phase(row: row, column: column)) * units
  }

  /// How codes of an image lie side by side.
  private enum Layout {
    /// A period of places after another, each with all units.
    case cells
    /// The places row by row.
    case places
  }

  /// Units of the places of a row, those of some columns, out of codes of images.
  /// - Returns: [N·columns, units].
  private func places(
    _ cells: Matrix, _ layout: Layout = .cells, images: Int, row: Int, columns: [Int]
  ) -> Matrix {
    var elements: [Float] = []
    elements.reserveCapacity(images * columns.count * units)
    let run = runLength(of: columns.count)
    let ofImage = windows.count * units
    for image in 0..<images {
      for index in stride(from: 0, to: columns.count, by: run) {
        let start =
          layout == .cells
          ? first(image, row, columns[index])
          : image * ofImage + (row * windows.horizontal.count + columns[index]) * units
        elements += cells.elements[start..<start + run * units]
      }
    }
    return Matrix(rows: images * columns.count, columns: units, elements: elements)
  }

  /// Wᵀz: the windows of all places, added one place after another.
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
      let own = columnPhases.map { columns in
        product(
          places(codes, layout, images: images, row: row, columns: columns),
          adjoint[tiling.phase(row: row, column: columns[0])])
      }
      windows.add(interleaved(own, images: images), row: row, to: &x)
    }
    return x
  }

  /// Windows of all columns out of those of each phase.
  private func interleaved(_ own: [Matrix], images: Int) -> Matrix {
    if own.count == 1 { return own[0] }
    let columns = windows.horizontal.count
    var all = Matrix(zeros: images * columns, columns: windows.windowLength)
    for (phase, windows) in own.enumerated() {
      let count = windows.rows / images
      for image in 0..<images {
        for index in 0..<count {
          all.setRow(
            image * columns + phase + index * own.count, to: windows.row(image * count + index))
        }
      }
    }
    return all
  }

  /// Σ δxᵀ over all windows, [phases·units, h·w·C].
  func gradient(_ delta: Matrix, input x: Matrix) -> Matrix {
    var parts = [Matrix](
      repeating: Matrix(zeros: units, columns: windows.windowLength), count: tiling.period.count)
    for row in 0..<windows.vertical.count {
      for columns in columnPhases {
        let part = transposedProduct(
          places(delta, images: x.rows, row: row, columns: columns),
          windows.taken(from: x, row: row, columns: columns))
        add(part, to: &parts[tiling.phase(row: row, column: columns[0])])
      }
    }
    return Matrix(
      rows: units * parts.count, columns: windows.windowLength,
      elements: parts.flatMap(\.elements))
  }
}
