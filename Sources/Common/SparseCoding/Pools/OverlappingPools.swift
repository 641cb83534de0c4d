import LinearAlgebra

/// Proximal steps and dual norms of Σ over pools of √(Σ w z²) where pools overlap in any way, by the dual:
/// z = u − tΣ√w ξ, a vector ξ of norm at most 1 for each pool, the one that leaves z the shortest (Jenatton,
/// Mairal, Obozinski & Bach 2011, section 3.1). Pools go one after another to their best ξ.
struct OverlappingPools: Sendable {
  let groups: Groups
  /// √w, one a member.
  private let roots: [Double]
  /// Whether all members of a pool weigh the same, [P].
  private let areEven: [Bool]
  /// Σ w over the pools of each unit, [K].
  private let unitWeights: [Double]

  /// A pool whose ξ is shorter than this is zero: only where a pool is in use does it have norm 1.
  private static let slack = 0.995

  /// - Parameter unitCount: K.
  init(_ groups: Groups, unitCount: Int) {
    self.groups = groups
    roots = groups.weights.map { Double($0).squareRoot() }
    areEven = (0..<groups.count).map { pool in
      let weights = groups.weights[groups.positions(of: pool)]
      return weights.allSatisfy { $0 == weights.first }
    }
    var weights = [Double](repeating: 0, count: unitCount)
    for (unit, weight) in zip(groups.members, groups.weights) { weights[unit] += Double(weight) }
    unitWeights = weights
  }

  /// How exact a proximal step is.
  struct Exactness {
    /// Sweeps over all pools, at most.
    var sweeps: Int
    /// The last sweep's change of z, beside the length of u.
    var tolerance: Double
    var hasMomentum = false
  }

  /// Of a step among many, which begins where the one before ended, and of one in Double.
  static let ofStep = Exactness(sweeps: 20, tolerance: 1e-5)
  static let precise = Exactness(sweeps: 3000, tolerance: 1e-14, hasMomentum: true)

  /// u − tΣ√w ξ of one code, [K], with the best ξ that sweeps from the one given come to.
  ///
  /// Where many sweeps are allowed, each begins beyond the last ξ by what momentum says (as in FISTA, with
  /// restarts where z has become longer): nearly empty pools take thousands of sweeps otherwise.
  /// - Parameters:
  ///   - u: [K].
  ///   - dual: ξ, one number a member.
  func remainder(
    of u: [Double], by t: Double, dual: inout [Double], _ exactness: Exactness
  ) -> [Double] {
    var left = difference(u, t, dual)
    guard t > 0 else { return left }
    let size = u.reduce(0) { $0 + $1 * $1 }
    var (previous, momentum, length) = (dual, 1.0, Double.infinity)
    for _ in 0..<exactness.sweeps {
      if exactness.hasMomentum {
        let following = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
        let ahead = extrapolated(dual, previous, by: (momentum - 1) / following)
        (previous, dual, momentum) = (dual, ahead, following)
        left = difference(u, t, dual)
      }
      let change = sweep(&left, t, &dual)
      let squared = left.reduce(0) { $0 + $1 * $1 }
      if squared > length { momentum = 1 }
      length = squared
      if !(change > exactness.tolerance * exactness.tolerance * size) {
        // Momentum may stand still where a plain sweep would not.
        if momentum < 2 { break }
        momentum = 1
      }
    }
    return left
  }

  /// u − tΣ√w ξ, [K].
  private func difference(_ u: [Double], _ t: Double, _ dual: [Double]) -> [Double] {
    var left = u
    for index in groups.members.indices where dual[index] != 0 {
      left[groups.members[index]] -= t * roots[index] * dual[index]
    }
    return left
  }

  /// ξ + share·(ξ − ξ₋), no pool's longer than 1.
  private func extrapolated(_ dual: [Double], _ previous: [Double], by share: Double) -> [Double] {
    if share == 0 { return dual }
    var ahead = zip(dual, previous).map { $0 + share * ($0 - $1) }
    for pool in 0..<groups.count {
      let positions = groups.positions(of: pool)
      let norm = positions.reduce(0) { $0 + ahead[$1] * ahead[$1] }.squareRoot()
      if norm > 1 { for index in positions { ahead[index] /= norm } }
    }
    return ahead
  }

  /// One sweep over all pools: with v = z + t√w ξ, what z would be without the pool, the ξ of norm at most 1
  /// that leaves the least of v.
  /// - Returns: the squared length of the change of z.
  private func sweep(_ left: inout [Double], _ t: Double, _ dual: inout [Double]) -> Double {
    var z = left.mutableSpan
    var xi = dual.mutableSpan
    let (members, roots) = (groups.members.span, roots.span)
    var change = 0.0
    for pool in 0..<groups.count {
      let positions = groups.positions(of: pool)
      // ξ = v/(t√w), or shorter.
      var squared = 0.0
      for index in positions {
        let whole = xi[index] + z[members[index]] / (t * roots[index])
        squared += whole * whole
      }
      var (scale, beyond) = (1.0, 0.0)
      if squared > 1 {
        if areEven[pool] {
          scale = 1 / squared.squareRoot()
        } else {
          beyond = multiplier(positions, z, xi, t)
        }
      }
      for index in positions {
        let (unit, root) = (members[index], roots[index])
        let whole = xi[index] + z[unit] / (t * root)
        let new = beyond > 0 ? whole / (1 + beyond / (t * root * root)) : scale * whole
        let move = t * root * (new - xi[index])
        xi[index] = new
        z[unit] -= move
        change += move * move
      }
    }
    return change
  }

