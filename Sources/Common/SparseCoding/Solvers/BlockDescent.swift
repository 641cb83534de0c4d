import LinearAlgebra

/// Block coordinate descent for a record tile and a penalty of pools that are apart.
/// - Parameter start: z, [N, penalised K]; nil is zero.
/// - Returns: codes, [N, penalised K], and where each record ended.
func blockDescent(
  _ problem: CodingProblem, _ pools: PoolLayout, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule, start: Matrix? = nil
) -> (Matrix, ends: [SparseSolver.End]) {
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var ends: [SparseSolver.End] = []
  var descent = BlockDescent<Float>(
    lambda: problem.lambda, problem.penalty, pools, isNonnegative: problem.isNonnegative,
    gram: problem.gram.elements)
  for row in 0..<correlation.rows {
    descent.begin(
      Array(correlation.row(row)), squaredNorm: squaredNorms[row],
      at: start.map { Array($0.row(row)) })
    ends.append(descent.run(until: rule))
    codes.setRow(row, to: descent.code[...])
  }
  return (codes, ends)
}

/// Descent of one record after another over pools that do not overlap: each pool in turn goes to the
/// minimum over its own code (``BlockMinimum``; where z ≥ 0, proximal steps of 1/L of its block of G), with
/// q = DᵀP(x − Dz) kept up to date, so a pool that does not move costs its own members.
struct BlockDescent<Real: DescentReal>: Descent {
  /// Proximal steps in a pool, at most, and how small the last is beside the largest.
  private static var innerSteps: Int { 20 }
  private static var innerTolerance: Real { 1e-3 }

  private let lambda: Real
  private let penalty: any Penalty
  private let groups: Groups
  /// √w of each pool's members, [P].
  private let weights: [Double]
  private let isNonnegative: Bool
  /// G, [K, K].
  private let gram: [Real]
  /// 1/L of each pool, L its block's largest sum of a row; 0 where that is zero.
  private let steps: [Real]
  /// Of each pool, where z may have either sign.
  private let minima: [BlockMinimum?]
  private var correlation: [Real] = []
  private var squaredNorm = 0.0
  var code: [Real] = []
  private var residualCorrelation: [Real] = []
  /// b of a pool and what its minimum needs room for, as long as the largest pool each.
  private var pull: [Double]
  private var room: [Double]

  /// - Parameters:
  ///   - pools: those of the penalty.
  ///   - gram: G, [K, K].
  init(
    lambda: Real, _ penalty: any Penalty, _ pools: PoolLayout, isNonnegative: Bool, gram: [Real]
  ) {
    self.lambda = lambda
    self.penalty = penalty
    let groups = pools.groups
    self.groups = groups
    weights = (0..<groups.count).map {
      Double(groups.weights[groups.offsets[$0]]).squareRoot()
    }
    self.isNonnegative = isNonnegative
    self.gram = gram
    let units = groups.columnCount
    steps = (0..<groups.count).map { pool in
      let members = groups.members(of: pool)
      let largest = members.reduce(Real(0)) { largest, row in
        max(largest, members.reduce(0) { $0 + abs(gram[row * units + $1]) })
      }
      return largest > Real.leastNormalMagnitude ? 1 / largest : 0
    }
    minima = (0..<groups.count).map { pool in
      if isNonnegative { return nil }
      let members = groups.members(of: pool)
      let block = members.flatMap { row in members.map { Double(gram[row * units + $0]) } }
      return BlockMinimum(block, size: members.count)
    }
    let longest = (0..<groups.count).map { groups.positions(of: $0).count }.max() ?? 0
    pull = [Double](repeating: 0, count: longest)
    room = pull
  }

  /// - Parameters: one record's DᵀPx and start, each [penalised K], and ‖Px‖².
  mutating func begin(_ correlation: [Real], squaredNorm: Double, at start: [Real]?) {
    self.correlation = correlation
    self.squaredNorm = squaredNorm
    code = start ?? [Real](repeating: 0, count: correlation.count)
    refresh()
  }

  var blockCount: Int { groups.count }

  func isInUse(_ pool: Int) -> Bool { members(of: pool).contains { code[$0] != 0 } }

  private func members(of pool: Int) -> ArraySlice<Int> {
    groups.members(of: pool)
  }

  mutating func refresh() {
    residualCorrelation = correlation
    for unit in code.indices where code[unit] != 0 { moveResidual(unit, by: code[unit]) }
  }

