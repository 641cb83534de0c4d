import CKernels

/// Places of images that have the same weights, a period apart: one of each period, or several side by side, whose
/// windows are one.
public struct WindowPlaces: Sendable {
  /// What is seen from them.
  public let windows: ImageWindows
  /// Where the first place of each is.
  public let rows, columns: Places

  public init(_ windows: ImageWindows, rows: Places, columns: Places) {
    self.windows = windows
    self.rows = rows
    self.columns = columns
  }

  /// How many there are in an image.
  var count: Int { rows.count * columns.count }

  /// Visits the places of a row in all images in runs, which weights are read once for: all places of one image after
  /// another, or each place in all images, whichever runs are longer.
  func eachRun(images: Int, _ visit: (_ images: Range<Int>, _ columns: Places) -> Void) {
    if columns.count >= images {
      for image in 0..<images { visit(image..<image + 1, columns) }
    } else {
      for column in columns { visit(0..<images, Places(column)) }
    }
  }
}

/// Codes place by place, [N, rows·columns·units], at some rows of places.
public struct PlacedRows: Sendable {
  public let rows: Range<Int>
  /// Of a row of places.
  public let columns: Int
  /// Of a place.
  public let units: Int

  public init(rows: Range<Int>, columns: Int, units: Int) {
    self.rows = rows
    self.columns = columns
    self.units = units
  }

  /// Of an image.
  public var length: Int { rows.count * columns * units }

  /// Where a place begins in the codes of its image.
  func first(row: Int, column: Int) -> Int {
    ((row - rows.lowerBound) * columns + column) * units
  }

  /// From the codes of a place to those of the next in a run of ``WindowPlaces/eachRun(images:_:)``.
  func stride(_ images: Range<Int>, _ columns: Places) -> Int {
    images.count == 1 ? columns.step * units : length
  }
}

/// epilogue(start + w·Wᵀ) of the windows w at all places of some rows, [N, rows·columns·units]: a
/// ``product(_:_:start:epilogue:path:level:)`` without a matrix of windows, and with the same bits.
/// - Parameters:
///   - x: images, [N, H·W·C], or of each the rows from `top` on that the windows cover, at least.
///   - parts: all places, of images of one size, with one padding and stride.
///   - weights: W of each part, [units of its places, h·w·C].
///   - start: of the codes' shape; nil is 0.
///   - epilogues: one for each part; nil leaves the sums.
public func windowProduct(
  _ x: Matrix, top: Int = 0, _ parts: [WindowPlaces], _ weights: [PackedMatrix],
  _ codes: PlacedRows,
  start: Matrix? = nil,
  epilogues: [Epilogue]? = nil, path: ProductPath = .automatic, level: KernelLevel? = nil
) -> Matrix {
  precondition(
    start.map { $0.rows == x.rows && $0.columns == codes.length } ?? true, "another start")
  let workspace = Workspace(level?.kernels ?? .current)
  guard let first = parts.first, let units = weights.first?.outer, !codes.rows.isEmpty, x.rows > 0
  else {
    return Matrix(zeros: x.rows, columns: codes.length)
  }
  first.windows.checkRows(of: x, codes.rows, top: top)
  let hasStart = start != nil
  let images = PaddedImages(x, first.windows, rows: codes.rows, top: top)
  let elements = [Float](unsafeUninitializedCapacity: x.rows * codes.length) { to, count in
    count = x.rows * codes.length
    images.images.elements.withUnsafeBufferPointer { from in
      (start?.elements ?? []).withUnsafeBufferPointer { start in
        guard let from = from.baseAddress, let to = to.baseAddress else { return }
        let isListed = workspace.isListed(
          LeftFactor(pointer: from, rows: x.rows, columns: images.images.columns), path,
          below: Workspace.sparseDensity(ofWindows: units))
        for (index, part) in parts.enumerated() {
          (epilogues?[index]).withCEpilogue(columns: weights[index].outer) { epilogue in
            WindowProduct(
              images: images, from: from, part: part, weights: weights[index], codes: codes,
              start: hasStart ? start.baseAddress : nil, epilogue: epilogue, isListed: isListed,
              workspace: workspace
            ).write(to: to, count: x.rows)
          }
        }
      }
    }
  }
  return Matrix(rows: x.rows, columns: codes.length, elements: elements)
}

/// The product of one part's weights.
private struct WindowProduct {
  let images: PaddedImages
  let from: UnsafePointer<Float>
  let part: WindowPlaces
  let weights: PackedMatrix
  let codes: PlacedRows
  /// Of all codes; nil is 0.
  let start: UnsafePointer<Float>?
  let epilogue: sp_epilogue
  /// Whether images have many zeros.
  let isListed: Bool
  let workspace: Workspace

  /// - Parameters:
  ///   - to: codes of all images.
  ///   - count: N.
  func write(to: UnsafeMutablePointer<Float>, count: Int) {
    let spread = part.columns.step * part.windows.horizontal.stride * part.windows.channels
    for row in part.rows where codes.rows.contains(row) {
      part.eachRun(images: count) { run, columns in
        let image = run.lowerBound
        multiply(
          from: images.first(image: image, row: row, column: columns.first),
          by: run.count == 1 ? spread : images.images.columns, rows: run.count * columns.count,
          first: image * codes.length + codes.first(row: row, column: columns.first),
          stride: codes.stride(run, columns), to: to)
      }
    }
  }

  /// - Parameters:
  ///   - from: where the first window is in the images, and from it to the next.
  ///   - first: where its codes are, and from them to the next.
  private func multiply(
    from pixel: Int, by spread: Int, rows: Int, first: Int, stride: Int,
    to: UnsafeMutablePointer<Float>
  ) {
    for tile in Swift.stride(from: 0, to: rows, by: RecordTile.rows) {
      let count = min(RecordTile.rows, rows - tile)
      var left = images.left(
        from, first: pixel + tile * spread, stride: spread, part.windows)
      let place = first + tile * stride
      let start = sp_start(rows: start.map { $0 + place }, stride: stride)
      guard isListed else {
        workspace.multiply(
          left, rows: count, Panels(weights), start, epilogue, into: to + place,
          columns: weights.outer, stride: stride)
        continue
      }
      workspace.withScratch(count * weights.inner) { windows in
        sp_take_windows(&left, count, windows)
        workspace.multiplyListed(
          LeftFactor(pointer: windows, rows: count, columns: weights.inner), Panels(weights), start,
          epilogue, into: to + place, columns: weights.outer, stride: stride)
      }
    }
  }
}
