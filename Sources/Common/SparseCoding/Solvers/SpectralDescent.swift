import LinearAlgebra

/// SpaRSA (Wright, Nowak & Figueiredo 2009) on a record tile at once, each record stopping on its own gap:
/// z⁺ = prox(z + aq), q = DᵀP(x − Dz), the proximal step of R at aλ, with a = ‖Δ‖²/ΔᵀGΔ of the last move Δ
/// (Barzilai & Borwein 1988), no shorter than 1/L.
///
/// A step is taken where the energy is below the largest of those after the last few steps, by 1e-4‖Δ‖²/2a;
/// otherwise a is halved, down to 1/L, whose step is always taken.
struct SpectralDescent {
  private var tile: ProximalTile
  /// z⁺ and its q; after a step z₋ and q₋.
  private var next: Matrix
  private var nextResidual: Matrix
  /// a of each record.
  private var steps: [Float]
  /// What is known of each record's code.
  private var states: [State]
  /// Energies after the last steps of each record, less ½‖Px‖², and where the next one goes.
  private var energies: [(last: SIMD16<Double>, next: Int)]
  /// Whether not even a step of 1/L has moved the code.
  private var isStill: [Bool]
  /// Looks at the gap that each record is left out of, as far as it was from the goal at the last.
  private var waits: [Int]
  /// The bounds of a.
  private let (shortest, longest): (Float, Float)

  private struct State {
    /// cᵀz, qᵀz and R(z), c = DᵀPx.
    var (correlation, residual, size): (Double, Double, Double)

    /// What of the energy depends on the code: ½‖x − Dz‖² = ½‖x‖² − ½(cᵀz + qᵀz).
    func energy(_ lambda: Double) -> Double { lambda * size - 0.5 * (correlation + residual) }

    /// What of it rounding in Float leaves open.
    func noise(_ lambda: Double) -> Double {
      0x1p-21 * (lambda * size + 0.5 * (abs(correlation) + abs(residual)))
    }
  }

  private var problem: any ProximalProblem { tile.problem }

  init(_ tile: ProximalTile) {
    self.tile = tile
    (next, nextResidual) = (tile.code, tile.residual)
    let rows = tile.active.indices
    shortest = 1 / tile.problem.lipschitz
    longest = min(1e4 * shortest, .greatestFiniteMagnitude)
    steps = rows.map { _ in 1 / tile.leastLipschitz }
    let moves = rowMoves(
      from: next, nextResidual, to: next, nextResidual, beside: tile.correlation)
    let lambda = Double(tile.problem.lambda)
    states = rows.map { row in
      State(
        correlation: moves[row].start, residual: moves[row].end,
        size: tile.problem.penalty.value(of: tile.code.row(row)))
    }
    energies = states.map { (SIMD16(repeating: $0.energy(lambda)), 0) }
    isStill = rows.map { _ in false }
    waits = rows.map { _ in 0 }
  }

  /// Codes, [N, penalised K], and where each record ended.
  mutating func run(until rule: SparseSolver.StoppingRule) -> (Matrix, ends: [SparseSolver.End]) {
    for iteration in 0..<rule.limit {
      if iteration.isMultiple(of: gapInterval) { retireFinished(rule) }
      if tile.active.isEmpty { break }
      step()
    }
    waits = waits.map { _ in 0 }
    retireFinished(rule)
    return tile.close(rule)
  }

  /// Steps between two looks at the gap.
  private var gapInterval: Int { problem.penalty.pools == nil ? 1 : 2 }

  private mutating func step() {
    LinearAlgebra.step(from: tile.code, along: tile.residual, by: steps, into: &next)
    let sizes = problem.penalty.shrink(
      &next, by: steps.map { problem.lambda * $0 }, isNonnegative: problem.isNonnegative,
      duals: &tile.duals)
    nextResidual = tile.residual(of: next)
    let moves = rowMoves(
      from: tile.code, tile.residual, to: next, nextResidual, beside: tile.correlation)
    swap(&tile.code, &next)
    swap(&tile.residual, &nextResidual)
    for row in tile.active.indices {
      judge(row, moves[row], size: sizes?[row] ?? problem.penalty.value(of: tile.code.row(row)))
    }
  }

  /// Takes a step back that is too long, and chooses the next.
  private mutating func judge(_ row: Int, _ move: RowMove, size: Double) {
    let lambda = Double(problem.lambda)
    let state = State(correlation: move.start, residual: move.end, size: size)
    let (energy, step) = (state.energy(lambda), steps[row])
    let most =
      energies[row].last.max() - 1e-4 * move.squaredLength / (2 * Double(step))
      + state.noise(lambda)
    guard step <= shortest || energy <= most else {
      steps[row] = max(shortest, 0.5 * step)
      tile.code.setRow(row, to: next.row(row))
      tile.residual.setRow(row, to: nextResidual.row(row))
      return
    }
    states[row] = state
    energies[row].last[energies[row].next] = energy
    energies[row].next = (energies[row].next + 1) % SIMD16<Double>.scalarCount
    isStill[row] =
      move.squaredLength == 0 && step <= shortest && problem.penalty.dualLength == 0
    // Where nothing has moved it is no number, and not above.
    let ratio = Float(move.squaredLength / move.curvature)
    steps[row] = ratio > shortest ? min(ratio, longest) : shortest
  }

  private mutating func retireFinished(_ rule: SparseSolver.StoppingRule) {
    guard rule.relativeGap != nil || isStill.contains(true) else { return }
    let candidates = tile.active.indices.map { row in
      waits[row] -= 1
      guard waits[row] < 0 else { return false }
      let excess = leastExcess(row, rule)
      // A look for every factor of four that it is away.
      waits[row] = max(0, min(excess.exponent, 8) / 2)
      return !(excess > 1)
    }
    guard let kept = tile.retire(rule, among: candidates, still: isStill) else { return }
    steps = kept.map { steps[$0] }
    states = kept.map { states[$0] }
    energies = kept.map { energies[$0] }
    isStill = kept.map { isStill[$0] }
    waits = kept.map { waits[$0] }
    next = next.rows(at: kept)
    nextResidual = nextResidual.rows(at: kept)
  }

  /// How many times its goal a record's gap is at least; 0 where nothing is known. It is ½(1 − s)²‖r‖² + λR(z) −
  /// s·qᵀz with s = λ/R°(q), at most 1, and R°(q) is qᵀz/R(z) at least; then what the penalty says it is.
  private func leastExcess(_ row: Int, _ rule: SparseSolver.StoppingRule) -> Double {
    let lambda = Double(problem.lambda)
    guard let goal = rule.relativeGap, lambda > 0 else { return 0 }
    let state = states[row]
    let penalty = lambda * state.size
    let squared = max(0, tile.squaredNorm(row) - state.correlation - state.residual)
    let most = goal * (0.5 * squared + penalty) + 4 * state.noise(lambda)
    let aligned = max(0, state.residual)
    func gap(_ scale: Double) -> Double {
      0.5 * (1 - scale) * (1 - scale) * squared + penalty - scale * aligned
    }
    let least = gap(aligned > penalty ? penalty / aligned : 1)
    guard least <= most else { return least / most }
    guard
      let norm = problem.penalty.leastDualNorm(
        of: tile.residual.row(row), isNonnegative: problem.isNonnegative, near: lambda)
    else { return 0 }
    return gap(norm > lambda ? lambda / norm : 1) / most
  }
}
