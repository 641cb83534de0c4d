import CKernels

/// Wᵀz: to every place's window its codes times W, added up to images one row of places after another, of each row a part
/// after another.
/// - Parameters:
///   - z: codes of all rows of places, [N, rows·columns·units].
///   - parts: all places, of images of one size.
///   - weights: Wᵀ of each part, [h·w·C, units of its places].
/// - Returns: [N, H·W·C].
public func windowAdjoint(
  _ z: Matrix, _ parts: [WindowPlaces], _ weights: [PackedMatrix], _ codes: PlacedRows,
  path: ProductPath = .automatic, level: KernelLevel? = nil
) -> Matrix {
  precondition(z.columns == codes.length, "codes of \(z.columns), expected \(codes.length)")
  let workspace = Workspace(level?.kernels ?? .current)
  var x = Matrix(zeros: z.rows, columns: parts.first?.windows.imageLength ?? 0)
  z.elements.withUnsafeBufferPointer { from in
    guard let from = from.baseAddress else { return }
    let isListed = workspace.isListed(
      LeftFactor(
        pointer: from, rows: z.rows * codes.rows.count, columns: z.columns / codes.rows.count),
      path)
    for row in codes.rows {
      for (part, weights) in zip(parts, weights) where part.rows.contains(row) {
        part.eachRun(images: z.rows) { images, columns in
          let first = codes.first(row: row, column: columns.first)
          let left = LeftFactor(
            pointer: from + images.lowerBound * codes.length + first,
            rows: images.count * columns.count, columns: weights.inner,
            stride: codes.stride(images, columns))
          workspace.withScratch(left.rows * weights.outer) { windows in
            for first in stride(from: 0, to: left.rows, by: RecordTile.rows) {
              workspace.multiply(
                left.rows(first..<min(first + RecordTile.rows, left.rows)), Panels(weights),
                isListed: isListed, sp_start(rows: nil, stride: 0), .sums,
                into: windows + first * weights.outer, columns: weights.outer)
            }
            part.windows.add(windows, row: row, columns: columns, to: &x, images: images)
          }
        }
      }
    }
  }
  return x
}

/// Σ δwᵀ over the windows w at all places of a part, [units, h·w·C]: a ``transposedProduct(_:_:path:level:)`` without a
/// matrix of windows, and with the same bits.
/// - Parameters:
///   - delta: δ, a row for each place of the part, in images one after another row by row, [N·places, K].
///   - units: the columns of δ that are the part's.
///   - x: images, [N, H·W·C].
public func windowGradient(
  _ delta: Matrix, units: Range<Int>, _ part: WindowPlaces, _ x: Matrix,
  path: ProductPath = .automatic, level: KernelLevel? = nil
) -> Matrix {
  let length = part.windows.windowLength
  precondition(
    delta.rows == x.rows * part.count && units.upperBound <= delta.columns,
    "[\(delta.rows),\(delta.columns)] for \(x.rows) images of \(part.count) places")
  guard delta.rows > 0 else { return Matrix(zeros: units.count, columns: length) }
  let workspace = Workspace(level?.kernels ?? .current)
  let images = PaddedImages(x, part.windows, rows: 0..<part.windows.vertical.count, top: 0)
  return delta.elements.withUnsafeBufferPointer { deltas in
    images.images.elements.withUnsafeBufferPointer { from in
      guard let codes = deltas.baseAddress, let from = from.baseAddress else {
        return Matrix(zeros: units.count, columns: length)
      }
      let left = LeftFactor(
        pointer: codes + units.lowerBound, rows: delta.rows, columns: units.count,
        stride: delta.columns)
      return workspace.transposedProduct(left, columns: length, path) { records, panels in
        workspace.withScratch(records.count * length) { windows in
          images.take(records, of: part, from, into: windows)
          sp_pack_transposed(windows, length, records.count, length, panels)
        }
      }
    }
  }
}
