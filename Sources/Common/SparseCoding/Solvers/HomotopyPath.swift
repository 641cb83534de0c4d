/// What a homotopy path is followed with: G_SS of the units in use, S, which are its members, and
/// products with G.
protocol HomotopySystem {
  associatedtype Scalar: BinaryFloatingPoint

  mutating func removeAll()

  /// The member at a position.
  func unit(at position: Int) -> Int

  /// Adds a member, the last.
  /// - Parameter signs: those of the members and of the new one.
  /// - Returns: false, and nothing is changed, where it is a combination of the others, or so nearly
  ///   that rounding alone would have it join.
  mutating func append(_ unit: Int, signs: [Scalar]) -> Bool

  /// Takes out the member at a position, and its value and its sign, which stand in the members' order.
  mutating func remove(at position: Int, _ values: inout [Scalar], _ signs: inout [Scalar])

  /// y = G_SS⁻¹b; y may be longer than there are members.
  func solve(_ b: [Scalar], into y: inout [Scalar])

  /// out = G_S w, [penalised K], for weights in the members' order, which may be longer.
  func apply(_ weights: [Scalar], into out: inout [Scalar])

  /// Whether `slopes`, G_S d, are `signs` on the members, as far as they have to be.
  func follow(_ slopes: [Scalar], _ signs: [Scalar]) -> Bool

  /// The index of the largest value, or with `bothSigns` of the largest size; the first of several.
  /// - Parameter values: not empty.
  func indexOfLargest(_ values: [Scalar], bothSigns: Bool) -> Int

  /// Where the first of `values` meets a falling level: the smallest t in 0..<limit at which a value
  /// less t times its slope is level − t (with `bothSigns`, or t − level).
  /// - Parameter barred: 0, or −1 for units that are not looked at.
  func firstCrossing(
    _ values: [Scalar], slopes: [Scalar], barred: [Int32], level: Scalar, limit: Scalar,
    bothSigns: Bool
  ) -> (index: Int, step: Scalar)?

  /// y ← y + ax.
  static func addScaled(_ a: Scalar, _ x: [Scalar], to y: inout [Scalar])
}

/// One record's path of optimal codes, from the λ that makes them zero down to the one asked for
/// (Osborne, Presnell & Turlach 2000; LARS with the lasso's modification, Efron et al. 2004); its
/// memory serves the next one.
///
/// On the path the units in use, S, have correlations q_k = s_k·μ with their signs s, and all others
/// |q_k| ≤ μ. As μ falls by t, z_S grows by t·d with d = G_SS⁻¹s and q falls by t·G_S d, until a unit
/// joins S, or leaves it as its value comes to zero, or μ is λ.
struct HomotopyPath<System: HomotopySystem> {
  typealias Scalar = System.Scalar

  /// Where a path ends.
  enum End {
    /// At λ.
    case whole
    /// Beside it, at the limit.
    case cut
    /// Anywhere: rounding has lost the way.
    case lost
  }

  private(set) var system: System
  private let lambda: Scalar
  private let isNonnegative: Bool
  /// z_S, s and d, in the order of the members; d may be longer.
  private(set) var values: [Scalar] = []
  private var signs: [Scalar] = []
  private var direction: [Scalar] = []
  /// q and G_S d, [penalised K].
  private(set) var residualCorrelation: [Scalar]
  private var slopes: [Scalar]
  /// −1 for units that may not join: those of S, combinations of them, and the last that left.
  private var barred: [Int32]
  /// Units that are barred as combinations of S.
  private var dependent: [Int] = []

  init(_ problem: CodingProblem, _ system: System) {
    self.system = system
    lambda = Scalar(problem.lambda)
    isNonnegative = problem.isNonnegative
    let count = problem.penalisedCount
    residualCorrelation = [Scalar](repeating: 0, count: count)
    slopes = residualCorrelation
    barred = [Int32](repeating: 0, count: count)
  }

  /// Units in use, with their values.
  var unitsInUse: some Sequence<(unit: Int, value: Scalar)> {
    values.indices.lazy.map { (system.unit(at: $0), values[$0]) }
  }

