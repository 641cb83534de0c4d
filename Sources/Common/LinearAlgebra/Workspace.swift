import CKernels

/// Packed weights as the kernels take them.
struct Panels {
  let pointer: UnsafePointer<Float>
  /// Floats from one panel to the next.
  let stride: Int

  init(pointer: UnsafePointer<Float>, stride: Int) {
    self.pointer = pointer
    self.stride = stride
  }

  init(_ weights: PackedMatrix) {
    self.init(pointer: weights.panels.pointer, stride: weights.panelStride)
  }
}

/// Rows of the left factor, [rows, columns].
struct LeftFactor {
  let pointer: UnsafePointer<Float>
  let rows: Int
  let columns: Int
  /// Elements from one row to the next.
  let stride: Int

  /// - Parameter stride: nil is without gaps.
  init(pointer: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  func rows(_ range: Range<Int>) -> LeftFactor {
    LeftFactor(
      pointer: pointer + range.lowerBound * stride, rows: range.count, columns: columns,
      stride: stride)
  }
}

/// What the kernels need beside their arguments: kept over the tiles of one product.
final class Workspace {
  /// Below this density the sparse kernel is quicker, listing included; `make bench` shows where.
  static let sparseDensity = 0.33

  /// The same of windows of images: they are taken and listed one by one, for each place anew, which is what so many
  /// units less cost.
  static func sparseDensity(ofWindows units: Int) -> Double {
    sparseDensity - 18 / Double(max(units, 1))
  }

  /// Elements whose non-zeros are listed at once, so that lists of long rows stay small.
  private static let listedElements = 1 << 22

  private let kernels: sp_kernels
  private var rowLists = NonZeroLists()
  private var columnLists = NonZeroLists()
  /// Elements for whoever needs some for a while.
  private var scratch: [Float] = []

  init(_ kernels: sp_kernels) { self.kernels = kernels }

  /// out [x.rows, columns] = epilogue(start + x·W), W [x.columns, columns] in panels. At most
  /// ``RecordTile/rows`` rows.
  func multiply(
    _ x: LeftFactor, _ panels: Panels, _ path: ProductPath, _ start: sp_start,
    _ epilogue: sp_epilogue, into out: UnsafeMutablePointer<Float>, columns: Int
  ) {
    multiply(
      x, panels, isListed: isListed(x, path), start, epilogue, into: out, columns: columns)
  }

  /// The same where it is known whether zeros are left out.
  func multiply(
    _ x: LeftFactor, _ panels: Panels, isListed: Bool, _ start: sp_start, _ epilogue: sp_epilogue,
    into out: UnsafeMutablePointer<Float>, columns: Int
  ) {
    if isListed {
      multiplyListed(x, panels, start, epilogue, into: out, columns: columns, stride: columns)
    } else {
      multiply(
        sp_left(rowsOf: x), rows: x.rows, panels, start, epilogue, into: out, columns: columns,
        stride: columns)
    }
  }

  /// The same without a look for zeros, of rows that lie anyhow.
  /// - Parameter stride: of the rows of `out`.
  func multiply(
    _ x: sp_left, rows: Int, _ panels: Panels, _ start: sp_start, _ epilogue: sp_epilogue,
    into out: UnsafeMutablePointer<Float>, columns: Int, stride: Int
  ) {
    var (x, epilogue) = (x, epilogue)
    kernels.dense(
      &x, rows, panels.pointer, panels.stride, columns, start, &epilogue, out, stride)
  }

  /// The same by listed non-zeros, of any number of rows.
  /// - Parameter outStride: of the rows of `out`.
  func multiplyListed(
    _ x: LeftFactor, _ panels: Panels, _ start: sp_start, _ epilogue: sp_epilogue,
    into out: UnsafeMutablePointer<Float>, columns: Int, stride outStride: Int
  ) {
    var epilogue = epilogue
    let step = max(1, Self.listedElements / max(x.columns, 1))
    for first in stride(from: 0, to: x.rows, by: step) {
      rowLists.set(from: x.rows(first..<min(first + step, x.rows)), kernels)
      rowLists.withLists {
        var lists = $0
        kernels.sparse(
          &lists, panels.pointer, panels.stride, columns, start.from(row: first), &epilogue,
          out + first * outStride, outStride)
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
      let left = sp_left(
        pointer: a.pointer + first, row_stride: 1, inner_stride: a.stride, runs: 1, run: a.rows,
        run_stride: 0)
      multiply(
        left, rows: min(RecordTile.rows, a.columns - first), panels, start.from(row: first), sums,
        into: out + first * columns, columns: columns, stride: columns)
    }
  }

  /// Calls `body` with room for so many elements, which hold anything.
  func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    if scratch.count < count { scratch = [Float](repeating: 0, count: count) }
    // Out of the way, for `body` uses the workspace as well.
    var own = scratch
    scratch = []
    own.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base) } }
    scratch = own
  }

  /// Whether the sparse kernel is to be used.
  /// - Parameter density: that of x below which it is.
  func isListed(
    _ x: LeftFactor, _ path: ProductPath, below density: Double = Workspace.sparseDensity
  ) -> Bool {
    switch path {
    case .dense: false
    case .sparse: x.rows * x.columns > 0
    case .automatic:
      withUnsafePointer(to: kernels) {
        x.columns > 0 && sp_density($0, x.pointer, x.stride, x.rows, x.columns) < density
      }
    }
  }
}

extension sp_left {
  /// Rows that are a single run each.
  init(rowsOf x: LeftFactor) {
    self.init(
      pointer: x.pointer, row_stride: x.stride, inner_stride: 1, runs: 1, run: x.columns,
      run_stride: 0)
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
      kernels.list_nonzeros(x.pointer, x.stride, x.rows, x.columns, starts, offsets, values)
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
