import LinearAlgebra

/// The homotopy method for a tile of records: follows the optimal codes from the λ that makes them
/// zero down to the one asked for (Osborne, Presnell & Turlach 2000; LARS with the lasso's
/// modification, Efron et al. 2004). A record whose path ends beside the gap goes on by some rounds of
/// coordinate descent from there.
/// - Returns: codes, [N, penalised K], and the records that stopped before the gap was reached.
func followHomotopy(
  _ problem: LassoProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule
) -> (Matrix, missed: [Int]) {
  // Without a penalty the path has no end that it could be seen to have reached.
  guard problem.lambda > 0 else {
    return coordinateDescent(
      problem, correlation: correlation, squaredNorms: squaredNorms, until: rule)
  }
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var missed: [Int] = []
  var descentRule = rule
  descentRule.iterationLimit = min(rule.limit, Homotopy.descentRounds)
  problem.gram.withView { gram in
    var path = Homotopy(problem)
    for row in 0..<correlation.rows {
      let record = Array(correlation.row(row))
      let end = path.run(record, gram, squaredNorm: squaredNorms[row], until: rule)
      if end == .optimal {
        path.write(to: &codes, row: row)
        continue
      }
      var descent = CoordinateDescent(
        problem, gram, correlation: record, squaredNorm: squaredNorms[row])
      if end == .near { path.write(to: &descent) }
      if end == .lost && rule.iterationLimit == nil || !descent.run(until: descentRule) {
        missed.append(row)
      }
      codes.setRow(row, to: descent.code[...])
    }
  }
  return (codes, missed)
}

/// One record's path; its memory serves the next one.
///
/// On the path the units in use, S, have correlations q_k = s_k·μ with their signs s, and all others
/// |q_k| ≤ μ. As μ falls by t, z_S grows by t·d with d = G_SS⁻¹s and q falls by t·G_S d, until a unit
/// joins S, or leaves it as its value comes to zero, or μ is λ.
private struct Homotopy {
  /// Where a path ends.
  enum End {
    /// At the gap.
    case optimal
    /// Not there, but at a code better than zero.
    case near
    /// Anywhere: the inverse has lost the matrix.
    case lost
  }

  /// Of coordinate descent, for what is missing at the end: where these do not do, no few more would.
  static let descentRounds = 50
  /// How far, relative to it, G_SS d may be from s: rounding times the condition of G_SS.
  static let tolerance: Float = 1e-3
  /// Newton steps on S at the end, against what rounding along the path has left.
  static let polishingSteps = 3

  let lambda: Float
  let isNonnegative: Bool
  let curvatures: [Float]
  let kernels = RowKernels.current
  /// G_SS⁻¹; its members are S.
  var inverse = PrincipalInverse()
  /// z_S, s and d, in the order of the members; d may be longer.
  var values: [Float] = []
  var signs: [Float] = []
  var direction: [Float] = []
  /// q and G_S d, [penalised K].
  var residualCorrelation: [Float]
  var slopes: [Float]
  /// −1 for units that may not join: those of S, combinations of them, and the last that left.
  var barred: [Int32]
  /// Units that are barred as combinations of S.
  var dependent: [Int] = []

  init(_ problem: LassoProblem) {
    lambda = problem.lambda
    isNonnegative = problem.isNonnegative
    curvatures = problem.curvatures
    let count = problem.penalisedCount
    residualCorrelation = [Float](repeating: 0, count: count)
    slopes = residualCorrelation
    barred = [Int32](repeating: 0, count: count)
  }

  mutating func run(
    _ correlation: [Float], _ gram: MatrixView, squaredNorm: Double,
    until rule: SparseSolver.StoppingRule
  ) -> End {
    guard follow(correlation, gram, limit: min(rule.limit, 8 * correlation.count)) else {
      return .lost
    }
    for step in 0...Self.polishingSteps {
      refresh(correlation, gram)
      let gap = gap(correlation, squaredNorm: squaredNorm)
      guard gap.rise <= 0 else { return .lost }
      if rule.relativeGap == nil || rule.isMet(by: gap) { return .optimal }
      if step == Self.polishingSteps || !polish() { break }
    }
    return .near
  }

  // MARK: The path

