import CKernels

/// Floats at an address the kernels like, 64 bytes aligned. Written while it is made, then only read.
final class AlignedFloats: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Float>

  /// Not initialised: the maker fills all of it.
  init(uninitialized count: Int) {
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    pointer = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}

/// Weights W [outer, inner], packed once into column panels for x·Wᵀ. Weights must be finite: a zero
/// of x leaves its weights out.
public struct PackedMatrix: Sendable {
  /// How many inputs a record has.
  public let inner: Int
  /// How many outputs a record gets.
  public let outer: Int
  /// [ceil(outer / panel)][inner][panel].
  let panels: AlignedFloats

  /// - Parameters:
  ///   - weights: [outer, inner]; the product maps x [n, inner] to [n, outer].
  ///   - threads: that share the work where it is worth it.
  public init(_ weights: Matrix, on threads: Threads = Threads(1)) {
    precondition(weights.columns <= 1 << 26, "records of \(weights.columns) are too long")
    inner = weights.columns
    outer = weights.rows
    panels = AlignedFloats(uninitialized: Self.panelFloats(inner: inner, outer: outer))
    let inner = inner
    pack(weights, on: threads) { from, columns, to in
      sp_pack_weights(from + columns.lowerBound * inner, columns.count, inner, to)
    }
  }

  /// The same as of `weights.transposed`, in a quarter of the time or less: rows are copied as they lie.
  /// - Parameters:
  ///   - weights: Wᵀ, [inner, outer]; the product maps x [n, inner] to [n, outer].
  ///   - threads: that share the work where it is worth it.
  public init(transposeOf weights: Matrix, on threads: Threads = Threads(1)) {
    precondition(weights.rows <= 1 << 26, "records of \(weights.rows) are too long")
    inner = weights.rows
    outer = weights.columns
    panels = AlignedFloats(uninitialized: Self.panelFloats(inner: inner, outer: outer))
    let (outer, inner) = (outer, inner)
    pack(weights, on: threads) { from, columns, to in
      sp_pack_transposed(from + columns.lowerBound, outer, inner, columns.count, to)
    }
  }

  /// Calls `pack` with ranges of the outputs that begin with a panel, and where their panels go.
  private func pack(
    _ weights: Matrix, on threads: Threads,
    _ pack: @Sendable (UnsafePointer<Float>, Range<Int>, UnsafeMutablePointer<Float>) -> Void
  ) {
    let (panel, stride, outer, panels) = (Int(SP_PANEL), panelStride, outer, panels)
    weights.elements.withUnsafeBufferPointer { from in
      guard let from = from.baseAddress else { return }
      // Only read.
      nonisolated(unsafe) let weights = from
      threads.forEachRange(of: (outer + panel - 1) / panel, costing: stride) { range in
        let columns = range.lowerBound * panel..<min(range.upperBound * panel, outer)
        pack(weights, columns, panels.pointer + range.lowerBound * stride)
      }
    }
  }

  /// Floats from one panel to the next.
  var panelStride: Int { inner * Int(SP_PANEL) }

  static func panelFloats(inner: Int, outer: Int) -> Int {
    let panel = Int(SP_PANEL)
    return (outer + panel - 1) / panel * panel * inner
  }
}
