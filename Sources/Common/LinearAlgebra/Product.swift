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
public enum ProductStart: Sendable {
  /// Nothing.
  case zero
  /// [outer], the same for every record: a bias.
  case row([Float])
  /// [n, outer], one of its own for every record.
  case matrix(Matrix)
}

/// epilogue(start + x·Wᵀ), [n, outer].
///
/// Every sum is one chain of fused multiply-adds (at the level ``KernelLevel/portable``: of
/// multiplications and additions), the inner index ascending, beginning at `start`; a zero of x may
/// be left out, which changes nothing. So a row depends on nothing but itself, and neither the path
/// nor the tile nor the fused level shows. No output is ever −0.
/// - Parameters:
///   - x: [n, inner].
///   - weights: W [outer, inner], finite.
///   - epilogue: of [outer] units; nil leaves the sums.
///   - level: whose kernels run; nil is the one of the process.
public func product(
  _ x: Matrix, _ weights: PackedMatrix, start: ProductStart = .zero, epilogue: Epilogue? = nil,
  path: ProductPath = .automatic, level: KernelLevel? = nil
) -> Matrix {
  precondition(
    x.columns == weights.inner, "x has \(x.columns) columns, the weights take \(weights.inner)")
  let (inner, outer) = (weights.inner, weights.outer)
  let panels = Panels(weights)
  let workspace = Workspace(level?.kernels ?? .current)
  let elements = [Float](unsafeUninitializedCapacity: x.rows * outer) { to, count in
    count = x.rows * outer
    guard count > 0, let to = to.baseAddress else { return }
    start.withCStart(rows: x.rows, columns: outer) { start in
      epilogue.withCEpilogue(columns: outer) { epilogue in
        x.elements.withUnsafeBufferPointer { from in
          // Where records are empty there is no address, and none is looked at.
          let from = from.baseAddress ?? UnsafePointer(to)
          for first in stride(from: 0, to: x.rows, by: RecordTile.rows) {
            let tile = LeftFactor(
              pointer: from + first * inner, rows: min(RecordTile.rows, x.rows - first),
              columns: inner)
            workspace.multiply(
              tile, panels, path, start.from(row: first), epilogue, into: to + first * outer,
              columns: outer)
          }
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
///   - level: whose kernels run; nil is the one of the process.
public func transposedProduct(
  _ a: Matrix, _ b: Matrix, path: ProductPath = .automatic, level: KernelLevel? = nil
) -> Matrix {
  precondition(a.rows == b.rows, "a has \(a.rows) records, b has \(b.rows)")
  let (p, q) = (a.columns, b.columns)
  let workspace = Workspace(level?.kernels ?? .current)
  return a.elements.withUnsafeBufferPointer { codes in
    b.elements.withUnsafeBufferPointer { others in
      guard let from = codes.baseAddress, let right = others.baseAddress else {
        return Matrix(zeros: p, columns: q)
      }
      let left = LeftFactor(pointer: from, rows: a.rows, columns: p)
      return workspace.transposedProduct(left, columns: q, path) { records, panels in
        sp_pack_transposed(right + records.lowerBound * q, q, records.count, q, panels)
      }
    }
  }
}

extension Workspace {
  /// aᵀ·B, [p, q].
  /// - Parameters:
  ///   - a: [n, p].
  ///   - q: columns of B.
  ///   - pack: puts so many rows of B into panels.
  func transposedProduct(
    _ a: LeftFactor, columns q: Int, _ path: ProductPath,
    pack: (_ records: Range<Int>, _ panels: UnsafeMutablePointer<Float>) -> Void
  ) -> Matrix {
    let p = a.columns
    guard a.rows > 0 else { return Matrix(zeros: p, columns: q) }
    // Records go in blocks, so that the panels of B stay in cache; a chain goes on where it was.
    let block = 512
    let packed = AlignedFloats(
      uninitialized: PackedMatrix.panelFloats(inner: min(block, a.rows), outer: q))
    let elements = [Float](unsafeUninitializedCapacity: p * q) { to, count in
      count = p * q
      guard let to = to.baseAddress else { return }
      for first in stride(from: 0, to: a.rows, by: block) {
        let records = first..<min(first + block, a.rows)
        pack(records, packed.pointer)
        let panels = Panels(pointer: packed.pointer, stride: records.count * Int(SP_PANEL))
        multiplyTransposed(
          a.rows(records), panels, path, first == 0 ? nil : UnsafePointer(to), into: to, columns: q)
      }
    }
    return Matrix(rows: p, columns: q, elements: elements)
  }
}

extension ProductStart {
  /// Calls `body` with what the kernels are told of it.
  fileprivate func withCStart(rows: Int, columns: Int, _ body: (sp_start) -> Void) {
    switch self {
    case .zero: body(sp_start(rows: nil, stride: 0))
    case .row(let row):
      precondition(row.count == columns, "a start of \(row.count) for \(columns) outputs")
      row.withUnsafeBufferPointer { body(sp_start(rows: $0.baseAddress, stride: 0)) }
    case .matrix(let m):
      precondition(
        m.rows == rows && m.columns == columns,
        "a start [\(m.rows),\(m.columns)] for outputs [\(rows),\(columns)]")
      m.elements.withUnsafeBufferPointer {
        body(sp_start(rows: $0.baseAddress, stride: columns))
      }
    }
  }
}