  /// - Returns: false where Float32 does not hold the way.
  private mutating func follow(_ correlation: [Float], _ gram: MatrixView, limit: Int) -> Bool {
    inverse.removeAll()
    values.removeAll(keepingCapacity: true)
    signs.removeAll(keepingCapacity: true)
    dependent.removeAll(keepingCapacity: true)
    set(correlation)
    for unit in barred.indices { barred[unit] = 0 }
    guard !correlation.isEmpty else { return true }
    let first = kernels.indexOfLargest(correlation, bothSigns: !isNonnegative)
    var level = isNonnegative ? correlation[first] : abs(correlation[first])
    guard level > lambda else { return true }
    var joining: Int? = first
    var left: (unit: Int, sign: Float)?
    for _ in 0..<limit {
      if let joining { join(joining, gram) }
      inverse.apply(to: signs, into: &direction)
      kernels.combine(inverse.members, of: gram, weights: direction, into: &slopes)
      guard slopesFollow else { return false }
      let crossing = kernels.firstCrossing(
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
      guard step >= 0 && step < .infinity else { return false }
      advance(by: step)
      level -= step
      if let leaving {
        joining = nil
        left = leave(leaving)
      } else if joining == nil {
        return true
      }
    }
    return true
  }

  /// Whether the members' correlations fall as they have to: G_SS d = s.
  private var slopesFollow: Bool {
    for (position, unit) in inverse.members.enumerated()
    where !(abs(slopes[Int(unit)] - signs[position]) <= Self.tolerance) {
      return false
    }
    return true
  }

  /// Adds a unit to S, or bars it as long as S stays as large where it is a combination of it.
  private mutating func join(_ unit: Int, _ gram: MatrixView) {
    barred[unit] = -1
    if inverse.append(unit, of: gram) {
      values.append(0)
      signs.append(residualCorrelation[unit] < 0 ? -1 : 1)
    } else {
      dependent.append(unit)
    }
  }

  /// Whether the unit that has just left comes to the level again, with the other sign, in fewer than
  /// `step` steps, which becomes how many.
  private func returns(
    _ left: (unit: Int, sign: Float), level: Float, before step: inout Float
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
  private mutating func leave(_ position: Int) -> (unit: Int, sign: Float) {
    let (unit, sign) = (Int(inverse.members[position]), signs[position])
    let last = values.count - 1
    values.swapAt(position, last)
    signs.swapAt(position, last)
    values.removeLast()
    signs.removeLast()
    inverse.swapRemove(at: position)
    for unit in dependent { barred[unit] = 0 }
    dependent.removeAll(keepingCapacity: true)
    return (unit, sign)
  }

  /// The position of the first value to come to zero in fewer than `step` steps, which becomes how
  /// many.
  private func firstZero(before step: inout Float) -> Int? {
    var found: Int?
    for position in values.indices where values[position] * direction[position] < 0 {
      let steps = -values[position] / direction[position]
      if steps < step { (found, step) = (position, steps) }
    }
    return found
  }

  private mutating func advance(by step: Float) {
    for position in values.indices { values[position] += step * direction[position] }
    addScaled(-step, slopes, to: &residualCorrelation)
  }

  // MARK: Its end

  /// Computes q anew: a long sum of small changes has drifted away from it.
  private mutating func refresh(_ correlation: [Float], _ gram: MatrixView) {
    kernels.combine(inverse.members, of: gram, weights: values, into: &slopes)
    set(correlation)
    addScaled(-1, slopes, to: &residualCorrelation)
  }

  /// q ← DᵀPx, in place: an assignment would have the next change of q take new memory.
  private mutating func set(_ correlation: [Float]) {
    residualCorrelation.replaceSubrange(residualCorrelation.indices, with: correlation)
  }

  /// z_S ← z_S + G_SS⁻¹(q_S − λs), which is the optimum if S and its signs are.
  /// - Returns: false, and nothing is changed, where a value would change its sign.
  private mutating func polish() -> Bool {
    let missing = zip(inverse.members, signs).map { residualCorrelation[Int($0)] - lambda * $1 }
    inverse.apply(to: missing, into: &direction)
    let keepsSigns = values.indices.allSatisfy {
      (values[$0] + direction[$0]) * signs[$0] > 0
    }
    guard keepsSigns else { return false }
    for position in values.indices { values[position] += direction[position] }
    return true
  }

  private func gap(_ correlation: [Float], squaredNorm: Double) -> LassoProblem.DualityGap {
    let largest =
      residualCorrelation.isEmpty
      ? 0
      : residualCorrelation[
        kernels.indexOfLargest(residualCorrelation, bothSigns: !isNonnegative)]
    return LassoProblem.DualityGap(
      lambda: lambda, curvatures: curvatures, support: inverse.members, values: values,
      residualCorrelation: residualCorrelation, correlation: correlation,
      largest: isNonnegative ? largest : abs(largest), squaredNorm: squaredNorm)
  }

  func write(to codes: inout Matrix, row: Int) {
    for (unit, value) in zip(inverse.members, values) { codes[row, Int(unit)] = value }
  }

  /// Where a descent goes on.
  func write(to descent: inout CoordinateDescent) {
    for (unit, value) in zip(inverse.members, values) { descent.code[Int(unit)] = value }
    descent.refresh()
  }
}
