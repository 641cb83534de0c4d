import LinearAlgebra

/// Pools of a ``PoolTree`` one after another, each after all within it, as the passes over them want them.
struct NestedPools: Sendable {
  /// The place of the smallest pool around each pool, [P]; −1 of roots.
  private let parents: [Int]
  /// Units of each pool that are in none within it: of place p those at `offsets[p]..<offsets[p + 1]`.
  private let offsets: [Int]
  private let units: [Int]
  /// ω of each pool.
  private let weights: [Double]

  /// What a pass needs room for, kept from one to the next: squares, [P], zeros between passes, and then what
  /// is kept of each pool or the slope of its norm, [P].
  struct Scratch {
    fileprivate var numbers: [Double]
  }

  init(parents: [Int], offsets: [Int], units: [Int], weights: [Double]) {
    self.parents = parents
    self.offsets = offsets
    self.units = units
    self.weights = weights
  }

  var scratch: Scratch {
    Scratch(numbers: [Double](repeating: 0, count: 2 * parents.count))
  }

  /// The proximal step of one code, in place: z = argmin ½‖z − u‖² + tΣω‖z_g‖, the steps of all pools one
  /// after another, those within before those around (Jenatton, Mairal, Obozinski & Bach 2011, section 3.2).
  /// Each pool keeps a share of its units, by what the norms of those within have come to: O(K + P).
  /// - Parameters:
  ///   - codes: of which K from `first` on are the code.
  ///   - threshold: t.
  func shrink<Real: BinaryFloatingPoint>(
    _ codes: inout MutableSpan<Real>, from first: Int, by threshold: Real, _ scratch: inout Scratch
  ) {
    let t = Double(threshold)
    let (parents, offsets, units, weights) = (parents.span, offsets.span, units.span, weights.span)
    let shares = parents.count
    var room = scratch.numbers.mutableSpan
    for pool in parents.indices {
      var squared = room[pool]
      room[pool] = 0
      for index in offsets[pool]..<offsets[pool + 1] {
        let u = Double(codes[first + units[index]])
        squared += u * u
      }
      let shortening = t * weights[pool]
      room[shares + pool] = 0
      // Most pools come to nothing, and need no root for it.
      guard squared > shortening * shortening else { continue }
      let norm = squared.squareRoot()
      let left = max(0, norm - shortening)
      room[shares + pool] = left / norm
      if parents[pool] >= 0 { room[parents[pool]] += left * left }
    }
    for pool in parents.indices.reversed() {
      if parents[pool] >= 0 { room[shares + pool] *= room[shares + parents[pool]] }
      let share = room[shares + pool]
      for index in offsets[pool]..<offsets[pool + 1] {
        let unit = first + units[index]
        codes[unit] = share == 0 ? 0 : Real(share * Double(codes[unit]))
      }
    }
  }

  /// The dual norm of q, or `level` where that is more: the least t whose proximal step makes q zero. The norm
  /// of a root after the steps within is convex in t and falls, so that Newton's method comes to where it is
  /// tω from below.
  /// - Parameters:
  ///   - q: [K].
  ///   - least: what of q is less than this is taken for it: 0 where z ≥ 0.
  ///   - level: at least 0.
  func dualNorm<Real: BinaryFloatingPoint>(
    of q: ArraySlice<Real>, atLeast least: Real, from level: Double, _ scratch: inout Scratch
  ) -> Double {
    var t = level
    // Five or six steps do; where rounding alone moves t, this is where it ends.
    for _ in 0..<100 {
      let next = newtonStep(of: q, atLeast: least, from: t, &scratch)
      guard next > t * (1 + 1e-14), next.isFinite else { return next }
      t = next
    }
    return t
  }

