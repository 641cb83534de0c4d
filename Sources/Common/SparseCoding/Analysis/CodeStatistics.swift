import LinearAlgebra

/// How good and how sparse codes are, added up over records. Values are those of single records,
/// summed in Double.
public struct CodeStatistics: Sendable {
  /// N, records so far.
  public private(set) var count = 0
  private var energies = 0.0
  /// Nil where λ is 0: there is no bound then.
  private var gaps: Double? = 0
  private var values = 0
  private var nonZeros = 0
  /// Nil where units do not saturate.
  private var saturated: Int?

  /// A unit of tanh is saturated beyond this share of the largest value that it can take.
  static let saturationShare: Float = 0.95

  /// Of no records.
  public init() {}

  /// Of codes, [N, K], of records, [N, D], by the energy of `problem`.
  /// - Parameter limits: the largest size that each unit can take, [K], where there is one.
  public init(
    of code: Matrix, records x: Matrix, _ problem: some MeasuredProblem, limits: [Float]? = nil
  ) {
    count = x.rows
    energies = problem.energies(of: code, records: x).reduce(0, +)
    gaps =
      problem.lambda > 0 ? problem.relativeGaps(of: code, records: x).reduce(0, +) : nil
    values = code.elements.count
    nonZeros = problem.unitsInUse(code).elements.count { $0 != 0 }
    saturated = limits.map { limits in
      let bounds = limits.map { Self.saturationShare * abs($0) }
      return code.elements.indices.count { abs(code.elements[$0]) > bounds[$0 % code.columns] }
    }
  }

  /// Adds those of other records, taken in the same way.
  public mutating func add(_ other: CodeStatistics) {
    guard count > 0 else {
      self = other
      return
    }
    count += other.count
    energies += other.energies
    gaps = other.gaps.flatMap { other in gaps.map { $0 + other } }
    values += other.values
    nonZeros += other.nonZeros
    saturated = other.saturated.flatMap { other in saturated.map { $0 + other } }
  }

  /// Mean energy ½‖x − Dz‖² + λR(z); like all that follow nil where there are no records.
  public var energy: Double? { mean(energies, of: count) }
  /// Mean duality gap, relative to the energy; nil where λ is 0, too.
  public var gap: Double? { gaps.flatMap { mean($0, of: count) } }
  /// The share of values that are not zero; of Gaussians, that are two standard deviations from it.
  public var density: Double? { mean(Double(nonZeros), of: values) }
  /// The share of values of saturated units; nil where units do not saturate, too.
  public var saturation: Double? { saturated.flatMap { mean(Double($0), of: values) } }

  private func mean(_ sum: Double, of count: Int) -> Double? {
    count > 0 ? sum / Double(count) : nil
  }
}
