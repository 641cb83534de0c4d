import CKernels

/// Combinations of some rows of a matrix and searches along a row, for loops too small for a product.
/// Levels with fused multiply-adds give the same bits.
public struct RowKernels: Sendable {
  let table: sp_row_kernels

  /// The kernels of ``KernelLevel/current``.
  public static let current = RowKernels(.current)

  /// Those of a level, which must be available.
  package init(_ level: KernelLevel) { table = level.kernels.rows.pointee }

  /// out = Σ weights[i] · (row members[i] of m), one chain of multiply-adds a column, i ascending.
  /// - Parameters:
  ///   - members: n rows of m, in any order.
  ///   - weights: at least [n].
  ///   - out: [columns of m].
  public func combine(
    _ members: [Int32], of m: MatrixView, weights: [Float], into out: inout [Float]
  ) {
    precondition(weights.count >= members.count && out.count == m.columns, "shapes disagree")
    precondition(members.allSatisfy { $0 >= 0 && $0 < m.rows }, "a row outside the matrix")
    out.withUnsafeMutableBufferPointer { out in
      members.withUnsafeBufferPointer { members in
        weights.withUnsafeBufferPointer { weights in
          guard let to = out.baseAddress else { return }
          guard let rows = m.elements.baseAddress, let which = members.baseAddress,
            let weights = weights.baseAddress
          else { return out.update(repeating: 0) }
          table.combine(rows, m.columns, which, weights, members.count, m.columns, to)
        }
      }
    }
  }

  /// Where the first of `values` meets a falling level: the smallest t in 0..<limit at which
  /// values[k] − t·slopes[k] is level − t (with `bothSigns`, or t − level), k not barred. A value
  /// beyond the level meets it at 0, unless it falls faster. Of several the lowest k is taken.
  /// - Parameters:
  ///   - values: [n]; slopes: [n]; barred: [n], 0 or −1.
  /// - Returns: k and t, or nil where none does.
  public func firstCrossing(
    _ values: [Float], slopes: [Float], barred: [Int32], level: Float, limit: Float,
    bothSigns: Bool
  ) -> (index: Int, step: Float)? {
    let count = values.count
    precondition(slopes.count == count && barred.count == count, "shapes disagree")
    var step: Float = 0
    let index = values.withUnsafeBufferPointer { values in
      slopes.withUnsafeBufferPointer { slopes in
        barred.withUnsafeBufferPointer { barred in
          guard let values = values.baseAddress, let slopes = slopes.baseAddress,
            let barred = barred.baseAddress
          else { return -1 }
          return table.first_crossing(
            values, slopes, barred, count, level, limit, bothSigns ? 1 : 0, &step)
        }
      }
    }
    return index < 0 ? nil : (index, step)
  }

  /// The index of the largest value, or with `bothSigns` of the largest size; the first of several.
  /// - Parameter values: not empty, no NaN.
  public func indexOfLargest(_ values: [Float], bothSigns: Bool) -> Int {
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { preconditionFailure("the largest of none") }
      return table.largest(start, values.count, bothSigns ? 1 : 0)
    }
  }

  /// The step of greatest change in coordinate descent, in one pass: with z = f_θ(drive) the unit with
  /// the largest |z − code|, the lowest of several, and its z. Unit −1 where no unit would move. NaN is
  /// never the largest.
  /// - Parameters:
  ///   - drive: [n]; code: [n]; thresholds: [n].
  ///   - nonlinearity: ``Nonlinearity/relu`` or ``Nonlinearity/shrink``.
  ///   - barred: [n], 0, or −1 for a unit that is left out.
  public func steepest(
    _ drive: [Float], code: [Float], thresholds: [Float], nonlinearity: Nonlinearity,
    barred: [Int32]
  ) -> (unit: Int, value: Float) {
    let count = drive.count
    precondition(
      code.count == count && thresholds.count == count && barred.count == count, "shapes disagree")
    precondition(
      nonlinearity == .relu || nonlinearity == .shrink, "no steepest step of \(nonlinearity)")
    var value: Float = 0
    let unit = drive.withUnsafeBufferPointer { drive in
      code.withUnsafeBufferPointer { code in
        thresholds.withUnsafeBufferPointer { thresholds in
          barred.withUnsafeBufferPointer { barred in
            guard let drive = drive.baseAddress, let code = code.baseAddress,
              let thresholds = thresholds.baseAddress, let barred = barred.baseAddress
            else { return -1 }
            return table.steepest(
              drive, code, thresholds, barred, count, nonlinearity == .shrink ? 1 : 0, &value)
          }
        }
      }
    }
    return (unit, value)
  }
}
