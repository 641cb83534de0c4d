import LinearAlgebra

/// ISTA and FISTA on a record tile at once, each record stopping on its own gap.
///
/// z⁺ = prox(y + DᵀP(x − Dy)/L), the proximal step of R at λ/L, with y = z (ISTA) or
/// y = z + (t₋−1)/t (z − z₋) (FISTA, Beck & Teboulle 2009), t beginning anew where the momentum points
/// uphill, (y − z⁺)ᵀ(z⁺ − z) > 0 (O'Donoghue & Candès 2015, the gradient scheme). Only q = DᵀP(x − Dz) is
/// ever multiplied out, z being sparse; that of y is the same combination of q and q₋.
///
/// Where FISTA goes to a gap with a penalty of pools, each record has an L of its own, that of the units it
/// uses: it begins at a share of the whole one and is raised, and the step taken anew, where ΔᵀGΔ > L‖Δ‖²,
/// Δ = z⁺ − y (Beck & Teboulle 2009, section 4, backtracking).
struct ProximalDescent {
  private var tile: ProximalTile
  private let hasMomentum: Bool
  /// t₋ and t of the records at work.
  private var momenta: [(previous: Double, next: Double)]
  /// z₋ and q₋.
  private var previousCode: Matrix
  private var previousResidual: Matrix
  /// y and its q.
  private var ahead: Matrix
  private var aheadResidual: Matrix
  /// L of each record, and whether its last step was too long, so that y stays.
  private var lipschitz: [Float]
  private var isRetried: [Bool]

  private var problem: any ProximalProblem { tile.problem }

  init(_ tile: ProximalTile, hasMomentum: Bool) {
    self.tile = tile
    self.hasMomentum = hasMomentum
    let rows = tile.active.count
    momenta = Array(repeating: (1, 1), count: rows)
    (previousCode, previousResidual) = (tile.code, tile.residual)
    (ahead, aheadResidual) = (tile.code, tile.residual)
    lipschitz = Array(repeating: tile.problem.steepest, count: rows)
    isRetried = Array(repeating: false, count: rows)
  }

  /// Codes, [N, penalised K], and where each record ended.
  mutating func run(until rule: SparseSolver.StoppingRule) -> (Matrix, ends: [SparseSolver.End]) {
    let isAdaptive =
      hasMomentum && problem.penalty.pools != nil && rule.relativeGap != nil
      && rule.iterationLimit == nil
    if isAdaptive { lipschitz = lipschitz.map { min($0, tile.leastLipschitz) } }
    for iteration in 0..<rule.limit {
      if iteration.isMultiple(of: gapInterval) { retireFinished(rule) }
      if tile.active.isEmpty { break }
      step()
    }
    retireFinished(rule)
    return tile.close(rule)
  }

  /// What an L that is too small is raised by.
  private static let raise: Float = 1.5

  /// Steps between two looks at the gap, which costs about as much as a step where there are pools.
  private var gapInterval: Int { problem.penalty.pools == nil ? 1 : 6 }

  private mutating func step() {
    let shares = tile.active.indices.map { row -> Float? in
      if isRetried[row] { return nil }
      return hasMomentum ? Float((momenta[row].previous - 1) / momenta[row].next) : 0
    }
    extrapolate(tile.code, from: previousCode, by: shares, into: &ahead)
    extrapolate(tile.residual, from: previousResidual, by: shares, into: &aheadResidual)
    // What comes next takes the place of z₋ and q₋, which are not needed any more.
    LinearAlgebra.step(
      from: ahead, along: aheadResidual, by: lipschitz.map { 1 / $0 }, into: &previousCode)
    problem.penalty.shrink(
      &previousCode, by: lipschitz.map { problem.lambda / $0 },
      isNonnegative: problem.isNonnegative,
      duals: &tile.duals)
    previousResidual = tile.residual(of: previousCode)
    swap(&tile.code, &previousCode)
    swap(&tile.residual, &previousResidual)
    judge()
  }

  /// Whether each step was too long, and whether its momentum points uphill.
  private mutating func judge() {
    let turns = innerProducts(
      of: ahead, less: tile.code, with: tile.code, less: previousCode)
    let isAdaptive = lipschitz.contains { $0 < problem.steepest }
    let curvatures =
      isAdaptive
      ? innerProducts(of: tile.code, less: ahead, with: aheadResidual, less: tile.residual) : []
    let squares =
      isAdaptive ? innerProducts(of: tile.code, less: ahead, with: tile.code, less: ahead) : []
    for row in tile.active.indices {
      isRetried[row] =
        isAdaptive && lipschitz[row] < problem.steepest
        && curvatures[row] > lipschitz[row] * squares[row] * 1.001
      if isRetried[row] {
        lipschitz[row] = min(problem.steepest, Self.raise * lipschitz[row])
        tile.code.setRow(row, to: previousCode.row(row))
        tile.residual.setRow(row, to: previousResidual.row(row))
        continue
      }
      let start = turns[row] > 0 ? 1 : momenta[row].next
      momenta[row] = (start, (1 + (1 + 4 * start * start).squareRoot()) / 2)
    }
  }

  private mutating func retireFinished(_ rule: SparseSolver.StoppingRule) {
    guard let kept = tile.retire(rule) else { return }
    momenta = kept.map { momenta[$0] }
    lipschitz = kept.map { lipschitz[$0] }
    isRetried = kept.map { isRetried[$0] }
    func keep(_ matrix: inout Matrix) { matrix = matrix.rows(at: kept) }
    keep(&previousCode)
    keep(&previousResidual)
    keep(&ahead)
    keep(&aheadResidual)
  }
}
