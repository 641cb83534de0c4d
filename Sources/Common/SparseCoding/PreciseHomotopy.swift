import LinearAlgebra

/// The path of ``Homotopy`` in Double and on the atoms themselves, for the records that Float32 cannot
/// follow to the end: atoms that are nearly collinear have a Gram matrix whose inverse Float32 does not
/// hold. Slower by far, and right whatever the dictionary.
struct PreciseHomotopy {
  /// One record's code and how good it is.
  struct Solution {
    /// [penalised K].
    var code: [Float]
    var gap: LassoProblem.DualityGap
  }

  private let atoms: Matrix
  private let lambda: Double
  private let attraction: Double
  private let isNonnegative: Bool
  /// More units that come or go: a path that goes round in circles, as equal atoms could make it.
  private let limit: Int

  /// G_SS; its members are S.
  private var factor = PrincipalCholesky()
  /// z_S, s and d, in the order of the members.
  private var values: [Double] = []
  private var signs: [Double] = []
  private var direction: [Double] = []
  /// q and G_S d, [penalised K].
  private var residualCorrelation: [Double]
  private var slopes: [Double]
  /// Units that may not join: those of S, combinations of them, and the last that left.
  private var isBarred: [Bool]
  /// Units that are barred as combinations of S.
  private var dependent: [Int] = []

  init(_ problem: LassoProblem) {
    atoms = problem.projectedAtoms
    lambda = Double(problem.lambda)
    attraction = Double(problem.attraction)
    isNonnegative = problem.isNonnegative
    limit = 20 * atoms.rows + 100
    residualCorrelation = [Double](repeating: 0, count: atoms.rows)
    slopes = residualCorrelation
    isBarred = [Bool](repeating: false, count: atoms.rows)
  }

  /// - Parameters:
  ///   - x: a record Px, [D].
  ///   - attractor: the code a that it is drawn to, [penalised K], where there is an attraction.
  mutating func callAsFunction(_ x: ArraySlice<Float>, attractedTo attractor: ArraySlice<Float>?)
    -> Solution
  {
    let record = x.map(Double.init)
    let drawn = attractor.map { $0.map { attraction * Double($0) } }
    var correlation = [Double](repeating: 0, count: atoms.rows)
    atoms.apply(to: record, into: &correlation)
    var squaredNorm = record.reduce(0) { $0 + $1 * $1 }
    if let drawn {
      for unit in drawn.indices {
        correlation[unit] += drawn[unit]
        squaredNorm += drawn[unit] * drawn[unit] / attraction
      }
    }
    follow(correlation)
    for _ in 0..<2 { polish(record, drawn) }
    refresh(record, drawn)
    var code = [Float](repeating: 0, count: atoms.rows)
    var whole = [Double](repeating: 0, count: atoms.rows)
    for (unit, value) in zip(factor.members, values) {
      whole[unit] = value
      code[unit] = Float(value)
    }
    let gap = LassoProblem.DualityGap(
      lambda: lambda, isNonnegative: isNonnegative, code: whole,
      residualCorrelation: residualCorrelation, correlation: correlation, squaredNorm: squaredNorm)
    return Solution(code: code, gap: gap)
  }

  // MARK: The path

  private mutating func follow(_ correlation: [Double]) {
    factor = PrincipalCholesky()
    values.removeAll(keepingCapacity: true)
    signs.removeAll(keepingCapacity: true)
    dependent.removeAll(keepingCapacity: true)
    residualCorrelation = correlation
    for unit in isBarred.indices { isBarred[unit] = false }
    var level = 0.0
    var joining: Int?
    for unit in correlation.indices where size(correlation[unit]) > level {
      (joining, level) = (unit, size(correlation[unit]))
    }
    guard level > lambda, level < .infinity else { return }
    var left: (unit: Int, sign: Double)?
    for _ in 0..<limit {
      if let joining { join(joining) }
      setDirection()
      let crossing = firstCrossing(level: level, left: left)
      joining = crossing?.unit
      if let left { isBarred[left.unit] = false }
      left = nil
      var step = crossing?.step ?? level - lambda
      let leaving = firstZero(before: &step)
      guard step >= 0 && step < .infinity else { return }
      for position in values.indices { values[position] += step * direction[position] }
      for unit in slopes.indices { residualCorrelation[unit] -= step * slopes[unit] }
      level -= step
      if let leaving {
        joining = nil
        left = leave(leaving)
      } else if joining == nil {
        return
      }
    }
  }

