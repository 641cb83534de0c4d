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
  let columns = z.columns
  var gradient = Matrix(zeros: z.rows, columns)
  z.elements.withUnsafeBufferPointer { z in
    gradient.elements.withUnsafeMutableBufferPointer { gradient in
      groups.members.withUnsafeBufferPointer { members in
        groups.weights.withUnsafeBufferPointer { weights in
          for row in 0..<delta.rows {
            let first = row * columns
            for group in 0..<groups.count {
              let (y, slope) = (reduced[row, group], delta[row, group])
              guard y != 0, slope != 0 else { continue }
              let positions = groups.positions(of: group)
              switch reduction {
              case .l2:
                let ratio = slope / y
                for i in positions {
                  let column = first + members[i]
                  gradient[column] += weights[i] * ratio * z[column]
                }
              case .max:
                let i = positions.first { weights[$0] * abs(z[first + members[$0]]) == y }
                guard let i else { continue }
                let column = first + members[i]
                gradient[column] += slope * weights[i] * sign(of: z[column])
              case .mean:
                let share = slope * shares[group]
                for i in positions {
                  let column = first + members[i]
                  gradient[column] += share * weights[i] * sign(of: z[column])
                }
              }
            }
          }
        }
      }
    }
  }
  return gradient
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
  maps.elements.withUnsafeBufferPointer { from in
    reduced.elements.withUnsafeBufferPointer { reduced in
      delta.elements.withUnsafeBufferPointer { delta in
        gradient.elements.withUnsafeMutableBufferPointer { to in
          slopes.withUnsafeMutableBufferPointer { slopes in
            guard let from = from.baseAddress, let to = to.baseAddress,
              let reduced = reduced.baseAddress, let delta = delta.baseAddress,
              let slopes = slopes.baseAddress
            else { return }
            for image in 0..<maps.rows / places {
              for (index, window) in windows.enumerated() {
                let start = (image * windows.count + index) * columns
                way.take(slopes, delta + start, reduced + start, count: window.count)
                for place in window {
                  let begin = (image * places + place) * columns
                  way.pass(slopes, from + begin, reduced + start, to + begin)
                }
              }
            }
          }
        }
      }
    }
  }
  return gradient
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
