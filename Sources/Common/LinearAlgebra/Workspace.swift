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
  /// Below this density the sparse kernel is quicker, listing included; `make bench` shows where.
  private static let sparseDensity = 0.33

  /// Elements whose non-zeros are listed at once, so that lists of long rows stay small.
  private static let listedElements = 1 << 22

  private let kernels: sp_kernels
  private var rowLists = NonZeroLists()
  private var columnLists = NonZeroLists()

  init(_ kernels: sp_kernels) { self.kernels = kernels }

  /// out [x.rows, columns] = epilogue(start + x·W), W [x.columns, columns] in panels. At most
  /// ``RecordTile/rows`` rows.
  func multiply(
    _ x: LeftFactor, _ panels: Panels, _ path: ProductPath, _ start: sp_start,
    _ epilogue: sp_epilogue, into out: UnsafeMutablePointer<Float>, columns: Int
  ) {
    var epilogue = epilogue
    guard isListed(x, path) else {
      kernels.dense(
        x.pointer, x.columns, 1, x.rows, x.columns, panels.pointer, panels.stride, columns, start,
        &epilogue, out, columns)
      return
    }
    let step = max(1, Self.listedElements / max(x.columns, 1))
    for first in stride(from: 0, to: x.rows, by: step) {
      let rows = LeftFactor(
        pointer: x.pointer + first * x.columns, rows: min(step, x.rows - first), columns: x.columns)
      rowLists.set(from: rows, kernels)
      rowLists.withLists {
        var lists = $0
        kernels.sparse(
          &lists, panels.pointer, panels.stride, columns, start.from(row: first), &epilogue,
          out + first * columns, columns)
      }
    }
  }

  /// out [a.columns, columns] = start + aᵀ·B, B [a.rows, columns] in panels; at most as many records
  /// as a block of the kernels.
  func multiplyTransposed(
    _ a: LeftFactor, _ panels: Panels, _ path: ProductPath, _ start: UnsafePointer<Float>?,
    into out: UnsafeMutablePointer<Float>, columns: Int
  ) {
    let start = sp_start(rows: start, stride: columns)
    var sums = sp_epilogue.sums
    if isListed(a, path) {
      rowLists.set(from: a, kernels)
      columnLists.setToTranspose(of: rowLists, columns: a.columns)
      columnLists.withLists {
        var lists = $0
        kernels.sparse(
          &lists, panels.pointer, panels.stride, columns, start, &sums, out, columns)
      }
      return
    }
    for first in stride(from: 0, to: a.columns, by: RecordTile.rows) {
      kernels.dense(
        a.pointer + first, 1, a.columns, min(RecordTile.rows, a.columns - first), a.rows,
        panels.pointer, panels.stride, columns, start.from(row: first), &sums,
        out + first * columns, columns)
    }
  }

  /// Whether the sparse kernel is to be used.
  private func isListed(_ x: LeftFactor, _ path: ProductPath) -> Bool {
    switch path {
    case .dense: false
    case .sparse: x.rows * x.columns > 0
    case .automatic:
      withUnsafePointer(to: kernels) {
        x.columns > 0 && sp_density($0, x.pointer, x.rows, x.columns) < Self.sparseDensity
      }
    }
  }
}

extension sp_start {
  /// That of the rows from `row` on.
  func from(row: Int) -> sp_start {
    sp_start(rows: rows.map { $0 + row * stride }, stride: stride)
  }
}

/// The non-zeros of rows, as the sparse kernel takes them.
struct NonZeroLists {
  private var rows = 0
  private var granules = 1
  private var starts: [Int] = []
  /// Inner indices times the width of a panel, ascending in a row.
  private var offsets: [UInt32] = []
  private var values: [Float] = []

  private mutating func reserve(rows: Int, granules: Int, entries: Int) {
    self.rows = rows
    self.granules = granules
    if starts.count < rows * granules + 1 {
      starts = [Int](repeating: 0, count: rows * granules + 1)
    }
    if offsets.count < entries {
      // Not touched before they are needed: most are not.
      offsets = [UInt32](unsafeUninitializedCapacity: entries) { $1 = entries }
      values = [Float](unsafeUninitializedCapacity: entries) { $1 = entries }
    }
  }

  /// The rows of x.
  mutating func set(from x: LeftFactor, _ kernels: sp_kernels) {
    let granule = Int(SP_GRANULE)
    reserve(
      rows: x.rows, granules: (x.columns + granule - 1) / granule,
      entries: x.rows * x.columns + Int(SP_LIST_SLACK))
    withMutablePointers { starts, offsets, values in
      kernels.list_nonzeros(x.pointer, x.columns, x.rows, x.columns, starts, offsets, values)
    }
  }

  /// The columns of the [rows, columns] whose rows `lists` holds.
  mutating func setToTranspose(of lists: NonZeroLists, columns: Int) {
    reserve(
      rows: columns, granules: 1, entries: lists.starts[lists.rows * lists.granules] + 1)
    withMutablePointers { starts, offsets, values in
      lists.withLists {
        var lists = $0
        sp_transpose_lists(&lists, columns, starts, offsets, values)
      }
    }
  }

  func withLists(_ body: (sp_lists) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      offsets.withUnsafeBufferPointer { offsets in
        values.withUnsafeBufferPointer { values in
          body(
            sp_lists(
              rows: rows, granules: granules, starts: starts.baseAddress!,
              offsets: offsets.baseAddress!, values: values.baseAddress!))
        }
      }
    }
  }

  private mutating func withMutablePointers(
    _ body: (UnsafeMutablePointer<Int>, UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<Float>)
      -> Void
  ) {
    starts.withUnsafeMutableBufferPointer { starts in
      offsets.withUnsafeMutableBufferPointer { offsets in
        values.withUnsafeMutableBufferPointer { values in
          body(starts.baseAddress!, offsets.baseAddress!, values.baseAddress!)
        }
      }
    }
  }
}