  private func size(_ correlation: Double) -> Double {
    isNonnegative ? correlation : abs(correlation)
  }

  /// Adds a unit to S, or bars it as long as S stays as large where it is a combination of it, or where
  /// rounding alone has brought it here: its value would take the other sign.
  private mutating func join(_ unit: Int) {
    isBarred[unit] = true
    let products = factor.members.map { atoms.dotOfRows($0, unit) }
    let diagonal = atoms.dotOfRows(unit, unit) + attraction
    guard factor.append(unit, products: products, diagonal: diagonal) else {
      dependent.append(unit)
      return
    }
    let sign = residualCorrelation[unit] < 0 ? -1.0 : 1
    values.append(0)
    signs.append(sign)
    guard let last = factor.solve(signs).last, last * sign > 0 else {
      _ = leave(values.count - 1, unbarsDependent: false)
      dependent.append(unit)
      return
    }
  }

  /// Takes the unit at a position out of S.
  /// - Returns: the unit and the sign that it had.
  private mutating func leave(
    _ position: Int, unbarsDependent: Bool = true
  ) -> (unit: Int, sign: Double) {
    let unit = factor.members[position]
    factor.remove(at: position)
    values.remove(at: position)
    let sign = signs.remove(at: position)
    if unbarsDependent {
      for unit in dependent { isBarred[unit] = false }
      dependent.removeAll(keepingCapacity: true)
    }
    return (unit, sign)
  }

  /// d = G_SS⁻¹s and G_S d = Dᵀ(D_S d) + αd.
  private mutating func setDirection() {
    direction = factor.solve(signs)
    var image = [Double](repeating: 0, count: atoms.columns)
    for (unit, weight) in zip(factor.members, direction) {
      atoms.addRow(unit, scaledBy: weight, to: &image)
    }
    atoms.apply(to: image, into: &slopes)
    for (unit, weight) in zip(factor.members, direction) { slopes[unit] += attraction * weight }
  }

  /// The first unit whose correlation comes to the level, at most λ below the present one. The unit
  /// that has just left is at the level already, on the side of its sign, and may come to the other.
  private func firstCrossing(
    level: Double, left: (unit: Int, sign: Double)?
  ) -> (unit: Int, step: Double)? {
    var found: (unit: Int, step: Double)?
    var least = level - lambda
    for unit in slopes.indices where !isBarred[unit] || unit == left?.unit {
      let (q, slope) = (residualCorrelation[unit], slopes[unit])
      let isOnSide = unit == left?.unit
      let falling = max(0, level - q)
      if !(isOnSide && left?.sign == 1), falling < least * (1 - slope) {
        least = falling / (1 - slope)
        found = (unit, least)
      }
      let rising = max(0, level + q)
      if !isNonnegative, !(isOnSide && left?.sign == -1), rising < least * (1 + slope) {
        least = rising / (1 + slope)
        found = (unit, least)
      }
    }
    return found
  }

  /// The position of the first value to come to zero in fewer than `step` steps, which becomes how
  /// many.
  private func firstZero(before step: inout Double) -> Int? {
    var found: Int?
    for position in values.indices where values[position] * direction[position] < 0 {
      let steps = -values[position] / direction[position]
      if steps < step { (found, step) = (position, steps) }
    }
    return found
  }

  // MARK: Its end

  /// Computes q anew from the record.
  private mutating func refresh(_ record: [Double], _ drawn: [Double]?) {
    var residual = record
    for (unit, value) in zip(factor.members, values) {
      atoms.addRow(unit, scaledBy: -value, to: &residual)
    }
    atoms.apply(to: residual, into: &residualCorrelation)
    if let drawn {
      for unit in drawn.indices { residualCorrelation[unit] += drawn[unit] }
    }
    for (unit, value) in zip(factor.members, values) {
      residualCorrelation[unit] -= attraction * value
    }
  }

  /// z_S ← z_S + G_SS⁻¹(q_S − λs), the optimum where S and its signs are; nothing changes where a value
  /// would change its sign, as it may where the path was left before λ.
  private mutating func polish(_ record: [Double], _ drawn: [Double]?) {
    refresh(record, drawn)
    let change = factor.solve(
      zip(factor.members, signs).map { residualCorrelation[$0] - lambda * $1 })
    guard values.indices.allSatisfy({ (values[$0] + change[$0]) * signs[$0] > 0 }) else { return }
    for position in values.indices { values[position] += change[position] }
  }
}
