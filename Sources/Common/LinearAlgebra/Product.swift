import CKernels

/// How a product goes about zeros in its left factor. All paths give the same bits.
public enum ProductPath: Sendable {
  /// Sparse where a tile of rows has few non-zeros, dense elsewhere.
  case automatic
  /// Every element of x is multiplied.
  case dense
  /// Non-zeros of x are listed, then multiplied.
  case sparse
}

/// What the sums of a product begin with.
public enum Start: Sendable {
  /// Nothing.
  case zero
  /// [outer], the same for every record: a bias.
  case row([Float])
  /// [n, outer], one of its own for every record.
  case matrix(Matrix)
}

/// The fixed tiles that work is cut into.
public enum Tile {
  /// Rows of a tile: eight blocks of the widest kernel.
  public static let rows = SP_TILE_ROWS

  /// Below this density the sparse kernel is quicker. Measured even at 0.26 with a first-level cache
  /// of 32 kB, at 0.40 with 48 kB.
  static let sparseDensity = 0.3
}

/// start + x·Wᵀ, [n, outer].
///
/// Every output is one chain of fused multiply-adds (at the level ``KernelLevel/portable``: of
/// multiplications and additions), the inner index ascending, beginning at `start`; a zero of x may
/// be left out, which changes nothing. So a row depends on nothing but itself, and neither the path
/// nor the tile nor the fused level shows. No output is ever −0.
/// - Parameters:
///   - x: [n, inner].
///   - weights: W [outer, inner], finite.
public func product(
  _ x: Matrix, _ weights: PackedMatrix, start: Start = .zero, path: ProductPath = .automatic
) -> Matrix {
  product(x, weights, start: start, path: path, kernels: .current)
}

/// The product at a level of choice, for tests and benchmarks.
package func product(
  _ x: Matrix, _ weights: PackedMatrix, start: Start = .zero, path: ProductPath = .automatic,
  level: KernelLevel
) -> Matrix {
  product(x, weights, start: start, path: path, kernels: level.kernels)
}

private func product(
  _ x: Matrix, _ weights: PackedMatrix, start: Start, path: ProductPath, kernels: sp_kernels
) -> Matrix {
  precondition(
    x.columns == weights.inner, "x has \(x.columns) columns, the weights take \(weights.inner)")
  let (inner, outer) = (weights.inner, weights.outer)
  var out = start.filled(rows: x.rows, columns: outer)
  let panels = Panels(pointer: weights.panels.pointer, stride: weights.panelStride)
  let workspace = Workspace(kernels, rows: x.rows, inner: inner)
  x.elements.withUnsafeBufferPointer { from in
    out.withUnsafeMutableBufferPointer { to in
      guard let from = from.baseAddress, let to = to.baseAddress, inner > 0 else { return }
      for first in stride(from: 0, to: x.rows, by: Tile.rows) {
        let tile = LeftFactor(
          pointer: from + first * inner, rows: min(Tile.rows, x.rows - first), columns: inner)
        workspace.accumulate(tile, panels, path, into: to + first * outer, columns: outer)
      }
    }
  }
  return Matrix(rows: x.rows, columns: outer, elements: out)
}

/// aᵀ·b, [p, q]: the gradient of weights, a sum over records.
///
/// Every output is one chain of fused multiply-adds over the records ascending, beginning at zero; a
/// zero of a may be left out, which changes nothing. No output is ever −0.
/// - Parameters:
///   - a: [n, p], often sparse codes.
///   - b: [n, q], finite.
public func transposedProduct(
  _ a: Matrix, _ b: Matrix, path: ProductPath = .automatic
) -> Matrix {
  transposedProduct(a, b, path: path, kernels: .current)
}

/// The transposed product at a level of choice, for tests and benchmarks.
package func transposedProduct(
  _ a: Matrix, _ b: Matrix, path: ProductPath = .automatic, level: KernelLevel
) -> Matrix {
  transposedProduct(a, b, path: path, kernels: level.kernels)
}

private func transposedProduct(
  _ a: Matrix, _ b: Matrix, path: ProductPath, kernels: sp_kernels
) -> Matrix {
  precondition(a.rows == b.rows, "a has \(a.rows) records, b has \(b.rows)")
  let (p, q) = (a.columns, b.columns)
  var out = [Float](repeating: 0, count: p * q)
  // Records go in blocks, so that the panels of b stay in cache; a chain goes on where it was.
  let block = SP_INNER_BLOCK
  let packed = AlignedFloats(
    uninitialized: PackedMatrix.panelFloats(inner: min(block, a.rows), outer: q))
  let workspace = Workspace(kernels, rows: p, inner: a.rows)
  a.elements.withUnsafeBufferPointer { codes in
    b.elements.withUnsafeBufferPointer { others in
      out.withUnsafeMutableBufferPointer { to in
        guard let from = codes.baseAddress, let right = others.baseAddress, let to = to.baseAddress
        else { return }
        for first in stride(from: 0, to: a.rows, by: block) {
          let records = min(block, a.rows - first)
          sp_pack_transposed(right + first * q, records, q, packed.pointer)
          let panels = Panels(
            pointer: packed.pointer, stride: records * SP_PANEL)
          let left = LeftFactor(pointer: from + first * p, rows: records, columns: p)
          workspace.accumulateTransposed(left, panels, path, into: to, columns: q)
        }
      }
    }
  }
  return Matrix(rows: p, columns: q, elements: out)
}

extension Start {
  /// [rows · columns] filled with what the sums begin with.
  fileprivate func filled(rows: Int, columns: Int) -> [Float] {
    switch self {
    case .zero:
      return [Float](repeating: 0, count: rows * columns)
    case .row(let row):
      precondition(row.count == columns, "a start of \(row.count) for \(columns) outputs")
      return [Float](unsafeUninitializedCapacity: rows * columns) { out, count in
        for r in 0..<rows { _ = out[(r * columns)...].initialize(from: row) }
        count = rows * columns
      }
    case .matrix(let m):
      precondition(
        m.rows == rows && m.columns == columns,
        "a start [\(m.rows),\(m.columns)] for outputs [\(rows),\(columns)]")
      return m.elements
    }
  }
}
