/// What becomes of several values. Where one is NaN, that is NaN.
public enum Reduction: String, Sendable, CaseIterable {
  /// √(Σ w z²).
  case l2
  /// max w|z|.
  case max
  /// Σ w|z| / Σ w.
  case mean
}

/// The larger of two numbers; NaN where one is, which no comparison finds.
@inline(__always)
private func larger(_ a: Float, _ b: Float) -> Float { a >= b || a.isNaN ? a : b }

/// Each run of `length` columns reduced to one value, w being 1: [N, count].
/// - Parameter z: [N, columns], the runs side by side from the first column on.
public func reduceRuns(
  of z: Matrix, length: Int, count: Int, by reduction: Reduction
) -> Matrix {
  precondition(length >= 1 && length * count <= z.columns, "runs beyond \(z.columns) columns")
  let share = Float(length)
  return mapRows(of: z, toColumns: count) { row, reduced in
    switch reduction {
    case .l2:
      reduceRuns(row, length, reduced) {
        $0 + $1 * $1
      } end: {
        $0.squareRoot()
      }
    case .max:
      reduceRuns(row, length, reduced) {
        larger($0, abs($1))
      } end: {
        $0
      }
    case .mean:
      reduceRuns(row, length, reduced) {
        $0 + abs($1)
      } end: {
        $0 / share
      }
    }
  }
}

/// Each group of columns reduced to one value: [N, G].
/// - Parameter z: [N, columns].
public func reduceGroups(of z: Matrix, _ groups: Groups, by reduction: Reduction) -> Matrix {
  precondition(groups.columnCount <= z.columns, "groups that are none of \(z.columns) columns")
  let sums = (0..<groups.count).map { groups.weights[groups.positions(of: $0)].reduce(0, +) }
  return groups.members.withUnsafeBufferPointer { members in
    groups.weights.withUnsafeBufferPointer { weights in
      let groups = GroupView(offsets: groups.offsets, members: members, weights: weights)
      return mapRows(of: z, toColumns: sums.count) { row, reduced in
        switch reduction {
        case .l2:
          groups.reduce(row, to: reduced) {
            $0 + $1 * $2 * $2
          } end: {
            $0.squareRoot()
          }
        case .max:
          groups.reduce(row, to: reduced) {
            larger($0, $1 * abs($2))
          } end: {
            $0
          }
        case .mean:
          groups.reduce(row, to: reduced) {
            $0 + $1 * abs($2)
          } end: {
            $0
          }
          for group in reduced.indices {
            reduced[group] = sums[group] > 0 ? reduced[group] / sums[group] : 0
          }
        }
      }
    }
  }
}

/// Windows of places reduced to one value a column, w being 1: [N·windows, columns].
/// - Parameters:
///   - maps: [N·places, columns], the places of a map row after row.
///   - windows: for each window the places of a map that are in it.
public func reducePlaces(
  of maps: Matrix, places: Int, windows: [[Int]], by reduction: Reduction
) -> Matrix {
  precondition(
    places >= 1 && maps.rows.isMultiple(of: places)
      && windows.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 < places } },
    "windows that are none of \(places) places")
  let columns = maps.columns
  var reduced = Matrix(zeros: maps.rows / places * windows.count, columns)
  maps.elements.withUnsafeBufferPointer { from in
    reduced.elements.withUnsafeMutableBufferPointer { to in
      for (row, first) in stride(from: 0, to: maps.rows, by: places).enumerated() {
        for (index, window) in windows.enumerated() {
          let start = (row * windows.count + index) * columns
          let sums = UnsafeMutableBufferPointer(rebasing: to[start..<start + columns])
          for place in window {
            let begin = (first + place) * columns
            add(UnsafeBufferPointer(rebasing: from[begin..<begin + columns]), to: sums, reduction)
          }
          end(sums, count: window.count, reduction)
        }
      }
    }
  }
  return reduced
}

private func add(
  _ z: UnsafeBufferPointer<Float>, to sums: UnsafeMutableBufferPointer<Float>,
  _ reduction: Reduction
) {
  switch reduction {
  case .l2: for i in z.indices { sums[i] += z[i] * z[i] }
  case .max: for i in z.indices { sums[i] = larger(sums[i], abs(z[i])) }
  case .mean: for i in z.indices { sums[i] += abs(z[i]) }
  }
}

private func end(
  _ sums: UnsafeMutableBufferPointer<Float>, count: Int, _ reduction: Reduction
) {
  switch reduction {
  case .l2: for i in sums.indices { sums[i] = sums[i].squareRoot() }
  case .max: break
  case .mean: for i in sums.indices { sums[i] /= Float(count) }
  }
}

/// [N, columns] of which `body` writes each row, all of it.
private func mapRows(
  of z: Matrix, toColumns columns: Int,
  _ body: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
) -> Matrix {
  let elements = [Float](unsafeUninitializedCapacity: z.rows * columns) { to, count in
    z.elements.withUnsafeBufferPointer { from in
      for row in 0..<z.rows {
        body(
          UnsafeBufferPointer(rebasing: from[row * z.columns..<(row + 1) * z.columns]),
          UnsafeMutableBufferPointer(rebasing: to[row * columns..<(row + 1) * columns]))
      }
    }
    count = z.rows * columns
  }
  return Matrix(rows: z.rows, columns: columns, elements: elements)
}

/// Reduces runs of one row.
@inline(__always)
private func reduceRuns(
  _ row: UnsafeBufferPointer<Float>, _ length: Int, _ reduced: UnsafeMutableBufferPointer<Float>,
  add: (Float, Float) -> Float, end: (Float) -> Float
) {
  guard let z = row.baseAddress, let to = reduced.baseAddress else { return }
  @inline(__always) func reduce(_ length: Int) {
    for run in 0..<reduced.count {
      var total: Float = 0
      for i in 0..<length { total = add(total, z[run &* length &+ i]) }
      to[run] = end(total)
    }
  }
  // The usual lengths written out, so that the compiler makes vectors of neighbouring runs.
  switch length {
  case 2: reduce(2)
  case 4: reduce(4)
  default: reduce(length)
  }
}

/// Groups of columns, for the length of a call.
private struct GroupView {
  let offsets: [Int]
  let members: UnsafeBufferPointer<Int>
  let weights: UnsafeBufferPointer<Float>

  @inline(__always)
  func reduce(
    _ row: UnsafeBufferPointer<Float>, to reduced: UnsafeMutableBufferPointer<Float>,
    add: (Float, Float, Float) -> Float, end: (Float) -> Float
  ) {
    guard let z = row.baseAddress else { return }
    for group in reduced.indices {
      var total: Float = 0
      for i in offsets[group]..<offsets[group + 1] { total = add(total, weights[i], z[members[i]]) }
      reduced[group] = end(total)
    }
  }
}
