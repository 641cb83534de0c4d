import CKernels

/// The inverse of some rows and columns M of a symmetric, positive definite matrix, kept while members
/// come and go: O(n²) each, by bordering.
public struct PrincipalInverse: Sendable {
  /// A member whose pivot is not above this share of its diagonal element is taken for a combination
  /// of the others.
  private static let leastPivot: Float = 1e-5
  /// Floats from row to row at first: a multiple of 16, and more than 16 beyond most supports.
  private static let firstStride = 48

  private let kernels: RowKernels
  /// The indices, in the order of rows and columns of M⁻¹, [n].
  public private(set) var members: [Int32] = []
  /// M⁻¹, [n, n], rows `stride` apart; what lies behind a row means nothing.
  private var elements: [Float]
  private var stride = firstStride
  private var scratch: [Float]
  /// 0, 1, …, for all rows.
  private var order: [Int32]

  /// Without members.
  public init(_ kernels: RowKernels = .current) {
    self.kernels = kernels
    elements = [Float](repeating: 0, count: Self.firstStride * Self.firstStride)
    scratch = [Float](repeating: 0, count: 2 * Self.firstStride)
    order = Array(0..<Int32(Self.firstStride))
  }

  /// Begins anew without members.
  public mutating func removeAll() { members.removeAll(keepingCapacity: true) }

  /// Adds a member.
  /// - Parameter matrix: the same symmetric matrix for all members.
  /// - Returns: false, and nothing is changed, where it is a combination of the others.
  public mutating func append(_ index: Int, of matrix: MatrixView) -> Bool {
    let count = members.count
    // Kernels take whole vectors, and there must be room for one more column.
    if count + 1 > stride - 16 { widen() }
    let least = Self.leastPivot * matrix[index, index]
    members.append(Int32(index))
    let row = matrix.row(index)
    let isIndependent = elements.withUnsafeMutableBufferPointer { elements in
      scratch.withUnsafeMutableBufferPointer { scratch in
        members.withUnsafeBufferPointer {
          kernels.table.enlarge(
            elements.baseAddress!, stride, count, row.baseAddress!, $0.baseAddress!, least,
            scratch.baseAddress!) != 0
        }
      }
    }
    if !isIndependent { members.removeLast() }
    return isIndependent
  }

  /// Takes out the member at a position; the last one takes its place.
  public mutating func swapRemove(at position: Int) {
    let last = members.count - 1
    if position != last {
      members.swapAt(position, last)
      for i in 0...last { elements.swapAt(position * stride + i, last * stride + i) }
      for i in 0...last { elements.swapAt(i * stride + position, i * stride + last) }
    }
    elements.withUnsafeMutableBufferPointer { elements in
      scratch.withUnsafeMutableBufferPointer {
        kernels.table.reduce(elements.baseAddress!, stride, last + 1, $0.baseAddress!)
      }
    }
    members.removeLast()
  }

  /// y = M⁻¹x.
  /// - Parameters:
  ///   - x: [n] or more.
  ///   - y: enlarged where it is too short; what lies behind [n] means nothing.
  public func apply(to x: [Float], into y: inout [Float]) {
    let count = members.count
    precondition(x.count >= count, "\(x.count) values for \(count) members")
    let columns = (count + 15) / 16 * 16
    if y.count < columns { y = [Float](repeating: 0, count: stride) }
    elements.withUnsafeBufferPointer { elements in
      x.withUnsafeBufferPointer { x in
        order.withUnsafeBufferPointer { order in
          y.withUnsafeMutableBufferPointer { y in
            guard let from = x.baseAddress, let to = y.baseAddress else { return }
            kernels.table.combine(
              elements.baseAddress!, stride, order.baseAddress!, from, count, columns, to)
          }
        }
      }
    }
  }

  private mutating func widen() {
    let (old, from) = (stride, elements)
    stride = 2 * old
    elements = [Float](repeating: 0, count: stride * stride)
    for i in members.indices {
      for j in members.indices { elements[i * stride + j] = from[i * old + j] }
    }
    scratch = [Float](repeating: 0, count: 2 * stride)
    order = Array(0..<Int32(stride))
  }
}