  /// What a unit's move by `amount` does to q.
  private mutating func moveResidual(_ unit: Int, by amount: Real) {
    Real.addScaled(-amount, rowOf: gram, unit, to: &residualCorrelation)
  }

  mutating func move(_ pool: Int) -> Real {
    let (members, step) = (members(of: pool), steps[pool])
    let threshold = Double(lambda) * weights[pool]
    guard step > 0, !staysZero(members, threshold) else { return 0 }
    guard threshold > 0, let minimum = minima[pool] else {
      return go(members, to: proximalSteps(members, step: step, threshold: Real(threshold)))
    }
    setPull(members)
    minimum.replace(&pull, threshold: threshold, room: &room)
    var largest: Real = 0
    for (index, unit) in members.enumerated() {
      let change = Real(pull[index]) - code[unit]
      guard change != 0 else { continue }
      largest = max(largest, abs(change))
      moveResidual(unit, by: change)
      code[unit] = Real(pull[index])
    }
    return largest
  }

  /// b of a pool alone: what it adds to q is taken back.
  private mutating func setPull(_ members: ArraySlice<Int>) {
    for (index, unit) in members.enumerated() {
      var sum = Double(residualCorrelation[unit])
      for other in members { sum += Double(gram[unit * code.count + other]) * Double(code[other]) }
      pull[index] = sum
    }
  }

  /// Whether a pool that is not in use has nothing to gain, as most of them most of the time.
  private func staysZero(_ members: ArraySlice<Int>, _ threshold: Double) -> Bool {
    var squared = 0.0
    for unit in members {
      if code[unit] != 0 { return false }
      let q = Double(residualCorrelation[unit])
      if !isNonnegative || q > 0 { squared += q * q }
    }
    return squared <= threshold * threshold
  }

  /// The pool's code after proximal steps.
  private func proximalSteps(
    _ members: ArraySlice<Int>, step: Real, threshold: Real
  ) -> [Real] {
    let (units, threshold) = (code.count, step * threshold)
    let least: Real = isNonnegative ? 0 : -.infinity
    var residual = members.map { residualCorrelation[$0] }
    var values = members.map { code[$0] }
    for _ in 0..<Self.innerSteps {
      var next = zip(values, residual).map { max(least, $0 + step * $1) }
      let norm = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let kept = norm > threshold ? 1 - threshold / norm : 0
      next = next.map { kept * $0 }
      let changes = zip(next, values).map { $0 - $1 }
      values = next
      let largest = changes.reduce(0) { max($0, abs($1)) }
      if largest == 0 { break }
      for (index, unit) in members.enumerated() {
        for (change, other) in zip(changes, members) {
          residual[index] -= change * gram[other * units + unit]
        }
      }
      if largest <= Self.innerTolerance * values.reduce(0, { max($0, abs($1)) }) { break }
    }
    return values
  }

  private mutating func go(_ members: ArraySlice<Int>, to values: [Real]) -> Real {
    var largest: Real = 0
    for (unit, value) in zip(members, values) where value != code[unit] {
      largest = max(largest, abs(value - code[unit]))
      moveResidual(unit, by: value - code[unit])
      code[unit] = value
    }
    return largest
  }

  var gap: CodingProblem.DualityGap {
    let squaredSize = code.indices.reduce(0.0) { sum, unit in
      let z = Double(code[unit])
      return sum + Double(gram[unit * code.count + unit]) * z * z
    }
    return CodingProblem.DualityGap(
      lambda: Double(lambda), penalty, isNonnegative: isNonnegative,
      code: code.map(Double.init), residualCorrelation: residualCorrelation.map(Double.init),
      correlation: correlation.map(Double.init), squaredNorm: squaredNorm,
      squaredSize: Real.self == Float.self ? squaredSize : 0)
  }
}

/// The precision of a descent.
protocol DescentReal: BinaryFloatingPoint, Sendable {
  /// y += a·(row r of m); m [n, n], y [n].
  static func addScaled(_ a: Self, rowOf m: [Self], _ r: Int, to y: inout [Self])
}

extension Float: DescentReal {
  static func addScaled(_ a: Float, rowOf m: [Float], _ r: Int, to y: inout [Float]) {
    LinearAlgebra.addScaled(a, rowOf: m, r, to: &y)
  }
}

extension Double: DescentReal {
  static func addScaled(_ a: Double, rowOf m: [Double], _ r: Int, to y: inout [Double]) {
    let first = r * y.count
    let row = m.span
    var values = y.mutableSpan
    for index in values.indices { values[index] += a * row[first + index] }
  }
}
