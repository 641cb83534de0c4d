import CKernels

/// y += a·x, a fused multiply-add per element (at the level ``KernelLevel/portable``: two roundings).
/// - Parameters:
///   - x: [n].
///   - y: [n].
public func addScaled(_ a: Float, _ x: [Float], to y: inout [Float]) {
  x.withUnsafeBufferPointer { addScaled(a, $0, to: &y) }
}

/// y += a·(row r of m); m [rows, n], y [n].
public func addScaled(_ a: Float, rowOf m: Matrix, _ r: Int, to y: inout [Float]) {
  precondition(r >= 0 && r < m.rows, "row \(r) of \(m.rows)")
  m.elements.withUnsafeBufferPointer {
    let row = UnsafeBufferPointer(rebasing: $0[r * m.columns..<(r + 1) * m.columns])
    addScaled(a, row, to: &y)
  }
}

/// y += a·(row r of m); m [rows, n] by its elements, y [n].
public func addScaled(_ a: Float, rowOf m: [Float], _ r: Int, to y: inout [Float]) {
  let count = y.count
  precondition(r >= 0 && (r + 1) * count <= m.count, "row \(r) of \(count) columns")
  m.withUnsafeBufferPointer {
    addScaled(a, UnsafeBufferPointer(rebasing: $0[r * count..<(r + 1) * count]), to: &y)
  }
}

/// sum += x, element by element: adding tiles in a fixed order gives a sum that depends on nothing else.
/// - Parameters:
///   - x: [rows, columns].
///   - sum: [rows, columns].
///   - threads: that share the work where it is worth it.
public func add(_ x: Matrix, to sum: inout Matrix, on threads: Threads = Threads(1)) {
  precondition(
    x.rows == sum.rows && x.columns == sum.columns,
    "adding [\(x.rows),\(x.columns)] to [\(sum.rows),\(sum.columns)]")
  let count = x.elements.count
  sum.elements.withUnsafeMutableBufferPointer { sum in
    x.elements.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress, let sum = sum.baseAddress else { return }
      // Each thread adds to elements of its own.
      nonisolated(unsafe) let (from, to) = (x, sum)
      threads.forEachRange(of: count, costing: 1) { range in
        sp_kernels.current.add_scaled(
          1, from + range.lowerBound, to + range.lowerBound, range.count)
      }
    }
  }
}

/// y += a·x; x and y [n].
func addScaled(_ a: Float, _ x: UnsafeBufferPointer<Float>, to y: inout [Float]) {
  precondition(x.count == y.count, "adding \(x.count) elements to \(y.count)")
  let count = y.count
  y.withUnsafeMutableBufferPointer { y in
    guard let x = x.baseAddress, let y = y.baseAddress else { return }
    sp_kernels.current.add_scaled(a, x, y, count)
  }
}

/// x·y, both [n]: 32 chains of fused multiply-adds, chain l over the elements l, l + 32, …, added
/// pairwise by halves. The order is fixed, the same on all levels.
/// - Parameter level: whose kernels run; nil is the one of the process.
public func dot(_ x: [Float], _ y: [Float], level: KernelLevel? = nil) -> Float {
  let kernels = level?.kernels ?? .current
  precondition(x.count == y.count, "a dot product of \(x.count) and \(y.count) elements")
  return x.withUnsafeBufferPointer { a in
    y.withUnsafeBufferPointer { b in
      guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
      return kernels.dot(a, b, x.count)
    }
  }
}

/// x·y, both [n], summed in Double: products are exact, 16 sums, sum l over the elements l, l + 16, …,
/// added pairwise by halves. The same bits on every level and machine.
/// - Parameter level: whose kernels run; nil is the one of the process.
public func dotInDouble(_ x: [Float], _ y: [Float], level: KernelLevel? = nil) -> Double {
  let kernels = level?.kernels ?? .current
  precondition(x.count == y.count, "a dot product of \(x.count) and \(y.count) elements")
  return x.withUnsafeBufferPointer { a in
    y.withUnsafeBufferPointer { b in
      guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
      return kernels.dot_in_double(a, b, x.count)
    }
  }
}

/// (Row r of m) += a·x; m [rows, n], x [n].
public func addScaled(_ a: Float, _ x: [Float], toRow r: Int, of m: inout Matrix) {
  precondition(r >= 0 && r < m.rows && x.count == m.columns, "row \(r), \(x.count) elements")
  let (first, count) = (r * m.columns, x.count)
  m.elements.withUnsafeMutableBufferPointer { y in
    x.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress, let y = y.baseAddress else { return }
      sp_kernels.current.add_scaled(a, x, y + first, count)
    }
  }
}

/// x·(row r of m); m [rows, n], x [n].
public func dot(_ x: [Float], rowOf m: MatrixView, _ r: Int) -> Float {
  let row = m.row(r)
  precondition(x.count == row.count, "a dot product of \(x.count) and \(row.count) elements")
  return x.withUnsafeBufferPointer { x in
    guard let a = x.baseAddress, let b = row.baseAddress else { return 0 }
    return sp_kernels.current.dot(a, b, row.count)
  }
}
