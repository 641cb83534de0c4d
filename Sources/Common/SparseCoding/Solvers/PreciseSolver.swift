import LinearAlgebra

/// Exact inference in Double, for the records that Float32 cannot follow to the end: of L1 by homotopy on
/// the atoms themselves, as atoms that are nearly collinear have a Gram matrix whose inverse Float32 does
/// not hold; of pools by block descent. Slower by far, and right whatever the dictionary.
struct PreciseSolver {
  /// One record's code and how good it is.
  struct Solution {
    /// [penalised K].
    var code: [Float]
    var gap: CodingProblem.DualityGap
  }

  private let atoms: Matrix
  private let lambda: Double
  private let attraction: Double
  private let isNonnegative: Bool
  private let method: Method

  private enum Method {
    case homotopy
    case blocks(GroupPenalty)
  }

  /// Of homotopy.
  private var path: HomotopyPath<AtomSystem>
  /// Of pools.
  private var descent: BlockDescent<Double>?
  /// Rounds of descent: where these do not do, ten times as many hardly would.
  private static let roundLimit = 2000

  init(_ problem: CodingProblem) {
    atoms = problem.projectedAtoms
    lambda = Double(problem.lambda)
    attraction = Double(problem.attraction)
    isNonnegative = problem.isNonnegative
    path = HomotopyPath(problem, AtomSystem(atoms: atoms, attraction: attraction))
    guard let groups = problem.penalty.pools else {
      precondition(problem.penalty.kind == .l1, "no way to finish \(problem.penalty.kind)")
      method = .homotopy
      return
    }
    method = .blocks(GroupPenalty(groups))
    let units = atoms.rows
    var gram = [Double](repeating: 0, count: units * units)
    for row in 0..<units {
      for column in 0...row {
        gram[row * units + column] = atoms.dotOfRows(row, column)
        gram[column * units + row] = gram[row * units + column]
      }
      gram[row * units + row] += attraction
    }
    descent = BlockDescent(
      lambda: lambda, groups, isNonnegative: isNonnegative, gram: gram)
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
    let exact =
      switch method {
      case .homotopy: followPath(correlation)
      case .blocks:
        descend(correlation, squaredNorm, from: code.map(Double.init), to: relativeGap)
      }
    let bound = gap(exact, correlation, squaredNorm)
    let zeros = [Float](repeating: 0, count: atoms.rows)
    let solutions = [zeros, Array(code), exact.map { Float($0) }].map { code in
      let own = gap(code.map(Double.init), correlation, squaredNorm)
      return Solution(code: code, gap: own.bounded(by: bound))
    }
    return solutions.min { $0.gap.rise < $1.gap.rise } ?? solutions[0]
  }

  private mutating func followPath(_ correlation: [Double]) -> [Double] {
    // More units that come and go are a path that goes round in circles, as equal atoms could make it.
    _ = path.follow(correlation, limit: 20 * atoms.rows + 100)
    for _ in 0..<2 {
      path.refresh(correlation)
      _ = path.polish()
    }
    var exact = [Double](repeating: 0, count: atoms.rows)
    for (unit, value) in path.unitsInUse { exact[unit] = value }
    return exact
  }

  private mutating func descend(
    _ correlation: [Double], _ squaredNorm: Double, from start: [Double], to relativeGap: Double?
  ) -> [Double] {
    guard var descent else { return start }
    descent.begin(correlation, squaredNorm: squaredNorm, at: start)
    // A tenth of the gap is left for rounding the code to Float.
    _ = descent.run(
      until: .init(relativeGap: 0.9 * (relativeGap ?? 1e-6), iterationLimit: Self.roundLimit))
    self.descent = descent
    return descent.code
  }

  private var groups: GroupPenalty? {
    if case .blocks(let groups) = method { groups } else { nil }
  }

  private func gap(
    _ code: [Double], _ correlation: [Double], _ squaredNorm: Double
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
      lambda: lambda, groups: groups, isNonnegative: isNonnegative, code: code,
      residualCorrelation: residual,
      correlation: correlation, squaredNorm: squaredNorm)
  }
}
