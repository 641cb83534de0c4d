import CKernels

extension Matrix {
  /// Overwrites one row, [columns].
  public mutating func setRow(_ row: Int, to values: ArraySlice<Float>) {
    precondition(values.count == columns, "a row has \(columns) values")
    elements.replaceSubrange(row * columns..<(row + 1) * columns, with: values)
  }

  /// The rows of these numbers, in this order, [n, columns].
  public func rows(at numbers: [Int]) -> Matrix {
    Matrix(rowsAt: numbers, of: elements, columns: columns)
  }

  /// Rows of `values`, [n, columns], by their numbers, in this order.
  public init(
    rowsAt numbers: [Int], of values: [Float], columns: Int, on threads: Threads = Threads(1)
  ) {
    let count = columns == 0 ? Int.max : values.count / columns
    precondition(numbers.allSatisfy { (0..<count).contains($0) }, "a row beyond \(count)")
    let elements = [Float](unsafeUninitializedCapacity: numbers.count * columns) { to, filled in
      filled = numbers.count * columns
      values.withUnsafeBufferPointer { from in
        guard filled > 0, let from = from.baseAddress, let to = to.baseAddress else { return }
        // Each thread writes rows of its own.
        nonisolated(unsafe) let (source, target) = (from, to)
        // Rows that lie anywhere take some four times as long as those that lie side by side.
        threads.forEachRange(of: numbers.count, costing: 4 * columns) { range in
          for row in range {
            (target + row * columns).initialize(
              from: source + numbers[row] * columns, count: columns)
          }
        }
      }
    }
    self.init(rows: numbers.count, columns: columns, elements: elements)
  }

  /// The columns of these numbers, in this order, [rows, n].
  public func columns(at numbers: some Collection<Int>) -> Matrix {
    precondition(numbers.allSatisfy { (0..<columns).contains($0) }, "a column beyond \(columns)")
    return Matrix(
      rows: rows, columns: numbers.count,
      elements: (0..<rows).flatMap { row in numbers.map { elements[row * columns + $0] } })
  }

  /// This matrix with another one, [rows, n], to the right of it.
  public func joined(by other: Matrix) -> Matrix {
    precondition(other.rows == rows, "\(other.rows) rows beside \(rows)")
    return Matrix(
      rows: rows, columns: columns + other.columns,
      elements: (0..<rows).flatMap { row($0) + other.row($0) })
  }

  /// The columns before a column, [rows, column], and the others: the inverse of ``joined(by:)``.
  public func split(at column: Int) -> (left: Matrix, right: Matrix) {
    var (left, right): ([Float], [Float]) = ([], [])
    left.reserveCapacity(rows * column)
    right.reserveCapacity(rows * (columns - column))
    for row in 0..<rows {
      left += self.row(row).prefix(column)
      right += self.row(row).dropFirst(column)
    }
    return (
      Matrix(rows: rows, columns: column, elements: left),
      Matrix(rows: rows, columns: columns - column, elements: right)
    )
  }

  /// The rows that hold NaN or infinity, ascending.
  public var nonFiniteRows: [Int] {
    let all = elements.span
    return (0..<rows).filter { row in
      // Without its sign, a number with all bits of the exponent set, and no other, carries into the
      // sign when the lowest of these bits is added: one pass without a branch, in vectors.
      var carries: UInt32 = 0
      for index in row * columns..<(row + 1) * columns {
        carries |= (all[index].bitPattern & 0x7fff_ffff) &+ 0x0080_0000
      }
      return carries & 0x8000_0000 != 0
    }
  }

  /// This matrix with one more row, [columns].
  public func appending(row: [Float]) -> Matrix {
    Matrix(rows: rows + 1, columns: columns, elements: elements + row)
  }

  /// Removes from each row its mean, which is summed in Double.
  public mutating func centerRows() {
    let (rows, columns) = (rows, columns)
    elements.withUnsafeMutableBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      for row in 0..<rows {
        let row = start + row * columns
        sp_shift(-Float(sp_sum_in_double(row, columns) / Double(columns)), row, columns)
      }
    }
  }

  /// Each row less `amounts[row]` times `direction`.
  public func removing(direction: [Float], amounts: [Float]) -> Matrix {
    precondition(direction.count == columns && amounts.count == rows, "one amount per row")
    var result = self
    result.elements.withUnsafeMutableBufferPointer { elements in
      for row in 0..<rows {
        let amount = amounts[row]
        for column in 0..<columns {
          elements[row * columns + column] -= amount * direction[column]
        }
      }
    }
    return result
  }
}
