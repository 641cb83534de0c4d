import LinearAlgebra

/// Encoders that follow from a dictionary: what training begins with.
extension Encoder {
  /// ISTA for `problem`, unrolled: `We = DᵀP/L`, `S = I − DᵀPD/L`, `θ = λ/L`, where P removes the DC
  /// unit's direction (P = I without one). The DC unit itself takes, at every pass, the value that is
  /// best for the code before the pass: row `d₀ᵀ/‖d₀‖²` of We, row `−d₀ᵀD/‖d₀‖²` of S, threshold 0 (so
  /// a `relu` encoder cuts a DC below zero to zero). For atoms of mean zero that is its exact value.
  ///
  /// Of a penalty of pools the thresholds are those of units whose pools have members of one size: where a
  /// training begins, and no more. ``unrollingProximal(_:iterations:)`` is ISTA of theirs.
  ///
  /// Units of nonnegative codes that inhibit each other do so through S, too: `S = I − (DᵀPD + λS′)/L`, L as much
  /// larger. Of either sign no S can, and where a training begins nobody inhibits.
  ///
  /// ISTA, Gregor & LeCun 2010, eq. 3, with the step 1/L, L the largest eigenvalue of DᵀPD.
  public static func unrolling(_ problem: CodingProblem, iterations: Int) -> Encoder {
    let penalised = problem.penalisedCount
    let inhibition = problem.isNonnegative ? problem.inhibition : nil
    let step = 1 / (inhibition == nil ? problem.lipschitz : problem.steepest)
    var weight = problem.projectedAtoms
    for index in weight.elements.indices { weight.elements[index] *= step }
    var recurrent = Matrix(zeros: problem.codeLength, columns: problem.codeLength)
    for row in 0..<penalised {
      for column in 0..<penalised {
        recurrent[row, column] = (row == column ? 1 : 0) - step * problem.gram[row, column]
        if let inhibition {
          recurrent[row, column] -= step * problem.lambda * inhibition[row, column]
        }
      }
    }
    var threshold = problem.penalty.shares(unitCount: penalised).map { step * problem.lambda * $0 }
    appendConstantUnit(of: problem, to: &weight, &recurrent, &threshold)
    return Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold,
      nonlinearity: problem.isNonnegative ? .relu : .shrink, iterations: iterations)
  }

  /// The same for a penalty of pools that are apart or a tree, whose f is the proximal step of all of them
  /// with `θ = λ/L` for each pool: T passes are T more steps of ISTA. The DC unit passes unchanged, of
  /// whatever sign.
  /// - Returns: nil where the penalty has no such step.
  public static func unrollingProximal(_ problem: CodingProblem, iterations: Int) -> Encoder? {
    unrolling(problem, iterations: iterations).proximal(for: problem)
  }

  /// ISTA of a problem, unrolled, with the proximal step of its pools in the place of an f of units, θ = λ/L for each.
  /// - Returns: nil where the penalty has no such step.
  public func proximal(for problem: CodingProblem) -> Encoder? {
    guard let pools = PoolShrinkage(of: problem) else { return nil }
    let threshold = problem.lambda / problem.lipschitz
    return Encoder(
      weight: weight, recurrent: recurrent,
      threshold: [[Float](repeating: threshold, count: pools.poolCount)],
      function: .pools(pools), iterations: iterations)
  }

  /// Greedy coordinate descent for `problem` (Li & Osher 2009), an encoder of ``Form/coordinate``: with
  /// G = DᵀPD, row k of We is `(P d_k)ᵀ/G_kk`, `S = I − diag(1/G_kk) G`, `θ_k = λ/G_kk`; atoms of zeros
  /// have zeros. The DC unit is as in ``unrolling(_:iterations:)``: for the units that were moved, its
  /// value is exact. No update raises the energy.
  public static func unrollingCoordinates(_ problem: CodingProblem, iterations: Int) -> Encoder {
    let penalised = problem.penalisedCount
    var weight = problem.projectedAtoms
    var recurrent = Matrix(zeros: problem.codeLength, columns: problem.codeLength)
    var threshold = [Float](repeating: 0, count: penalised)
    for row in 0..<penalised {
      let curvature = problem.gram[row, row]
      guard curvature >= .leastNormalMagnitude else { continue }
      weight.setRow(row, to: weight.row(row).map { $0 / curvature }[...])
      for column in 0..<penalised where column != row {
        recurrent[row, column] = -problem.gram[row, column] / curvature
      }
      threshold[row] = problem.lambda / curvature
    }
    appendConstantUnit(of: problem, to: &weight, &recurrent, &threshold)
    return Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold,
      nonlinearity: problem.isNonnegative ? .relu : .shrink, form: .coordinate,
      iterations: iterations)
  }

  /// The DC unit's row of We and of S, and its threshold 0.
  private static func appendConstantUnit(
    of problem: CodingProblem, to weight: inout Matrix, _ recurrent: inout Matrix,
    _ threshold: inout [Float]
  ) {
    guard let constant = problem.constantUnit else { return }
    weight = weight.appending(row: constant.direction)
    for (column, overlap) in constant.overlap.enumerated() {
      recurrent[problem.penalisedCount, column] = -overlap
    }
    threshold.append(0)
  }
}
