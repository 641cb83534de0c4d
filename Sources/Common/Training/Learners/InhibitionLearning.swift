import LinearAlgebra
import SparseCoding

/// S learned beside a dictionary: units that are in use together come to inhibit each other (after Gregor, Szlam & LeCun
/// 2011). After a batch S takes a step of ascent along |z||z|ᵀ, and then the nearest S that is symmetric, has a diagonal
/// of zeros, is from 0 to β and has rows that sum to α.
public struct InhibitionLearning: Sendable {
  /// What the result depends on, beside the codes.
  public struct Options: Sendable {
    /// β, the most that a unit inhibits another.
    public var bound: Double
    /// α, what a unit is inhibited by all others.
    public var sum: Double
    /// η: a pair that is in use together as much as the mean pair gains η times the mean of S in a batch.
    public var rate: Double

    /// What η may be.
    public static let rates = Interval.above(0)

    /// What α may be, of K units: a row of S has K − 1 numbers, none larger than β.
    public static func sums(bound: Double, unitCount: Int) -> ClosedRange<Double> {
      0...max(0, bound * Double(unitCount - 1))
    }

    public init(bound: Double, sum: Double, rate: Double) {
      self.bound = bound
      self.sum = sum
      self.rate = rate
    }
  }

  let options: Options

  /// - Throws: ``TrainingProblem/inhibitionSum(asked:limit:)`` where the rows of K units cannot sum to α.
  public init(_ options: Options, unitCount: Int) throws {
    let sums = Options.sums(bound: options.bound, unitCount: unitCount)
    guard sums.contains(options.sum) else {
      throw TrainingProblem.inhibitionSum(asked: options.sum, limit: sums.upperBound)
    }
    self.options = options
  }

  /// S, [K, K], after a step.
  /// - Parameter products: Σ|z||z|ᵀ of the codes of a batch, [K, K].
  public func step(_ s: Matrix, along products: Matrix) -> Matrix {
    let units = s.rows
    var pairs = 0.0
    for row in 0..<units {
      for (column, value) in zip(0..., products.row(row)) where column != row {
        pairs += Double(value)
      }
    }
    guard pairs > 0, units > 1 else { return projected(s.elements.map(Double.init), units) }
    let mean = pairs / Double(units * (units - 1))
    let gain = options.rate * options.sum / Double(units - 1) / mean
    return projected(
      zip(s.elements, products.elements).map { Double($0) + gain * Double($1) }, units)
  }

  /// The S that is nearest to a matrix, [K, K].
  public func projected(_ s: Matrix) -> Matrix {
    projected(s.elements.map(Double.init), s.rows)
  }

  /// Rows are off by at most this share of α.
  private static let tolerance = 1e-6
  private static let sweepLimit = 5000
  /// What is further than so many β below 0, or above β, counts as that: the way from there would take ever more sweeps,
  /// and no S that a step has moved is so far.
  private static let reach = 2.0

  /// S_ij = min(β, max(0, A_ij + u_i + u_j)), A made symmetric, with the u of which all rows sum to α: the dual of the
  /// nearest S.
  private func projected(_ values: [Double], _ units: Int) -> Matrix {
    var a = [Double](repeating: -.infinity, count: units * units)
    for row in 0..<units {
      for column in 0..<row {
        let mean = min(
          (1 + Self.reach) * options.bound,
          max(
            -Self.reach * options.bound,
            0.5 * (values[row * units + column] + values[column * units + row])))
        a[row * units + column] = mean
        a[column * units + row] = mean
      }
    }
    let u = shifts(of: a, units)
    var s = [Float](repeating: 0, count: units * units)
    for row in 0..<units {
      for column in 0..<row {
        let value = Float(clipped(a[row * units + column] + u[row] + u[column]))
        s[row * units + column] = value
        s[column * units + row] = value
      }
    }
    return Matrix(rows: units, columns: units, elements: s)
  }

  private func clipped(_ value: Double) -> Double { min(options.bound, max(0, value)) }

  /// u, [K], all of it moved at once as long as that helps, and one after another where it does not: each time for twice
  /// as many sweeps, which end at the u sought by themselves.
  private func shifts(of a: [Double], _ units: Int) -> [Double] {
    var u = [Double](repeating: 0, count: units)
    var (before, last) = (u, Double.infinity)
    var (sweeps, nextSweeps) = (0, 1)
    for _ in 0..<Self.sweepLimit {
      let state = ClippedSums(of: a, shiftedBy: u, bound: options.bound)
      let missing = state.sums.map { options.sum - $0 }
      let most = missing.reduce(0) { max($0, abs($1)) }
      if most <= Self.tolerance * max(options.sum, .leastNormalMagnitude) { break }
      if sweeps == 0, most <= 0.5 * last {
        (before, last) = (u, most)
        move(&u, missing, free: state.counts)
        continue
      }
      if sweeps == 0 {
        if most > last { u = before }
        (sweeps, nextSweeps, last) = (nextSweeps, 2 * nextSweeps, .infinity)
      }
      for row in 0..<units { settle(row, a, &u) }
      sweeps -= 1
    }
    return u
  }

  /// A step of Newton's method for all rows, as if those S that are free to move were spread over the pairs by chance, n_i
  /// of them in row i: of their matrix, which has n_i n_j/Σn beside the diagonal n then, the inverse is known.
  private func move(_ u: inout [Double], _ missing: [Double], free: [Double]) {
    let counts = free.map { max($0, 1) }
    let common = 0.5 * missing.reduce(0, +) / counts.reduce(0, +)
    for row in u.indices { u[row] += missing[row] / counts[row] - common }
  }

  /// Finds u of a row for which it sums to α.
  private func settle(_ row: Int, _ a: [Double], _ u: inout [Double]) {
    var (low, high) = (-Double.infinity, Double.infinity)
    for _ in 0..<100 {
      let state = rowSum(row, a, u)
      let missing = options.sum - state.sum
      if abs(missing) <= 0.1 * Self.tolerance * options.sum { break }
      if missing > 0 { low = u[row] } else { high = u[row] }
      // The sum is piecewise linear in u; where no S is free it is flat until one comes to be.
      var next = u[row] + missing / Double(max(state.free, 1))
      if state.free == 0 { next += missing > 0 ? state.below : -state.above }
      if next <= low || next >= high {
        next = low.isFinite && high.isFinite ? 0.5 * (low + high) : next
      }
      guard next != u[row], next.isFinite else { break }
      u[row] = next
    }
  }

  /// The sum of a row, how many of it are neither 0 nor β, and how far the next of those at 0 are below it, and of those
  /// at β above it.
  private func rowSum(
    _ row: Int, _ a: [Double], _ u: [Double]
  ) -> (sum: Double, free: Int, below: Double, above: Double) {
    let (values, shifts, own) = (a.span, u.span, u[row])
    let start = row * u.count
    var (sum, free) = (0.0, 0)
    var (below, above) = (Double.infinity, Double.infinity)
    for column in shifts.indices where column != row {
      let value = values[start + column] + own + shifts[column]
      if value <= 0 {
        below = min(below, -value)
      } else if value >= options.bound {
        sum += options.bound
        above = min(above, value - options.bound)
      } else {
        sum += value
        free += 1
      }
    }
    return (sum, free, below, above)
  }
}
