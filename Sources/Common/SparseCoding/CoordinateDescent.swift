import LinearAlgebra

/// Cyclic coordinate descent for a tile of records: z_k ← h_λ(q_k + G_kk z_k)/G_kk, with
/// q = DᵀP(x − Dz) kept up to date, so a unit that does not move costs one comparison.
///
/// A pass over all units is followed by passes over those in use until they settle; the gap is
/// looked at after each round.
/// - Parameter start: z, [N, penalised K]; nil is zero.
/// - Returns: codes, [N, penalised K], and where each record ended.
func coordinateDescent(
  _ problem: LassoProblem, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule, start: Matrix? = nil
) -> (Matrix, ends: [SparseSolver.End]) {
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var ends: [SparseSolver.End] = []
  problem.gram.withView { gram in
    for row in 0..<correlation.rows {
      var descent = CoordinateDescent(
        problem, gram, correlation: Array(correlation.row(row)), squaredNorm: squaredNorms[row])
      if let start {
        descent.code = Array(start.row(row))
        descent.refresh()
      }
      ends.append(descent.run(until: rule))
      codes.setRow(row, to: descent.code[...])
    }
  }
  return (codes, ends)
}

/// One record's descent.
struct CoordinateDescent {
  /// Passes over the units in use between two passes over all.
  static let settlingPasses = 10
  /// Rounds in which the gap may go without becoming smaller: rounding moves the units then.
  static let patience = 200

  let lambda: Float
  let isNonnegative: Bool
  private let curvatures: [Float]
  /// G, [K, K].
  let gram: MatrixView
  let correlation: [Float]
  let squaredNorm: Double
  var code: [Float]
  /// q = DᵀP(x − Dz).
  var residualCorrelation: [Float]

  init(
    _ problem: LassoProblem, _ gram: MatrixView, correlation: [Float], squaredNorm: Double
  ) {
    lambda = problem.lambda
    isNonnegative = problem.isNonnegative
    curvatures = problem.curvatures
    self.gram = gram
    self.correlation = correlation
    self.squaredNorm = squaredNorm
    code = [Float](repeating: 0, count: correlation.count)
    residualCorrelation = correlation
  }

  /// Ends early where Float32 holds no better code, and at its start where rounding has led to a
  /// higher energy.
  mutating func run(until rule: SparseSolver.StoppingRule) -> SparseSolver.End {
    let (start, startRise) = (code, min(0, gap.rise))
    defer {
      if !(gap.rise <= startRise) {
        code = startRise < 0 ? start : [Float](repeating: 0, count: code.count)
      }
    }
    return descend(until: rule)
  }

  private mutating func descend(until rule: SparseSolver.StoppingRule) -> SparseSolver.End {
    var leastGap = Double.infinity
    var roundsWithoutGain = 0
    for _ in 0..<rule.limit {
      let gap = gap
      if rule.isMet(by: gap) { return .done }
      roundsWithoutGain = gap.gap < leastGap ? 0 : roundsWithoutGain + 1
      leastGap = min(leastGap, gap.gap)
      let largestMove = move(code.indices)
      if largestMove == 0 { return rule.relativeGap == nil ? .done : .stuck }
      if rule.relativeGap != nil {
        if roundsWithoutGain == Self.patience { return .stuck }
        let inUse = code.indices.filter { code[$0] != 0 }
        for _ in 0..<Self.settlingPasses {
          if move(inUse) <= 0.1 * largestMove { break }
        }
      }
      refresh()
    }
    return rule.relativeGap == nil || rule.isMet(by: gap) ? .done : .limited
  }

  /// Computes q anew: a long sum of small changes would drift away from it.
  mutating func refresh() {
    residualCorrelation = correlation
    for unit in code.indices where code[unit] != 0 {
      addScaled(-code[unit], rowOf: gram, unit, to: &residualCorrelation)
    }
  }

  private var gap: LassoProblem.DualityGap {
    LassoProblem.DualityGap(
      lambda: lambda, isNonnegative: isNonnegative, curvatures: curvatures, code: code[...],
      residualCorrelation: residualCorrelation[...],
      correlation: correlation[...], squaredNorm: squaredNorm)
  }

  /// Moves units one after another to their best values and returns the largest move.
  private mutating func move(_ units: some Sequence<Int>) -> Float {
    var largest: Float = 0
    for unit in units { largest = max(largest, move(unit)) }
    return largest
  }

  private mutating func move(_ unit: Int) -> Float {
    let curvature = gram[unit, unit]
    guard curvature > 0 else { return 0 }
    let old = code[unit]
    let drive = residualCorrelation[unit] + curvature * old
    let magnitude = (isNonnegative ? drive : abs(drive)) - lambda
    let new = magnitude > 0 ? (drive < 0 ? -magnitude : magnitude) / curvature : 0
    guard new != old else { return 0 }
    addScaled(old - new, rowOf: gram, unit, to: &residualCorrelation)
    code[unit] = new
    return abs(new - old)
  }
}
