/// Limited-memory BFGS with a backtracking line search (Nocedal & Wright 2006, algorithms 7.4, 7.5):
/// minimises a smooth function of many variables from its values and gradients.
struct LBFGS {
  /// Pairs of steps and gradient changes that are remembered.
  static let memory = 10

  var iterationLimit: Int
  /// Done when the gradient's norm is at most this share of the first one's.
  var tolerance: Double

  struct Result {
    let point: [Double]
    let value: Double
    let iterations: Int
    let converged: Bool
  }

  /// - Parameters:
  ///   - function: the value and the gradient at a point.
  ///   - report: called with the iteration and the value after each step.
  func minimise(
    from start: [Double], _ function: ([Double]) throws -> (value: Double, gradient: [Double]),
    report: (Int, Double) throws -> Void
  ) throws -> Result {
    var point = start
    var (value, gradient) = try function(point)
    let target = tolerance * norm(gradient)
    var steps: [[Double]] = []
    var changes: [[Double]] = []
    for iteration in 1...max(1, iterationLimit) {
      guard norm(gradient) > target else {
        return Result(point: point, value: value, iterations: iteration - 1, converged: true)
      }
      let direction = descentDirection(gradient, steps, changes)
      let slope = inner(direction, gradient)
      var length = steps.isEmpty ? 1 / max(norm(gradient), 1e-12) : 1.0
      var next = try move(point, length, direction, function)
      // Armijo's condition; curvature is looked after by skipping pairs that have none.
      var tries = 0
      while !(next.value <= value + 1e-4 * length * slope) {
        tries += 1
        if tries > 40 {
          // No step lowers the value any more: this is as far as rounding lets it go.
          return Result(point: point, value: value, iterations: iteration - 1, converged: true)
        }
        length /= 2
        next = try move(point, length, direction, function)
      }
      let step = zip(next.point, point).map { $0 - $1 }
      let change = zip(next.gradient, gradient).map { $0 - $1 }
      if inner(step, change) > 1e-12 * inner(change, change) {
        steps.append(step)
        changes.append(change)
        if steps.count > Self.memory {
          steps.removeFirst()
          changes.removeFirst()
        }
      }
      (point, value, gradient) = next
      try report(iteration, value)
    }
    return Result(point: point, value: value, iterations: iterationLimit, converged: false)
  }

  private func move(
    _ point: [Double], _ length: Double, _ direction: [Double],
    _ function: ([Double]) throws -> (value: Double, gradient: [Double])
  ) throws -> (point: [Double], value: Double, gradient: [Double]) {
    let moved = zip(point, direction).map { $0 + length * $1 }
    let (value, gradient) = try function(moved)
    return (moved, value, gradient)
  }

  /// −H g by the two-loop recursion.
  private func descentDirection(
    _ gradient: [Double], _ steps: [[Double]], _ changes: [[Double]]
  ) -> [Double] {
    var direction = gradient.map { -$0 }
    var factors = [Double](repeating: 0, count: steps.count)
    for index in steps.indices.reversed() {
      factors[index] = inner(steps[index], direction) / inner(steps[index], changes[index])
      add(-factors[index], changes[index], to: &direction)
    }
    if let step = steps.last, let change = changes.last {
      let scale = inner(step, change) / inner(change, change)
      for index in direction.indices { direction[index] *= scale }
    }
    for index in steps.indices {
      let other = inner(changes[index], direction) / inner(steps[index], changes[index])
      add(factors[index] - other, steps[index], to: &direction)
    }
    return direction
  }

  private func inner(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  private func norm(_ a: [Double]) -> Double { inner(a, a).squareRoot() }

  private func add(_ factor: Double, _ a: [Double], to b: inout [Double]) {
    for index in a.indices { b[index] += factor * a[index] }
  }
}
