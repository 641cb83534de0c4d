/// What a move of a row by Δ comes to, in Double.
public struct RowMove: Sendable {
  /// ‖Δ‖².
  public var squaredLength: Double
  /// Δᵀ(q − q⁺).
  public var curvature: Double
  /// cᵀz⁺ and q⁺ᵀz⁺.
  public var (start, end): (Double, Double)
}

/// Moves of rows z to z⁺ that take rows q to q⁺, of each eight sums, sum l over the columns l, l + 8, …, then
/// added pairwise by halves.
/// - Parameters: z, q, z⁺, q⁺ and c, [N, n].
/// - Returns: [N].
public func rowMoves(
  from z: Matrix, _ q: Matrix, to next: Matrix, _ nextQ: Matrix, beside c: Matrix
) -> [RowMove] {
  let columns = z.columns
  precondition(
    [q, next, nextQ, c].allSatisfy { $0.rows == z.rows && $0.columns == columns },
    "shapes disagree")
  return (0..<z.rows).map { row in
    z.elements.withUnsafeBytes { z in
      q.elements.withUnsafeBytes { q in
        next.elements.withUnsafeBytes { next in
          nextQ.elements.withUnsafeBytes { nextQ in
            c.elements.withUnsafeBytes { c in
              move(z, q, next, nextQ, c, row * columns..<(row + 1) * columns)
            }
          }
        }
      }
    }
  }
}

private typealias Lanes = SIMD8<Float>
private typealias Sums = SIMD8<Double>

private func move(
  _ z: UnsafeRawBufferPointer, _ q: UnsafeRawBufferPointer, _ next: UnsafeRawBufferPointer,
  _ nextQ: UnsafeRawBufferPointer, _ c: UnsafeRawBufferPointer, _ indices: Range<Int>
) -> RowMove {
  var (squares, curvatures, starts, ends) = (Sums.zero, Sums.zero, Sums.zero, Sums.zero)
  @inline(__always)
  func add(_ lanes: (UnsafeRawBufferPointer) -> Lanes) {
    let (to, toQ) = (lanes(next), lanes(nextQ))
    let delta = Sums(to - lanes(z))
    squares += delta * delta
    curvatures += delta * Sums(lanes(q) - toQ)
    let code = Sums(to)
    starts += code * Sums(lanes(c))
    ends += code * Sums(toQ)
  }
  let size = MemoryLayout<Float>.stride
  var index = indices.lowerBound
  while index + Lanes.scalarCount <= indices.upperBound {
    add { $0.loadUnaligned(fromByteOffset: index * size, as: Lanes.self) }
    index += Lanes.scalarCount
  }
  add { bytes in
    var lanes = Lanes.zero
    for (lane, index) in (index..<indices.upperBound).enumerated() {
      lanes[lane] = bytes.load(fromByteOffset: index * size, as: Float.self)
    }
    return lanes
  }
  return RowMove(
    squaredLength: total(squares), curvature: total(curvatures), start: total(starts),
    end: total(ends))
}

private func total(_ sums: Sums) -> Double {
  let four = sums.lowHalf + sums.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}
