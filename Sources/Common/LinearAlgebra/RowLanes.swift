/// Some rows of a matrix side by side, one a lane, so that what is done to each of them is sums and products
/// of vectors, whatever columns they are of.
public struct RowLanes: Sendable {
  public typealias Vector = SIMD8<Float>

  /// Rows at a time.
  public static var count: Int { Vector.scalarCount }

  /// A vector a column, [columns].
  public var columns: [Vector]

  public init(columns: Int) { self.columns = [Vector](repeating: .zero, count: columns) }

  /// Takes rows of a matrix, [N, columns], from `first` on; lanes without one are 0.
  public mutating func take(_ matrix: Matrix, from first: Int) {
    let (rows, length) = (Self.rows(matrix, first, columns.count), columns.count)
    matrix.elements.withUnsafeBufferPointer { elements in
      let from = UnsafeBufferPointer(
        rebasing: elements[rows.lowerBound * length..<rows.upperBound * length])
      columns.withUnsafeMutableBufferPointer { columns in
        var column = 0
        while rows.count == Self.count && column + Self.count <= length {
          let block = Block(at: { UnsafeRawPointer(from.baseAddress! + $0 * length + column) })
          block.transposed.visit { columns[column + $0] = $1 }
          column += Self.count
        }
        for column in column..<length {
          var vector = Vector.zero
          for row in 0..<rows.count { vector[row] = from[row * length + column] }
          columns[column] = vector
        }
      }
    }
  }

  /// Puts the rows back where they were taken from, [N, columns].
  public func put(into matrix: inout Matrix, from first: Int) {
    write(to: &matrix, from: first, adding: false)
  }

  /// Adds the rows to those of a matrix, [N, columns].
  public func add(to matrix: inout Matrix, from first: Int) {
    write(to: &matrix, from: first, adding: true)
  }

  private func write(to matrix: inout Matrix, from first: Int, adding: Bool) {
    let (rows, length) = (Self.rows(matrix, first, columns.count), columns.count)
    matrix.elements.withUnsafeMutableBufferPointer { elements in
      let to = UnsafeMutableBufferPointer(
        rebasing: elements[rows.lowerBound * length..<rows.upperBound * length])
      columns.withUnsafeBufferPointer { columns in
        var column = 0
        while rows.count == Self.count && column + Self.count <= length {
          let block = Block(at: { UnsafeRawPointer(columns.baseAddress! + column + $0) })
          block.transposed.visit { row, values in
            let place = UnsafeMutableRawPointer(to.baseAddress! + row * length + column)
            let sum = adding ? place.loadUnaligned(as: Vector.self) + values : values
            place.storeBytes(of: sum, as: Vector.self)
          }
          column += Self.count
        }
        for column in column..<length {
          for row in 0..<rows.count {
            let value = columns[column][row]
            to[row * length + column] = adding ? to[row * length + column] + value : value
          }
        }
      }
    }
  }

  private static func rows(_ matrix: Matrix, _ first: Int, _ columns: Int) -> Range<Int> {
    precondition(
      matrix.columns == columns && first >= 0 && first < matrix.rows,
      "row \(first) of [\(matrix.rows),\(matrix.columns)] as \(columns) columns")
    return first..<min(first + count, matrix.rows)
  }
}

/// Eight vectors of eight.
private struct Block {
  typealias Vector = RowLanes.Vector
  var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
  var (e, f, g, h) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)

  /// - Parameter place: where each of the eight begins.
  @inline(__always)
  init(at place: (Int) -> UnsafeRawPointer) {
    func vector(_ index: Int) -> Vector { place(index).loadUnaligned(as: Vector.self) }
    (a, b, c, d) = (vector(0), vector(1), vector(2), vector(3))
    (e, f, g, h) = (vector(4), vector(5), vector(6), vector(7))
  }

  /// Scalars of one vector and of another in turn, three times over.
  @inline(__always)
  var transposed: Block {
    var block = self
    for _ in 0..<3 { block.shuffle() }
    return block
  }

  @inline(__always)
  private mutating func shuffle() {
    let (first, second) = (Self.inTurn(a, e), Self.inTurn(b, f))
    let (third, fourth) = (Self.inTurn(c, g), Self.inTurn(d, h))
    (a, b, c, d) = (first.0, first.1, second.0, second.1)
    (e, f, g, h) = (third.0, third.1, fourth.0, fourth.1)
  }

  @inline(__always)
  private static func inTurn(_ x: Vector, _ y: Vector) -> (Vector, Vector) {
    let low = SIMD4(x[0], y[0], x[1], y[1])
    let middle = SIMD4(x[2], y[2], x[3], y[3])
    let next = SIMD4(x[4], y[4], x[5], y[5])
    let high = SIMD4(x[6], y[6], x[7], y[7])
    return (Vector(lowHalf: low, highHalf: middle), Vector(lowHalf: next, highHalf: high))
  }

  @inline(__always)
  func visit(_ body: (Int, Vector) -> Void) {
    body(0, a)
    body(1, b)
    body(2, c)
    body(3, d)
    body(4, e)
    body(5, f)
    body(6, g)
    body(7, h)
  }
}