  /// ν ≥ 0 with which ξ = √w v/(tw + ν) of a pool has norm 1: Newton's method on 1/‖ξ‖, which is concave
  /// in ν, from 0 on.
  private func multiplier(
    _ positions: Range<Int>, _ z: borrowing MutableSpan<Double>,
    _ xi: borrowing MutableSpan<Double>, _ t: Double
  ) -> Double {
    var beyond = 0.0
    for _ in 0..<50 {
      var (sum, slope) = (0.0, 0.0)
      for index in positions {
        let root = roots[index]
        let curvature = t * root * root
        let part = (curvature * xi[index] + root * z[groups.members[index]]) / (curvature + beyond)
        sum += part * part
        slope += part * part / (curvature + beyond)
      }
      let step = sum * (sum.squareRoot() - 1) / slope
      guard step.isFinite, step > 1e-15 * beyond else { break }
      beyond += step
    }
    return beyond
  }

  /// √w z/‖z_g‖ of each member, 0 of pools of zeros: ξ of the pools in use of a code, [K].
  func slopes(of code: ArraySlice<Double>) -> [Double] {
    var slopes = [Double](repeating: 0, count: groups.members.count)
    for (pool, norm) in groups.norms(of: code).enumerated() where norm > 0 {
      for index in groups.positions(of: pool) {
        slopes[index] = roots[index] * code[code.startIndex + groups.members[index]] / norm
      }
    }
    return slopes
  }

  /// The proximal step of one code, in place. A unit of a pool whose ξ is no longer than it has to be is
  /// exactly zero.
  func shrink<Real: BinaryFloatingPoint>(
    _ codes: inout MutableSpan<Real>, at units: Range<Int>, by threshold: Real,
    dual: inout [Double], _ exactness: Exactness
  ) {
    let u = units.map { Double(codes[$0]) }
    var left = remainder(of: u, by: Double(threshold), dual: &dual, exactness)
    if threshold > 0 {
      for pool in 0..<groups.count {
        let squared = groups.positions(of: pool).reduce(0) { $0 + dual[$1] * dual[$1] }
        if squared < Self.slack * Self.slack {
          for unit in groups.members(of: pool) { left[unit] = 0 }
        }
      }
    }
    // What is left of a unit may be on the other side of 0 by the last sweep's change.
    for (index, unit) in units.enumerated() {
      codes[unit] = left[index] * u[index] > 0 ? Real(left[index]) : 0
    }
  }

  /// At least the dual norm of q, the least t for which q = tΣ√w ξ; the nearer to it, the better ξ is.
  /// - Parameters:
  ///   - q: [K].
  ///   - level: a t that is thought to do; 0 where nothing is known, and it is sought.
  ///   - dual: ξ to begin with, or none.
  func dualNorm(of q: [Double], near level: Double, dual: [Double], _ exactness: Exactness)
    -> Double
  {
    var dual =
      dual.isEmpty ? [Double](repeating: 0, count: groups.members.count) : dual
    guard q.contains(where: { $0 != 0 }) else { return 0 }
    if level > 0 {
      // On as long as what is above the level becomes less.
      var least = bound(of: q, at: level, &dual, exactness)
      for _ in 0..<Self.rounds where least > level * (1 + Self.excess) {
        let next = bound(of: q, at: level, &dual, exactness)
        guard next - level < 0.9 * (least - level) else { return min(next, least) }
        least = next
      }
      return least
    }
    // Shared out as it is, and then at ever smaller t as long as that helps.
    var least = bound(of: q, at: 1, &dual, Exactness(sweeps: 0, tolerance: 0))
    for _ in 0..<Self.rounds {
      let next = bound(of: q, at: 0.9 * least, &dual, Self.precise)
      guard next < 0.999 * least else { return min(next, least) }
      least = next
    }
    return least
  }

  /// How often more sweeps are tried for a dual norm, and how near to the level it has to come.
  private static let rounds = 100
  private static let excess = 1e-6

  /// A t of the dual norm by ξ that is the best for another: what of q that leaves is shared out over the
  /// pools of each unit.
  private func bound(of q: [Double], at t: Double, _ dual: inout [Double], _ exactness: Exactness)
    -> Double
  {
    let left = remainder(of: q, by: t, dual: &dual, exactness)
    let largest = (0..<groups.count).reduce(0.0) { largest, pool in
      let squared = groups.positions(of: pool).reduce(0.0) { sum, index in
        let unit = groups.members[index]
        let xi = dual[index] + roots[index] * left[unit] / (t * unitWeights[unit])
        return sum + xi * xi
      }
      return max(largest, squared)
    }
    return t * largest.squareRoot()
  }
}