  /// Follows the path.
  /// - Parameters:
  ///   - correlation: c = DᵀPx, [penalised K].
  ///   - limit: units that come or go, at most.
  mutating func follow(_ correlation: [Scalar], limit: Int) -> End {
    clear()
    set(correlation)
    guard !correlation.isEmpty else { return .whole }
    let first = system.indexOfLargest(correlation, bothSigns: !isNonnegative)
    var level = isNonnegative ? correlation[first] : abs(correlation[first])
    var joining: Int? = first
    guard level > lambda else { return .whole }
    guard level < .infinity else { return .lost }
    var left: (unit: Int, sign: Scalar)?
    for _ in 0..<limit {
      if let joining { join(joining) }
      system.solve(signs, into: &direction)
      system.apply(direction, into: &slopes)
      guard system.follow(slopes, signs) else { return .lost }
      let crossing = system.firstCrossing(
        residualCorrelation, slopes: slopes, barred: barred, level: level, limit: level - lambda,
        bothSigns: !isNonnegative)
      joining = crossing?.index
      var step = crossing?.step ?? level - lambda
      if let left {
        barred[left.unit] = 0
        if returns(left, level: level, before: &step) { joining = left.unit }
      }
      left = nil
      let leaving = firstZero(before: &step)
      guard step >= 0 && step < .infinity else { return .lost }
      advance(by: step)
      level -= step
      if let leaving {
        joining = nil
        left = leave(leaving)
      } else if joining == nil {
        return .whole
      }
    }
    return .cut
  }

  private mutating func clear() {
    system.removeAll()
    values.removeAll(keepingCapacity: true)
    signs.removeAll(keepingCapacity: true)
    dependent.removeAll(keepingCapacity: true)
    for unit in barred.indices { barred[unit] = 0 }
  }

  /// Adds a unit to S, or bars it as long as S stays as large where it is a combination of it.
  private mutating func join(_ unit: Int) {
    barred[unit] = -1
    signs.append(residualCorrelation[unit] < 0 ? -1 : 1)
    if system.append(unit, signs: signs) {
      values.append(0)
    } else {
      signs.removeLast()
      dependent.append(unit)
    }
  }

  /// Whether the unit that has just left comes to the level again, with the other sign, in fewer than
  /// `step` steps, which becomes how many.
  private func returns(
    _ left: (unit: Int, sign: Scalar), level: Scalar, before step: inout Scalar
  ) -> Bool {
    let speed = 1 + left.sign * slopes[left.unit]
    guard !isNonnegative, speed > 0 else { return false }
    let steps = max(0, level + left.sign * residualCorrelation[left.unit]) / speed
    guard steps < step else { return false }
    step = steps
    return true
  }

  /// Takes the unit at a position out of S.
  /// - Returns: the unit and the sign that it had.
  private mutating func leave(_ position: Int) -> (unit: Int, sign: Scalar) {
    let left = (system.unit(at: position), signs[position])
    system.remove(at: position, &values, &signs)
    for unit in dependent { barred[unit] = 0 }
    dependent.removeAll(keepingCapacity: true)
    return left
  }

  /// The position of the first value to come to zero in fewer than `step` steps, which becomes how
  /// many.
  private func firstZero(before step: inout Scalar) -> Int? {
    var found: Int?
    let (values, direction) = (values.span, direction.span)
    for position in values.indices where values[position] * direction[position] < 0 {
      let steps = -values[position] / direction[position]
      if steps < step { (found, step) = (position, steps) }
    }
    return found
  }

  private mutating func advance(by step: Scalar) {
    for position in values.indices { values[position] += step * direction[position] }
    System.addScaled(-step, slopes, to: &residualCorrelation)
  }

  // MARK: Its end

  /// Computes q anew: a long sum of small changes has drifted away from it.
  mutating func refresh(_ correlation: [Scalar]) {
    system.apply(values, into: &slopes)
    set(correlation)
    System.addScaled(-1, slopes, to: &residualCorrelation)
  }

  /// q ← c, in place: an assignment would have the next change of q take new memory.
  private mutating func set(_ correlation: [Scalar]) {
    residualCorrelation.replaceSubrange(residualCorrelation.indices, with: correlation)
  }

  /// z_S ← z_S + G_SS⁻¹(q_S − λs), which is the optimum if S and its signs are.
  /// - Returns: false, and nothing is changed, where a value would change its sign, as it may where the
  ///   path was left before λ.
  mutating func polish() -> Bool {
    let missing = signs.indices.map {
      residualCorrelation[system.unit(at: $0)] - lambda * signs[$0]
    }
    system.solve(missing, into: &direction)
    let keepsSigns = values.indices.allSatisfy {
      (values[$0] + direction[$0]) * signs[$0] > 0
    }
    guard keepsSigns else { return false }
    for position in values.indices { values[position] += direction[position] }
    return true
  }
}