  /// The largest of all roots' next t; t itself where that is the dual norm or above it, else no more than it.
  func newtonStep<Real: BinaryFloatingPoint>(
    of q: ArraySlice<Real>, atLeast least: Real, from t: Double, _ scratch: inout Scratch
  ) -> Double {
    let (parents, offsets, units, weights) = (parents.span, offsets.span, units.span, weights.span)
    let values = q.span
    // Norms and their slopes in t.
    let slopes = parents.count
    var room = scratch.numbers.mutableSpan
    for pool in slopes..<2 * slopes { room[pool] = 0 }
    var next = t
    for pool in parents.indices {
      var squared = room[pool]
      room[pool] = 0
      for index in offsets[pool]..<offsets[pool + 1] {
        let value = Double(max(least, values[units[index]]))
        squared += value * value
      }
      let shortening = t * weights[pool]
      guard squared > shortening * shortening || !squared.isFinite else { continue }
      let norm = squared.squareRoot()
      guard norm > shortening || !norm.isFinite else { continue }
      let slope = norm > 0 ? room[slopes + pool] / norm : 0
      let (left, fall) = (norm - shortening, slope - weights[pool])
      if parents[pool] >= 0 {
        room[parents[pool]] += left * left
        room[slopes + parents[pool]] += left * fall
      } else {
        next = norm.isFinite ? max(next, t - left / fall) : norm
      }
    }
    return next
  }

  /// Σω‖z_g‖ of one code, [K].
  func value<Real: BinaryFloatingPoint>(
    of code: ArraySlice<Real>, _ scratch: inout Scratch
  ) -> Double {
    let (parents, offsets, units, weights) = (parents.span, offsets.span, units.span, weights.span)
    let code = code.span
    var room = scratch.numbers.mutableSpan
    var sum = 0.0
    for pool in parents.indices {
      var squared = room[pool]
      room[pool] = 0
      for index in offsets[pool]..<offsets[pool + 1] {
        let z = Double(code[units[index]])
        squared += z * z
      }
      guard squared > 0 else { continue }
      sum += weights[pool] * squared.squareRoot()
      if parents[pool] >= 0 { room[parents[pool]] += squared }
    }
    return sum
  }

  /// The same proximal step of eight codes at once, in Float.
  /// - Parameters:
  ///   - codes: [K].
  ///   - thresholds: t of each.
  ///   - room: for two vectors a pool, [2P], of which the first P are zeros.
  /// - Returns: Σω‖z_g‖ of each code that comes of it.
  func shrink(
    _ codes: inout [RowLanes.Vector], by thresholds: RowLanes.Vector,
    _ room: inout [RowLanes.Vector]
  ) -> RowLanes.Vector {
    let (parents, offsets, units, weights) = (parents.span, offsets.span, units.span, weights.span)
    let shares = parents.count
    var codes = codes.mutableSpan
    var room = room.mutableSpan
    for pool in parents.indices {
      var squared = room[pool]
      for index in offsets[pool]..<offsets[pool + 1] {
        let u = codes[units[index]]
        squared += u * u
      }
      let norm = squared.squareRoot()
      let rest = norm - thresholds * Float(weights[pool])
      let isLeft = rest .> 0
      let left = rest.replacing(with: 0, where: .!isLeft)
      room[pool] = left
      room[shares + pool] = (left / norm).replacing(with: 0, where: .!isLeft)
      if parents[pool] >= 0 { room[parents[pool]] += left * left }
    }
    var sum = RowLanes.Vector.zero
    for pool in parents.indices.reversed() {
      // What is left of a norm is a share of what those around leave of it.
      var norm = room[pool]
      room[pool] = .zero
      if parents[pool] >= 0 {
        let around = room[shares + parents[pool]]
        norm *= around
        room[shares + pool] *= around
      }
      sum += Float(weights[pool]) * norm
      let share = room[shares + pool]
      for index in offsets[pool]..<offsets[pool + 1] {
        let unit = units[index]
        codes[unit] = (share * codes[unit]).replacing(with: 0, where: share .== 0)
      }
    }
    return sum
  }

  /// That of codes, [N, K], by a threshold each.
  /// - Returns: Σω‖z_g‖ of each, [N].
  func shrink(_ codes: inout Matrix, by thresholds: [Float]) -> [Double] {
    var lanes = RowLanes(columns: codes.columns)
    var room = [RowLanes.Vector](repeating: .zero, count: 2 * parents.count)
    var sums: [Double] = []
    for first in stride(from: 0, to: codes.rows, by: RowLanes.count) {
      lanes.take(codes, from: first)
      let rows = first..<min(first + RowLanes.count, codes.rows)
      var own = RowLanes.Vector.zero
      for row in rows { own[row - first] = thresholds[row] }
      let values = shrink(&lanes.columns, by: own, &room)
      for row in rows { sums.append(Double(values[row - first])) }
      lanes.put(into: &codes, from: first)
    }
    return sums
  }
}
