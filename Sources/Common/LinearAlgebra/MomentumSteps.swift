/// Rows of equal shape that go ahead by a share of their last move, each by its own.
/// - Parameters:
///   - z: [N, n], with `before`, where its rows were.
///   - shares: [N]; nil leaves a row of `ahead` as it is.
///   - ahead: z + share·(z − before), [N, n].
public func extrapolate(
  _ z: Matrix, from before: Matrix, by shares: [Float?], into ahead: inout Matrix
) {
  let columns = z.columns
  precondition(
    [before, ahead].allSatisfy { $0.rows == z.rows && $0.columns == columns }
      && shares.count == z.rows, "shapes disagree")
  ahead.elements.withUnsafeMutableBufferPointer { ahead in
    z.elements.withUnsafeBufferPointer { z in
      before.elements.withUnsafeBufferPointer { before in
        for (row, share) in shares.enumerated() {
          guard let share else { continue }
          for index in row * columns..<(row + 1) * columns {
            ahead[index] = z[index] + share * (z[index] - before[index])
          }
        }
      }
    }
  }
}

/// out = y + scale·q, a scale a row.
/// - Parameters: y, q and out, [N, n]; scales, [N].
public func step(from y: Matrix, along q: Matrix, by scales: [Float], into out: inout Matrix) {
  let columns = y.columns
  precondition(
    [q, out].allSatisfy { $0.rows == y.rows && $0.columns == columns } && scales.count == y.rows,
    "shapes disagree")
  out.elements.withUnsafeMutableBufferPointer { out in
    y.elements.withUnsafeBufferPointer { y in
      q.elements.withUnsafeBufferPointer { q in
        for (row, scale) in scales.enumerated() {
          for index in row * columns..<(row + 1) * columns {
            out[index] = y[index] + scale * q[index]
          }
        }
      }
    }
  }
}

/// aᵀ(b − c) of each row with a = x − y, all of [N, n]: eight sums, sum l over the columns l, l + 8, …, then
/// added pairwise by halves.
/// - Returns: [N].
public func innerProducts(
  of x: Matrix, less y: Matrix, with b: Matrix, less c: Matrix
) -> [Float] {
  let columns = x.columns
  precondition(
    [y, b, c].allSatisfy { $0.rows == x.rows && $0.columns == columns }, "shapes disagree")
  return (0..<x.rows).map { row in
    x.elements.withUnsafeBytes { x in
      y.elements.withUnsafeBytes { y in
        b.elements.withUnsafeBytes { b in
          c.elements.withUnsafeBytes { c in
            innerProduct(x, y, b, c, row * columns..<(row + 1) * columns)
          }
        }
      }
    }
  }
}

private func innerProduct(
  _ x: UnsafeRawBufferPointer, _ y: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer,
  _ c: UnsafeRawBufferPointer, _ indices: Range<Int>
) -> Float {
  typealias Lanes = SIMD8<Float>
  let size = MemoryLayout<Float>.stride
  var sums = Lanes.zero
  var index = indices.lowerBound
  while index + Lanes.scalarCount <= indices.upperBound {
    func lanes(_ bytes: UnsafeRawBufferPointer) -> Lanes {
      bytes.loadUnaligned(fromByteOffset: index * size, as: Lanes.self)
    }
    sums += (lanes(x) - lanes(y)) * (lanes(b) - lanes(c))
    index += Lanes.scalarCount
  }
  for (lane, index) in (index..<indices.upperBound).enumerated() {
    func value(_ bytes: UnsafeRawBufferPointer) -> Float {
      bytes.load(fromByteOffset: index * size, as: Float.self)
    }
    sums[lane] += (value(x) - value(y)) * (value(b) - value(c))
  }
  let four = sums.lowHalf + sums.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}
