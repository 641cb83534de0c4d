import LinearAlgebra

/// The homotopy method for a tile of records: follows the optimal codes from the λ that makes them
/// zero down to the one asked for (Osborne, Presnell & Turlach 2000; LARS with the lasso's
/// modification, Efron et al. 2004). A record whose path Float32 cannot follow to the gap is finished
/// by coordinate descent from where the path ended.
/// - Returns: codes, [N, penalised K], and how many records stopped before the gap was reached.
func followHomotopy(
  _ problem: LassoProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule
) -> (Matrix, Int) {
  // Without a penalty the path has no end that it could be seen to have reached.
  guard problem.lambda > 0 else {
    return coordinateDescent(
      problem, correlation: correlation, squaredNorms: squaredNorms, until: rule)
  }
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var unconverged = 0
  problem.gram.withView { gram in
    var path = Homotopy(problem)
    for row in 0..<correlation.rows {
      let record = Array(correlation.row(row))
      if path.run(record, gram, squaredNorm: squaredNorms[row], until: rule) {
        path.write(to: &codes, row: row)
        continue
      }
      var descent = CoordinateDescent(
        problem, gram, correlation: record, squaredNorm: squaredNorms[row])
      path.write(to: &descent)
      if !descent.run(until: rule) { unconverged += 1 }
      codes.setRow(row, to: descent.code[...])
    }
  }
  return (codes, unconverged)
}

/// One record's path; its memory serves the next one.
///
/// On the path the units in use, S, have correlations q_k = s_k·μ with their signs s, and all others
/// |q_k| ≤ μ. As μ falls by t, z_S grows by t·d with d = G_SS⁻¹s and q falls by t·G_S d, until a unit
/// joins S, or leaves it as its value comes to zero, or μ is λ.
private struct Homotopy {
  /// Newton steps on S at the end, against what rounding along the path has left.
  static let polishingSteps = 3

  let lambda: Float
  let isNonnegative: Bool
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
    let count = problem.penalisedCount
    residualCorrelation = [Float](repeating: 0, count: count)
    slopes = residualCorrelation
    barred = [Int32](repeating: 0, count: count)
  }

  /// Whether the gap was reached.
  mutating func run(
    _ correlation: [Float], _ gram: MatrixView, squaredNorm: Double,
    until rule: SparseSolver.StoppingRule
  ) -> Bool {
    follow(correlation, gram, limit: min(rule.iterationLimit, 8 * correlation.count))
    guard rule.relativeGap != nil else { return true }
    for step in 0...Self.polishingSteps {
      refresh(correlation, gram)
      if rule.isMet(by: gap(correlation, squaredNorm: squaredNorm)) { return true }
      if step == Self.polishingSteps || !polish() { break }
    }
    return false
  }

  // MARK: The path

  private mutating func follow(_ correlation: [Float], _ gram: MatrixView, limit: Int) {
    inverse.removeAll()
    values.removeAll(keepingCapacity: true)
    signs.removeAll(keepingCapacity: true)
    dependent.removeAll(keepingCapacity: true)
    set(correlation)
    for unit in barred.indices { barred[unit] = 0 }
    guard !correlation.isEmpty else { return }
    let first = kernels.indexOfLargest(correlation, bothSigns: !isNonnegative)
    var level = isNonnegative ? correlation[first] : abs(correlation[first])
    guard level > lambda else { return }
    var joining: Int? = first
    var left: Int?
    for _ in 0..<limit {
      if let joining { join(joining, gram) }
      inverse.apply(to: signs, into: &direction)
      kernels.combine(inverse.members, of: gram, weights: direction, into: &slopes)
      let crossing = kernels.firstCrossing(
        residualCorrelation, slopes: slopes, barred: barred, level: level, limit: level - lambda,
        bothSigns: !isNonnegative)
      joining = crossing?.index
      if let unit = left { barred[unit] = 0 }
      left = nil
      var step = crossing?.step ?? level - lambda
      let leaving = firstZero(before: &step)
      guard step >= 0 && step < .infinity else { return }
      advance(by: step)
      level -= step
      if let leaving {
        joining = nil
        left = leave(leaving)
      } else if joining == nil {
        return
      }
    }
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

  /// Takes the unit at a position out of S.
  private mutating func leave(_ position: Int) -> Int {
    let unit = Int(inverse.members[position])
    let last = values.count - 1
    values.swapAt(position, last)
    signs.swapAt(position, last)
    values.removeLast()
    signs.removeLast()
    inverse.swapRemove(at: position)
    for unit in dependent { barred[unit] = 0 }
    dependent.removeAll(keepingCapacity: true)
    return unit
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
      lambda: lambda, support: inverse.members, values: values,
      residualCorrelation: residualCorrelation, correlation: correlation,
      largest: isNonnegative ? largest : abs(largest), squaredNorm: squaredNorm)
  }

  func write(to codes: inout Matrix, row: Int) {
    for (unit, value) in zip(inverse.members, values) { codes[row, Int(unit)] = value }
  }

  /// Where a descent goes on; from the beginning after an overflow.
  func write(to descent: inout CoordinateDescent) {
    guard values.allSatisfy(\.isFinite) else { return }
    for (unit, value) in zip(inverse.members, values) { descent.code[Int(unit)] = value }
    descent.refresh()
  }
}
