import CKernels

/// Sums of matrices [rows, columns] in Double: what a mean or a gradient over many tiles is added up
/// in. Add tiles in a fixed order, and the sum depends on nothing else.
public struct Accumulator: Sendable, Equatable {
  /// Rows of what is added.
  public let rows: Int
  /// Columns of what is added.
  public let columns: Int
  /// [rows · columns]. Its count must not be changed.
  public var elements: [Double]

  /// All zeros, [rows, columns].
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    elements = [Double](repeating: 0, count: rows * columns)
  }

  /// Adds a matrix, element by element.
  /// - Parameter m: [rows, columns].
  public mutating func add(_ m: Matrix) {
    precondition(
      m.rows == rows && m.columns == columns,
      "adding [\(m.rows),\(m.columns)] to [\(rows),\(columns)]")
    let count = elements.count
    m.elements.withUnsafeBufferPointer { x in
      elements.withUnsafeMutableBufferPointer { sum in
        guard let x = x.baseAddress, let sum = sum.baseAddress else { return }
        sp_accumulate(x, sum, count)
      }
    }
  }

  /// Adds another sum, [rows, columns].
  public mutating func add(_ other: Accumulator) {
    precondition(
      other.rows == rows && other.columns == columns,
      "adding [\(other.rows),\(other.columns)] to [\(rows),\(columns)]")
    for i in elements.indices { elements[i] += other.elements[i] }
  }

  /// Multiplies every element, as for a mean.
  public mutating func scale(by factor: Double) {
    for i in elements.indices { elements[i] *= factor }
  }

  /// Rounded to Float, [rows, columns].
  public var matrix: Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { Float($0) })
  }
}
