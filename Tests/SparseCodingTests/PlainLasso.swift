import LinearAlgebra
import SparseCoding
import TestSupport

/// The plain twin of a ``CodingProblem``: Double, the residual kept whole, the DC unit one more
/// coordinate without a penalty.
struct PlainLasso {
  /// [K][D].
  let atoms: [[Double]]
  let lambda: Double
  let hasDCUnit: Bool
  let isNonnegative: Bool

  init(_ problem: CodingProblem) {
    atoms = (0..<problem.atoms.rows).map { problem.atoms.row($0).map(Double.init) }
    lambda = Double(problem.lambda)
    hasDCUnit = problem.hasDCUnit
    isNonnegative = problem.isNonnegative
  }

  var penalisedCount: Int { atoms.count - (hasDCUnit ? 1 : 0) }

  /// x − Dz.
  func residual(_ x: [Double], _ z: [Double]) -> [Double] {
    var r = x
    for (atom, value) in zip(atoms, z) where value != 0 {
      for i in r.indices { r[i] -= value * atom[i] }
    }
    return r
  }

  func energy(_ x: [Double], _ z: [Double]) -> Double {
    0.5 * residual(x, z).reduce(0) { $0 + $1 * $1 }
      + lambda * z.prefix(penalisedCount).reduce(0) { $0 + abs($1) }
  }

  /// Coordinate descent for so many passes.
  func code(of x: [Double], passes: Int = 3000) -> [Double] {
    var z = [Double](repeating: 0, count: atoms.count)
    var r = x
    for _ in 0..<passes {
      var largest = 0.0
      for (k, atom) in atoms.enumerated() {
        let curvature = atom.reduce(0) { $0 + $1 * $1 }
        guard curvature > 0 else { continue }
        let drive = zip(atom, r).reduce(0) { $0 + $1.0 * $1.1 } + curvature * z[k]
        let isFree = k >= penalisedCount
        let size = (isNonnegative && !isFree ? drive : abs(drive)) - (isFree ? 0 : lambda)
        let new = size > 0 ? (drive < 0 ? -size : size) / curvature : 0
        let move = z[k] - new
        for i in r.indices { r[i] += move * atom[i] }
        z[k] = new
        largest = max(largest, abs(move))
      }
      if largest < 1e-13 { break }
    }
    return z
  }

  /// So many steps of ISTA, z ← h(z + DᵀPr/L); the DC unit is the best for the code before the last.
  func istaCode(of x: [Double], steps: Int, lipschitz: Double) -> [Double] {
    var z = [Double](repeating: 0, count: atoms.count)
    let dc = hasDCUnit ? atoms[atoms.count - 1] : nil
    let norm = dc.map { dot($0, $0) } ?? 1
    for _ in 0..<steps {
      // The residual of the penalised units alone.
      if dc != nil { z[penalisedCount] = 0 }
      let r = residual(x, z)
      let amount = dc.map { dot($0, r) / norm } ?? 0
      let rest = dc.map { dc in zip(r, dc).map { $0 - amount * $1 } } ?? r
      for k in 0..<penalisedCount {
        let drive = z[k] + dot(atoms[k], rest) / lipschitz
        let size = max(0, (isNonnegative ? drive : abs(drive)) - lambda / lipschitz)
        z[k] = drive < 0 ? -size : size
      }
      if dc != nil { z[penalisedCount] = amount }
    }
    return z
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Greedy coordinate descent: so many times the unit whose best value, all others held and the DC at
  /// its best, is the farthest takes it; in the end all penalised units take theirs at once.
  func greedyCode(of x: [Double], updates: Int) -> [Double] {
    var z = [Double](repeating: 0, count: atoms.count)
    let dc = hasDCUnit ? atoms[atoms.count - 1] : nil
    func projected(_ v: [Double]) -> [Double] {
      guard let dc else { return v }
      let amount = dot(dc, v) / dot(dc, dc)
      return zip(v, dc).map { $0 - amount * $1 }
    }
    let directions = atoms.prefix(penalisedCount).map(projected)
    func bestValues() -> [Double] {
      let r = projected(residual(x, z))
      return directions.enumerated().map { k, direction in
        let curvature = dot(direction, direction)
        guard curvature > 0 else { return 0 }
        let drive = dot(direction, r) + curvature * z[k]
        let size = max(0, (isNonnegative ? drive : abs(drive)) - lambda) / curvature
        return drive < 0 ? -size : size
      }
    }
    for _ in 0..<updates {
      let best = bestValues()
      let moves = zip(best, z).map { abs($0 - $1) }
      guard let farthest = moves.max(), farthest > 0 else { break }
      let unit = moves.firstIndex(of: farthest) ?? 0
      z[unit] = best[unit]
    }
    let last = bestValues()
    guard let dc else { return last }
    return last + [dot(dc, residual(x, z)) / dot(dc, dc)]
  }

  /// How far z is from the optimum's conditions: d_kᵀr = λ sign(z_k) where z_k ≠ 0, |d_kᵀr| ≤ λ where
  /// it is 0 (d_kᵀr ≤ λ for z ≥ 0), d₀ᵀr = 0 for the DC unit; infinite for a sign that may not be.
  func violation(_ x: [Double], _ z: [Double]) -> Double {
    let r = residual(x, z)
    var worst = 0.0
    for (k, atom) in atoms.enumerated() {
      let slope = zip(atom, r).reduce(0) { $0 + $1.0 * $1.1 }
      if k >= penalisedCount {
        worst = max(worst, abs(slope))
      } else if isNonnegative && z[k] < 0 {
        return .infinity
      } else if z[k] == 0 {
        worst = max(worst, (isNonnegative ? slope : abs(slope)) - lambda)
      } else {
        worst = max(worst, abs(slope - (z[k] < 0 ? -lambda : lambda)))
      }
    }
    return worst
  }
}

/// The kinds of problem that a test goes through.
struct Variant: CustomStringConvertible, Sendable {
  let hasDCUnit: Bool
  let isNonnegative: Bool

  static let all = [
    Variant(hasDCUnit: false, isNonnegative: false), Variant(hasDCUnit: true, isNonnegative: false),
    Variant(hasDCUnit: false, isNonnegative: true), Variant(hasDCUnit: true, isNonnegative: true),
  ]

  var description: String { "dc \(hasDCUnit) nonnegative \(isNonnegative)" }

  /// Units in random directions; a DC unit, where there is one, is not of norm 1.
  func problem(units: Int = 30, length: Int = 20, lambda: Float = 0.15, seed: UInt64 = 1)
    -> CodingProblem
  {
    var atoms = unitAtoms(units, length, seed: seed)
    if hasDCUnit { atoms = atoms.appending(row: [Float](repeating: 0.5, count: length)) }
    return CodingProblem(
      atoms: atoms, lambda: lambda, hasDCUnit: hasDCUnit, isNonnegative: isNonnegative)
  }
}

extension Matrix {
  func doubles(_ r: Int) -> [Double] { row(r).map(Double.init) }
}

extension SparseSolver {
  /// Those that serve an L1 penalty.
  static let ofL1 = allCases.filter { $0.serves(L1Penalty()) }
}
