extension ArrayHeader {
  /// Elements of a Fortran-ordered array in C order, `shape`.
  /// - Parameter stored: the elements with the first axis the fastest.
  func transposed<Element>(_ stored: [Element]) -> [Element] {
    // The longest stretches are the first axis in `stored` and the last one in the result.
    let axes = shape.filter { $0 > 1 }
    let (rows, columns) = (axes[0], axes[axes.count - 1])
    let middle = axes.dropFirst().dropLast()
    let between = middle.reduce(1, *)
    return [Element](unsafeUninitializedCapacity: stored.count) { result, count in
      stored.withUnsafeBufferPointer { stored in
        for place in 0..<between {
          let source = rows * place
          let target = columns * Self.reversed(place, axes: middle)
          Self.transpose(
            rows, columns, stored, from: source, step: rows * between, result, to: target,
            step: columns * between)
        }
      }
      count = stored.count
    }
  }

  /// Where the element that stands at `index` of the file stands in C order.
  func indexInCOrder(ofStored index: Int) -> Int {
    needsTransposing ? Self.reversed(index, axes: shape[...]) : index
  }

  /// The place in C order of the element whose place in Fortran order is `index`.
  private static func reversed(_ index: Int, axes: ArraySlice<Int>) -> Int {
    var (rest, place, stride) = (index, 0, axes.reduce(1, *))
    for length in axes {
      stride /= length
      place += rest % length * stride
      rest /= length
    }
    return place
  }

  /// Copies a matrix stored by columns, `[rows, columns]`, to rows, in blocks that stay in cache.
  private static func transpose<Element>(
    _ rows: Int, _ columns: Int, _ stored: UnsafeBufferPointer<Element>, from source: Int,
    step sourceStep: Int, _ result: UnsafeMutableBufferPointer<Element>, to target: Int,
    step targetStep: Int
  ) {
    let block = 32
    for top in stride(from: 0, to: rows, by: block) {
      for left in stride(from: 0, to: columns, by: block) {
        for row in top..<min(top + block, rows) {
          for column in left..<min(left + block, columns) {
            let element = stored[source + row + column * sourceStep]
            result.initializeElement(at: target + row * targetStep + column, to: element)
          }
        }
      }
    }
  }
}
