import LinearAlgebra

/// Coordinate descent for images, with a penalty of units or of pools that are apart: no Gram matrix.
/// - Parameters: images, [N, H·W·C]; DᵀMx (+ αa), [N, cells·K]; ‖Mx‖² (+ α‖a‖²), [N]; what codes are drawn to and where
///   they start, [N, cells·K].
/// - Returns: codes, [N, cells·K], and where each image ended.
func windowDescent(
  _ problem: TiledProblem, images x: Matrix, correlation: Matrix, squaredNorms: [Double],
  until rule: SparseSolver.StoppingRule, attractedTo attractor: Matrix?, start: Matrix?
) -> (Matrix, ends: [SparseSolver.End]) {
  var codes = Matrix(zeros: correlation.rows, columns: correlation.columns)
  var ends: [SparseSolver.End] = []
  for row in 0..<x.rows {
    var descent = WindowDescent(
      problem, image: problem.known(x.rows(row..<row + 1)).elements,
      correlation: Array(correlation.row(row)), squaredNorm: squaredNorms[row],
      attractor: attractor.map { Array($0.row(row)) }, start: start.map { Array($0.row(row)) })
    ends.append(descent.run(until: rule))
    codes.setRow(row, to: descent.code[...])
  }
  return (codes, ends)
}

/// The descent of one image: units that are in use, or would come to be, are moved one after another, each to its best
/// value (of a pool, by a proximal step), and what is left of the image, M(x − Dz), is kept up to date, so that a move
/// costs the elements of a window. Between rounds of that, a pass over all windows tells the gap and the units that want
/// to come into use (a working set, as in Johnson & Guestrin 2015).
private struct WindowDescent {
  /// Rounds without a smaller gap, or energy, after which Float32 holds no better code.
  private static let patience = 20
  /// Passes over the blocks at work in a round, at most, where they are still being found; later those that cost an
  /// eighth as much as the pass over all windows does.
  private static let passes = 5
  /// What a pass has to gain, as a share of the gap for each share of the energy that the gap is: near the best code the
  /// energy is off by the square of what correlations are off by.
  private static let leastGain = 1e-3

  private let problem: TiledProblem
  private let units: PlacedUnits
  /// Mx, [H·W·C].
  private let image: [Float]
  private let correlation: [Float]
  private let squaredNorm: Double
  private let attractor: [Float]?
  private let start: [Float]?
  private(set) var code: [Float]
  /// q.
  private var residualCorrelation: [Float]
  /// Blocks that are not zero, by their numbers.
  private var used: [Int] = []

  init(
    _ problem: TiledProblem, image: [Float], correlation: [Float], squaredNorm: Double,
    attractor: [Float]?, start: [Float]?
  ) {
    self.problem = problem
    units = PlacedUnits(problem)
    self.image = image
    self.correlation = correlation
    self.squaredNorm = squaredNorm
    self.attractor = attractor
    self.start = start
    code = start ?? [Float](repeating: 0, count: correlation.count)
    residualCorrelation = correlation
  }

  mutating func run(until rule: SparseSolver.StoppingRule) -> SparseSolver.End {
    var (least, rounds, startRise) = (Double.infinity, 0, 0.0)
    for round in 0...rule.limit {
      used = units.used(in: code)
      var residual = image
      units.subtract(used, code: code, from: &residual)
      look(at: residual)
      let gap = gap
      if round == 0 { startRise = min(0, gap.rise) }
      if rule.isMet(by: gap) { return close(gap, startRise, .done) }
      // Between codes that no unit leaves the gap rises and falls while the energy only falls.
      let progress = problem.penalty.isConvex ? gap.gap : gap.rise
      rounds = progress < least ? 0 : rounds + 1
      least = min(least, progress)
      let isLast = round == rule.limit
      if isLast || rounds > Self.patience || !gap.rise.isFinite {
        let end: SparseSolver.End = isLast ? .limited : .stuck
        return close(gap, startRise, rule.relativeGap == nil ? .done : end)
      }
      let wanted = wanted()
      let working = (used + wanted).sorted().map { units.block($0) }
      // λ = 0 has no gap that is an energy.
      let goal = problem.lambda > 0 ? Self.leastGain * gap.gap * gap.relative : 0
      let isFound = wanted.count < used.count / 8
      let most = isFound ? units.count / (8 * max(1, working.count)) : 0
      for _ in 0..<max(Self.passes, most) {
        let gain = units.descend(
          working, code: &code, residual: &residual, attractor: attractor)
        if gain <= goal { break }
      }
    }
    return .limited
  }

  /// Keeps the code, unless rounding has led above its start.
  private mutating func close(
    _ gap: CodingProblem.DualityGap, _ startRise: Double, _ end: SparseSolver.End
  ) -> SparseSolver.End {
    if !(gap.rise <= startRise) {
      code = startRise < 0 ? start ?? code : [Float](repeating: 0, count: code.count)
    }
    return end
  }

  /// Computes q of all units.
  private mutating func look(at residual: [Float]) {
    residualCorrelation =
      problem.seen(in: Matrix(rows: 1, columns: residual.count, elements: residual)).elements
    guard let attractor else { return }
    for index in code.indices {
      residualCorrelation[index] += problem.attraction * (attractor[index] - code[index])
    }
  }

  private var gap: CodingProblem.DualityGap {
    guard problem.penalty.kind == .l1, problem.lambda > 0 else {
      return CodingProblem.DualityGap(
        problem, code: code[...], residualCorrelation: residualCorrelation[...],
        correlation: correlation[...], squaredNorm: squaredNorm)
    }
    return CodingProblem.DualityGap(
      lambda: problem.lambda, curvatures: problem.curvatures, support: used.map { Int32($0) },
      values: used.map { code[$0] }, residualCorrelation: residualCorrelation,
      correlation: correlation,
      largest: Float(
        problem.penalty.dualNorm(
          of: residualCorrelation[...], isNonnegative: problem.isNonnegative, near: 0, dual: [])),
      squaredNorm: squaredNorm)
  }

  /// Blocks out of use that want to come into it, the one of each cell that wants it most; of them, or of a single cell
  /// of all, those that want it most, as many as are in use.
  private func wanted() -> [Int] {
    var wanted = units.wanted(residualCorrelation, code)
    let most = max(64, used.count, code.count / 2000)
    if wanted.count > most {
      wanted.sort { ($0.excess, $1.block) > ($1.excess, $0.block) }
      wanted.removeLast(wanted.count - most)
    }
    return wanted.map(\.block)
  }
}
