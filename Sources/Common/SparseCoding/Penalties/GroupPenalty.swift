import LinearAlgebra

/// Σ over pools of √(Σ w z²): whole pools are in use or not (the group lasso, Yuan & Lin 2006).
///
/// Pools that a solver serves do not overlap, and the members of each weigh the same: then the proximal
/// step shortens the code of each pool by t√w, and the dual norm is the largest ‖q‖/√w of any pool.
public struct GroupPenalty: Penalty {
  /// The pools.
  public let groups: PoolLayout

  public init(_ groups: PoolLayout) { self.groups = groups }

  public var kind: PenaltyKind { .group }
  public var pools: PoolLayout? { groups }

  public func value(of code: ArraySlice<Float>) -> Double {
    groups.norms(of: code).reduce(0, +)
  }

  /// The same in Double.
  func value(of code: [Double]) -> Double {
    (0..<groups.poolCount).reduce(0) { sum, pool in
      let squared = groups.positions(of: pool).reduce(0.0) { sum, index in
        let z = code[groups.members[index]]
        return sum + Double(groups.weights[index]) * z * z
      }
      return sum + squared.squareRoot()
    }
  }

  public func addGradient(of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix) {
    for row in 0..<z.rows {
      let norms = groups.norms(of: z.row(row))
      let first = row * z.columns
      for (pool, norm) in norms.enumerated() where norm > 0 {
        for index in groups.positions(of: pool) {
          let unit = first + groups.members[index]
          gradient.elements[unit] +=
            scale * groups.weights[index] * Float(Double(z.elements[unit]) / norm)
        }
      }
    }
  }

  public func shrink(
    _ codes: inout MutableSpan<Float>, at units: Range<Int>, by threshold: Float,
    isNonnegative: Bool
  ) {
    if isNonnegative { for unit in units { codes[unit] = max(0, codes[unit]) } }
    for pool in 0..<groups.poolCount {
      let members = groups.positions(of: pool)
      var squared = 0.0
      for index in members {
        let u = Double(codes[units.lowerBound + groups.members[index]])
        squared += u * u
      }
      let (norm, shortening) = (squared.squareRoot(), Double(threshold) * weight(ofPool: pool))
      let kept = norm > shortening ? 1 - shortening / norm : 0
      for index in members {
        let unit = units.lowerBound + groups.members[index]
        codes[unit] = kept == 0 ? 0 : Float(kept * Double(codes[unit]))
      }
    }
  }

  public func shares(unitCount: Int) -> [Float] {
    var shares = [Float](repeating: 0, count: unitCount)
    for pool in 0..<groups.poolCount {
      let members = groups.positions(of: pool)
      let share = Float(weight(ofPool: pool) / Double(members.count).squareRoot())
      for index in members { shares[groups.members[index]] = share }
    }
    return shares
  }

  public func dualNorm(of correlation: ArraySlice<Float>, isNonnegative: Bool) -> Double {
    dualNorm(isNonnegative: isNonnegative) { Double(correlation[correlation.startIndex + $0]) }
  }

  /// The same in Double.
  func dualNorm(of correlation: [Double], isNonnegative: Bool) -> Double {
    dualNorm(isNonnegative: isNonnegative) { correlation[$0] }
  }

  private func dualNorm(isNonnegative: Bool, _ correlation: (Int) -> Double) -> Double {
    (0..<groups.poolCount).reduce(0) { largest, pool in
      var squared = 0.0
      for index in groups.positions(of: pool) {
        let q = correlation(groups.members[index])
        if !isNonnegative || q > 0 { squared += q * q }
      }
      return max(largest, squared.squareRoot() / weight(ofPool: pool))
    }
  }

  /// √w of a pool.
  func weight(ofPool pool: Int) -> Double {
    let first = groups.offsets[pool]
    guard first < groups.offsets[pool + 1] else { return 1 }
    return Double(groups.weights[first]).squareRoot()
  }
}

extension Penalty where Self == GroupPenalty {
  /// Σ over pools of √(Σ w z²).
  public static func groups(_ groups: PoolLayout) -> GroupPenalty { GroupPenalty(groups) }
}

extension PoolLayout {
  /// √(Σ w z²) of each pool, [P], in Double.
  /// - Parameter code: of one record, [K].
  func norms(of code: ArraySlice<Float>) -> [Double] {
    (0..<offsets.count - 1).map { pool in
      positions(of: pool).reduce(0.0) { sum, index in
        let z = Double(code[code.startIndex + members[index]])
        return sum + Double(weights[index]) * z * z
      }.squareRoot()
    }
  }

  /// Whether each of `unitCount` units is in one pool and no other, and members of a pool weigh the same
  /// and more than nothing.
  public func isPartition(of unitCount: Int) -> Bool {
    guard members.count == unitCount, Set(members) == Set(0..<unitCount) else { return false }
    return (0..<poolCount).allSatisfy { pool in
      let weights = weights[positions(of: pool)]
      return weights.allSatisfy { $0 == weights.first && $0 > 0 }
    }
  }
}
