/// Backwards through ``reduceGroups(of:_:by:)``: what a change of each column does.
///
/// Where a group is all zeros, and where values are equal in size in a maximum, there is no derivative: zeros pass
/// nothing on, and of equal ones the first passes all.
/// - Parameters:
///   - z: what was reduced, [N, columns].
///   - reduced: what came of it, [N, G].
///   - delta: ∂/∂reduced, [N, G].
/// - Returns: ∂/∂z, [N, columns].
public func reduceGroupsGradient(
  of z: Matrix, _ groups: Groups, by reduction: Reduction, reduced: Matrix, delta: Matrix
) -> Matrix {
  precondition(
    reduced.rows == z.rows && delta.rows == z.rows && reduced.columns == groups.count
      && delta.columns == groups.count && groups.columnCount <= z.columns,
    "a gradient of other groups")
  let shares = (0..<groups.count).map { group in
    let sum = groups.weights[groups.positions(of: group)].reduce(0, +)
    return sum > 0 ? 1 / sum : 0
  }
  var gradient = Matrix(zeros: z.rows, z.columns)
  goBack(from: delta, of: reduced, of: z, to: &gradient) { delta, reduced, z, gradient in
    for row in 0..<z.rows {
      let (to, from) = (row * groups.count, row * z.columns)
      for group in 0..<groups.count where reduced[to + group] != 0 && delta[to + group] != 0 {
        groups.pass(
          delta[to + group], of: group, reduced[to + group], share: shares[group], by: reduction,
          z.values + from, gradient + from)
      }
    }
  }
  return gradient
}

extension Groups {
  /// Adds to the columns of a row what a group passes on of `slope`.
  /// - Parameters:
  ///   - value: what came of it, not 0.
  ///   - share: 1 / Σ w.
  fileprivate func pass(
    _ slope: Float, of group: Int, _ value: Float, share: Float, by reduction: Reduction,
    _ z: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
  ) {
    let positions = positions(of: group)
    switch reduction {
    case .l2:
      let ratio = slope / value
      for i in positions { gradient[members[i]] += weights[i] * ratio * z[members[i]] }
    case .max:
      let largest = positions.first { weights[$0] * abs(z[members[$0]]) == value }
      guard let i = largest else { return }
      gradient[members[i]] += slope * weights[i] * sign(of: z[members[i]])
    case .mean:
      for i in positions {
        gradient[members[i]] += slope * share * weights[i] * sign(of: z[members[i]])
      }
    }
  }
}

/// Backwards through ``reducePlaces(of:places:windows:by:)``, in the same way.
/// - Parameters:
///   - maps: what was reduced, [N·places, columns].
///   - reduced: what came of it, [N·windows, columns].
///   - delta: ∂/∂reduced, [N·windows, columns].
/// - Returns: ∂/∂maps, [N·places, columns].
public func reducePlacesGradient(
  of maps: Matrix, places: Int, windows: [[Int]], by reduction: Reduction, reduced: Matrix,
  delta: Matrix
) -> Matrix {
  let columns = maps.columns
  precondition(
    places >= 1 && maps.rows.isMultiple(of: places) && reduced.columns == columns
      && delta.columns == columns && reduced.rows == maps.rows / places * windows.count
      && delta.rows == reduced.rows
      && windows.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 < places } },
    "a gradient of other places")
  var gradient = Matrix(zeros: maps.rows, columns)
  // What a window passes to each of its places, or in a maximum what it has not passed yet.
  var slopes = [Float](repeating: 0, count: columns)
  let way = WindowWay(reduction: reduction, columns: columns)
  slopes.withUnsafeMutableBufferPointer { slopes in
    guard let slopes = slopes.baseAddress else { return }
    goBack(from: delta, of: reduced, of: maps, to: &gradient) { delta, reduced, maps, gradient in
      for image in 0..<maps.rows / places {
        for (index, window) in windows.enumerated() {
          let start = (image * windows.count + index) * columns
          way.take(slopes, delta + start, reduced + start, count: window.count)
          for place in window {
            let begin = (image * places + place) * columns
            way.pass(slopes, maps.values + begin, reduced + start, gradient + begin)
          }
        }
      }
    }
  }
  return gradient
}

/// What was reduced, for the length of a call.
private struct ReducedRows {
  let values: UnsafePointer<Float>
  let rows, columns: Int
}

/// Hands out the elements of what came of a reduction and of what was reduced; does nothing where there are none.
private func goBack(
  from delta: Matrix, of reduced: Matrix, of z: Matrix, to gradient: inout Matrix,
  _ body: (
    _ delta: UnsafePointer<Float>, _ reduced: UnsafePointer<Float>, _ z: ReducedRows,
    _ gradient: UnsafeMutablePointer<Float>
  ) -> Void
) {
  delta.elements.withUnsafeBufferPointer { delta in
    reduced.elements.withUnsafeBufferPointer { reduced in
      z.elements.withUnsafeBufferPointer { values in
        gradient.elements.withUnsafeMutableBufferPointer { gradient in
          guard let delta = delta.baseAddress, let reduced = reduced.baseAddress,
            let values = values.baseAddress, let gradient = gradient.baseAddress
          else { return }
          body(
            delta, reduced, ReducedRows(values: values, rows: z.rows, columns: z.columns), gradient)
        }
      }
    }
  }
}

/// The way back from a window to its places, all columns at once.
private struct WindowWay {
  let reduction: Reduction
  let columns: Int

  /// What a window of `count` places passes on: of l2 to be multiplied by z, else by its sign.
  @inline(__always)
  func take(
    _ slopes: UnsafeMutablePointer<Float>, _ delta: UnsafePointer<Float>,
    _ reduced: UnsafePointer<Float>, count: Int
  ) {
    switch reduction {
    case .l2: for i in 0..<columns { slopes[i] = reduced[i] > 0 ? delta[i] / reduced[i] : 0 }
    case .max: for i in 0..<columns { slopes[i] = delta[i] }
    case .mean:
      let share = 1 / Float(count)
      for i in 0..<columns { slopes[i] = delta[i] * share }
    }
  }

  /// Adds what a place gets.
  @inline(__always)
  func pass(
    _ slopes: UnsafeMutablePointer<Float>, _ z: UnsafePointer<Float>,
    _ reduced: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
  ) {
    switch reduction {
    case .l2: for i in 0..<columns { sums[i] += slopes[i] * z[i] }
    case .mean: for i in 0..<columns { sums[i] += slopes[i] * sign(of: z[i]) }
    case .max:
      for i in 0..<columns {
        let isLargest = abs(z[i]) == reduced[i]
        sums[i] += isLargest ? slopes[i] * sign(of: z[i]) : 0
        slopes[i] = isLargest ? 0 : slopes[i]
      }
    }
  }
}

@inline(__always)
private func sign(of z: Float) -> Float { z > 0 ? 1 : z < 0 ? -1 : 0 }
