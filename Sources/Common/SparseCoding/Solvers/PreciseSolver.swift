import LinearAlgebra

/// Exact inference in Double, for the records that Float32 cannot follow to the end: of L1 by homotopy on
/// the atoms themselves, as atoms that are nearly collinear have a Gram matrix whose inverse Float32 does
/// not hold; of pools by block descent where they are apart, else by proximal steps. Slower by far, and right
/// whatever the dictionary.
struct PreciseSolver {
  /// One record's code and how good it is.
  struct Solution {
    /// [penalised K].
    var code: [Float]
    var gap: CodingProblem.DualityGap
  }

  private let atoms: Matrix
  private let lambda: Double
  private let penalty: any Penalty
  private let attraction: Double
  private let isNonnegative: Bool
  private var method: any PreciseMethod

  init(_ problem: CodingProblem) {
    atoms = problem.projectedAtoms
    lambda = Double(problem.lambda)
    penalty = problem.penalty
    attraction = Double(problem.attraction)
    isNonnegative = problem.isNonnegative
    guard let pools = penalty.pools else {
      precondition(penalty.kind == .l1, "no way to finish \(penalty.kind)")
      method = HomotopyPath(problem, AtomSystem(atoms: atoms, attraction: attraction))
      return
    }
    let gram = Self.gram(atoms, attraction)
    method =
      penalty.isSeparable
      ? BlockDescent(lambda: lambda, penalty, pools, isNonnegative: isNonnegative, gram: gram)
      : PreciseDescent(
        lambda: lambda, penalty, isNonnegative: isNonnegative, gram: gram,
        lipschitz: problem.lipschitz)
  }

  /// DᵀD + αI, [K, K].
  private static func gram(_ atoms: Matrix, _ attraction: Double) -> [Double] {
    let units = atoms.rows
    var gram = [Double](repeating: 0, count: units * units)
    for row in 0..<units {
      for column in 0...row {
        gram[row * units + column] = atoms.dotOfRows(row, column)
        gram[column * units + row] = gram[row * units + column]
      }
      gram[row * units + row] += attraction
    }
    return gram
  }

  /// - Parameters:
  ///   - x: a record Px, [D].
  ///   - attractor: the code a that it is drawn to, [penalised K], where there is an attraction.
  ///   - code: [penalised K], where descent begins, and what is given back where it, or zero, is
  ///     better than what is found.
  ///   - gap: the relative gap at which descent may end.
  mutating func callAsFunction(
    _ x: ArraySlice<Float>, attractedTo attractor: ArraySlice<Float>?,
    orAt code: ArraySlice<Float>, gap relativeGap: Double?
  ) -> Solution {
    let record = x.map(Double.init)
    var correlation = [Double](repeating: 0, count: atoms.rows)
    atoms.apply(to: record, into: &correlation)
    var squaredNorm = record.reduce(0) { $0 + $1 * $1 }
    for (unit, value) in (attractor ?? []).enumerated() {
      correlation[unit] += attraction * Double(value)
      squaredNorm += attraction * Double(value) * Double(value)
    }
    let exact = method.solve(
      correlation, squaredNorm: squaredNorm, from: code.map(Double.init), to: relativeGap)
    let bound = gap(exact.code, correlation, squaredNorm, dual: exact.dual)
    let zeros = [Float](repeating: 0, count: atoms.rows)
    let solutions = [zeros, Array(code), exact.code.map { Float($0) }].map { code in
      let own = gap(code.map(Double.init), correlation, squaredNorm)
      return Solution(code: code, gap: own.bounded(by: bound))
    }
    return solutions.min { $0.gap.rise < $1.gap.rise } ?? solutions[0]
  }

  private func gap(
    _ code: [Double], _ correlation: [Double], _ squaredNorm: Double, dual: [Double]? = nil
  ) -> CodingProblem.DualityGap {
    var image = [Double](repeating: 0, count: atoms.columns)
    for (unit, value) in code.enumerated() where value != 0 {
      atoms.addRow(unit, scaledBy: value, to: &image)
    }
    var residual = [Double](repeating: 0, count: atoms.rows)
    atoms.apply(to: image, into: &residual)
    for unit in residual.indices {
      residual[unit] = correlation[unit] - residual[unit] - attraction * code[unit]
    }
    return CodingProblem.DualityGap(
      lambda: lambda, penalty, isNonnegative: isNonnegative, code: code,
      residualCorrelation: residual,
      correlation: correlation, squaredNorm: squaredNorm, dual: dual)
  }
}
