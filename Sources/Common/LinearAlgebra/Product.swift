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
  public static let rows = Int(SP_TILE_ROWS)

  /// Below this density the sparse kernel is quicker, listing included; `make bench` shows where.
  static let sparseDensity = 0.33
}

/// activation(start + x·Wᵀ), [n, outer].
///
/// Every sum is one chain of fused multiply-adds (at the level ``KernelLevel/portable``: of
/// multiplications and additions), the inner index ascending, beginning at `start`; a zero of x may
/// be left out, which changes nothing. So a row depends on nothing but itself, and neither the path
/// nor the tile nor the fused level shows. No output is ever −0.
/// - Parameters:
///   - x: [n, inner].
///   - weights: W [outer, inner], finite.
///   - activation: of [outer] units; nil leaves the sums.
public func product(
  _ x: Matrix, _ weights: PackedMatrix, start: Start = .zero, activation: Activation? = nil,
  path: ProductPath = .automatic
) -> Matrix {
  product(x, weights, start: start, activation: activation, path: path, kernels: .current)
}

/// The product at a level of choice, for tests and benchmarks.
package func product(
  _ x: Matrix, _ weights: PackedMatrix, start: Start = .zero, activation: Activation? = nil,
  path: ProductPath = .automatic, level: KernelLevel
) -> Matrix {
  product(x, weights, start: start, activation: activation, path: path, kernels: level.kernels)
}

private func product(
  _ x: Matrix, _ weights: PackedMatrix, start: Start, activation: Activation?, path: ProductPath,
  kernels: sp_kernels
) -> Matrix {
  precondition(
    x.columns == weights.inner, "x has \(x.columns) columns, the weights take \(weights.inner)")
  let (inner, outer) = (weights.inner, weights.outer)
  let panels = Panels(pointer: weights.panels.pointer, stride: weights.panelStride)
  let workspace = Workspace(kernels)
  let elements = [Float](unsafeUninitializedCapacity: x.rows * outer) { to, count in
    count = x.rows * outer
    guard count > 0, let to = to.baseAddress else { return }
    start.withEnds(activation, rows: x.rows, columns: outer) { ends in
      x.elements.withUnsafeBufferPointer { from in
        // Where records are empty there is no address, and none is looked at.
        let from = from.baseAddress ?? UnsafePointer(to)
        for first in stride(from: 0, to: x.rows, by: Tile.rows) {
          let tile = LeftFactor(
            pointer: from + first * inner, rows: min(Tile.rows, x.rows - first), columns: inner)
          workspace.multiply(
            tile, panels, path, ends.from(row: first), into: to + first * outer, columns: outer)
        }
      }
    }
  }
  return Matrix(rows: x.rows, columns: outer, elements: elements)
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
  guard a.rows > 0 else { return Matrix(zeros: p, columns: q) }
  // Records go in blocks, so that the panels of b stay in cache; a chain goes on where it was.
  let block = 512
  let packed = AlignedFloats(
    uninitialized: PackedMatrix.panelFloats(inner: min(block, a.rows), outer: q))
  let workspace = Workspace(kernels)
  let elements = [Float](unsafeUninitializedCapacity: p * q) { to, count in
    count = p * q
    a.elements.withUnsafeBufferPointer { codes in
      b.elements.withUnsafeBufferPointer { others in
        guard let from = codes.baseAddress, let right = others.baseAddress, let to = to.baseAddress
        else { return }
        for first in stride(from: 0, to: a.rows, by: block) {
          let records = min(block, a.rows - first)
          sp_pack_transposed(right + first * q, q, records, q, packed.pointer)
          let panels = Panels(pointer: packed.pointer, stride: records * Int(SP_PANEL))
          let left = LeftFactor(pointer: from + first * p, rows: records, columns: p)
          workspace.multiplyTransposed(
            left, panels, path, first == 0 ? nil : UnsafePointer(to), into: to, columns: q)
        }
      }
    }
  }
  return Matrix(rows: p, columns: q, elements: elements)
}

extension Start {
  /// Calls `body` with what the kernels are told of these ends.
  fileprivate func withEnds(
    _ activation: Activation?, rows: Int, columns: Int, _ body: (sp_ends) -> Void
  ) {
    func call(_ start: UnsafePointer<Float>?, stride: Int) {
      if let activation {
        activation.withEnds(start: start, stride: stride, columns: columns, body)
      } else {
        body(sp_ends(start: start, stride: stride))
      }
    }
    switch self {
    case .zero: call(nil, stride: 0)
    case .row(let row):
      precondition(row.count == columns, "a start of \(row.count) for \(columns) outputs")
      row.withUnsafeBufferPointer { call($0.baseAddress, stride: 0) }
    case .matrix(let m):
      precondition(
        m.rows == rows && m.columns == columns,
        "a start [\(m.rows),\(m.columns)] for outputs [\(rows),\(columns)]")
      m.elements.withUnsafeBufferPointer { call($0.baseAddress, stride: columns) }
    }
  }
}
