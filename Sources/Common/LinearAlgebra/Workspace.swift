import CKernels

/// Packed weights as the kernels take them.
struct Panels {
  let pointer: UnsafePointer<Float>
  /// Floats from one panel to the next.
  let stride: Int
}

/// Rows of the left factor, [rows, columns] without gaps.
struct LeftFactor {
  let pointer: UnsafePointer<Float>
  let rows: Int
  let columns: Int
}

/// What the kernels need beside their arguments: kept over the tiles of one product.
final class Workspace {
  private let kernels: sp_kernels
  private let scratchFloats: Int
  private lazy var scratch = AlignedFloats(uninitialized: scratchFloats)
  private var rowLists = NonZeroLists()
  private var columnLists = NonZeroLists()

  /// For a product of [rows, inner] with weights [inner, any].
  init(_ kernels: sp_kernels, rows: Int, inner: Int) {
    self.kernels = kernels
    scratchFloats = min(rows, Tile.rows) * min(inner, SP_INNER_BLOCK)
  }

  /// out [x.rows, columns] += x·W, W [x.columns, columns] in panels. At most ``Tile/rows`` rows.
  func accumulate(
    _ x: LeftFactor, _ panels: Panels, _ path: ProductPath,
    into out: UnsafeMutablePointer<Float>, columns: Int
  ) {
    if let lists = listed(x, path) {
      lists.withPointers { starts, offsets, values in
        kernels.sparse(
          starts, offsets, values, x.rows, panels.pointer, panels.stride, columns, out, columns)
      }
    } else {
      kernels.dense(
        x.pointer, x.columns, 1, x.rows, x.columns, panels.pointer, panels.stride, columns, out,
        columns, scratch.pointer)
    }
  }

  /// out [a.columns, columns] += aᵀ·B, B [a.rows, columns] in panels.
  func accumulateTransposed(
    _ a: LeftFactor, _ panels: Panels, _ path: ProductPath,
    into out: UnsafeMutablePointer<Float>, columns: Int
  ) {
    if let lists = listed(a, path) {
      columnLists.setToTranspose(of: lists, rows: a.rows, columns: a.columns)
      columnLists.withPointers { starts, offsets, values in
        kernels.sparse(
          starts, offsets, values, a.columns, panels.pointer, panels.stride, columns, out, columns)
      }
      return
    }
    for first in stride(from: 0, to: a.columns, by: Tile.rows) {
      kernels.dense(
        a.pointer + first, 1, a.columns, min(Tile.rows, a.columns - first), a.rows,
        panels.pointer, panels.stride, columns, out + first * columns, columns, scratch.pointer)
    }
  }

  /// The non-zeros of x where the sparse kernel is to be used.
  private func listed(_ x: LeftFactor, _ path: ProductPath) -> NonZeroLists? {
    if path == .dense { return nil }
    let count = kernels.count_nonzeros(x.pointer, x.rows * x.columns)
    if path == .automatic && Double(count) > Tile.sparseDensity * Double(x.rows * x.columns) {
      return nil
    }
    rowLists.set(from: x, nonZeros: count, kernels)
    return rowLists
  }
}

/// The non-zeros of rows: row r has the entries starts[r]..<starts[r + 1].
struct NonZeroLists {
  private var starts: [Int] = []
  /// Inner indices times the width of a panel, ascending in a row.
  private var offsets: [UInt32] = []
  private var values: [Float] = []

  private mutating func reserve(rows: Int, entries: Int) {
    if starts.count < rows + 1 { starts = [Int](repeating: 0, count: rows + 1) }
    if offsets.count < entries {
      offsets = [UInt32](repeating: 0, count: entries)
      values = [Float](repeating: 0, count: entries)
    }
  }

  /// The rows of x, which have `nonZeros` in all.
  mutating func set(from x: LeftFactor, nonZeros: Int, _ kernels: sp_kernels) {
    reserve(rows: x.rows, entries: nonZeros + SP_LIST_SLACK)
    starts.withUnsafeMutableBufferPointer { starts in
      offsets.withUnsafeMutableBufferPointer { offsets in
        values.withUnsafeMutableBufferPointer { values in
          kernels.list_nonzeros(
            x.pointer, x.columns, x.rows, x.columns, starts.baseAddress!, offsets.baseAddress!,
            values.baseAddress!)
        }
      }
    }
  }

  /// The columns of the [rows, columns] whose rows `lists` holds.
  mutating func setToTranspose(of lists: NonZeroLists, rows: Int, columns: Int) {
    reserve(rows: columns, entries: lists.starts[rows] + 1)
    starts.withUnsafeMutableBufferPointer { starts in
      offsets.withUnsafeMutableBufferPointer { offsets in
        values.withUnsafeMutableBufferPointer { values in
          lists.withPointers {
            sp_transpose_lists(
              $0, $1, $2, rows, columns, starts.baseAddress!, offsets.baseAddress!,
              values.baseAddress!)
          }
        }
      }
    }
  }

  func withPointers(
    _ body: (UnsafePointer<Int>, UnsafePointer<UInt32>, UnsafePointer<Float>) -> Void
  ) {
    starts.withUnsafeBufferPointer { starts in
      offsets.withUnsafeBufferPointer { offsets in
        values.withUnsafeBufferPointer { values in
          body(starts.baseAddress!, offsets.baseAddress!, values.baseAddress!)
        }
      }
    }
  }
}
