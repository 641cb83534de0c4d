import LinearAlgebra

/// Σ|z_k| + ½|z|ᵀS|z|: units in use inhibit each other (after Gregor, Szlam & LeCun 2011, who have the second part
/// alone; with a diagonal of zeros nothing else would keep a lone unit from use).
///
/// The threshold of unit k is λ(1 + Σ_j S_kj|z_j|). Together with ½‖x − Dz‖² this is not convex: a descent ends where no
/// unit gains by moving, which depends on where it began. A gap is that of the L1 problem with the thresholds of the
/// code, which is 0 there and nowhere else.
public struct LateralPenalty: Penalty {
  /// S, [K, K].
  public let inhibition: Matrix

  /// - Parameter inhibition: S, [K, K].
  /// - Throws: ``InhibitionProblem`` unless it is symmetric, with a diagonal of zeros and nothing below 0.
  public init(_ inhibition: Matrix) throws {
    try InhibitionProblem.check(inhibition)
    self.inhibition = inhibition
  }

  public var kind: PenaltyKind { .lateral }
  public var pools: PoolLayout? { nil }
  public var poolTree: PoolTree? { nil }
  public var isSeparable: Bool { false }
  public var isConvex: Bool { false }
  public var dualLength: Int { inhibition.rows }

  /// The largest sum of a row, which is no smaller than the largest eigenvalue.
  public var curvature: Float {
    (0..<inhibition.rows).reduce(0) { largest, row in
      max(largest, Float(inhibition.row(row).reduce(0.0) { $0 + Double($1) }))
    }
  }

  /// S|z|, how much each unit is inhibited, [K]; what a proximal step leaves is that of the code it gives.
  public func dual(of code: ArraySlice<Double>) -> [Double] { inhibitions(by: code) }

  private func inhibitions<Real: BinaryFloatingPoint>(by code: ArraySlice<Real>) -> [Double] {
    var sums = [Double](repeating: 0, count: inhibition.columns)
    addInhibitions(by: code, to: &sums)
    return sums
  }

  /// Adds S|z| of one code after another.
  /// - Parameters:
  ///   - codes: z, [N·K].
  ///   - sums: [N·K].
  func addInhibitions<Real: BinaryFloatingPoint, Sum: BinaryFloatingPoint>(
    by codes: ArraySlice<Real>, to sums: inout [Sum]
  ) {
    for (index, z) in zip(0..., codes) where z != 0 {
      let (unit, size) = (index % inhibition.rows, Sum(abs(z)))
      for (other, weight) in zip((index - unit)..., inhibition.row(unit)) {
        sums[other] += size * Sum(weight)
      }
    }
  }

  public func value(of code: ArraySlice<Float>) -> Double {
    measure(code, dual: inhibitions(by: code)).value
  }

  public func value(of code: ArraySlice<Double>) -> Double {
    measure(code, dual: inhibitions(by: code)).value
  }

  public func measure(
    _ code: ArraySlice<Float>, dual: [Double]
  ) -> (value: Double, slope: Double) {
    sums(code, dual)
  }

  public func measure(
    _ code: ArraySlice<Double>, dual: [Double]
  ) -> (value: Double, slope: Double) {
    sums(code, dual)
  }

  private func sums<Real: BinaryFloatingPoint>(
    _ code: ArraySlice<Real>, _ inhibitions: [Double]
  ) -> (value: Double, slope: Double) {
    var (size, inhibited) = (0.0, 0.0)
    for (z, inhibition) in zip(code, inhibitions) where z != 0 {
      size += Double(abs(z))
      inhibited += Double(abs(z)) * inhibition
    }
    return (size + 0.5 * inhibited, size + inhibited)
  }

  public func addGradient(
    of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix
  ) -> Double {
    var sum = 0.0
    for row in 0..<z.rows {
      let code = z.row(row)
      let inhibitions = inhibitions(by: code)
      sum += measure(code, dual: inhibitions).value
      for (unit, value) in zip(0..., code) where value != 0 {
        let slope = scale * Float(1 + inhibitions[unit])
        gradient[row, unit] += value < 0 ? -slope : slope
      }
    }
    return sum
  }

  public func shrink(
    _ codes: inout MutableSpan<Float>, at units: Range<Int>, by threshold: Float,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    softThreshold(&codes, units, threshold, isNonnegative, &dual)
  }

  public func shrink(
    _ codes: inout MutableSpan<Double>, at units: Range<Int>, by threshold: Double,
    isNonnegative: Bool, dual: inout [Double]
  ) {
    softThreshold(&codes, units, threshold, isNonnegative, &dual)
  }

  /// By the thresholds of the code before the step: of all functions that are no smaller than R and touch it there
  /// the one whose step is known, so that no step raises the energy.
  private func softThreshold<Real: BinaryFloatingPoint>(
    _ codes: inout MutableSpan<Real>, _ units: Range<Int>, _ threshold: Real,
    _ isNonnegative: Bool, _ dual: inout [Double]
  ) {
    let least: Real = isNonnegative ? 0 : -.infinity
    var code: [Real] = []
    code.reserveCapacity(units.count)
    for (unit, inhibition) in zip(units, dual) {
      let (u, own) = (codes[unit], threshold * Real(1 + inhibition))
      codes[unit] = max(u - own, 0) + max(least, min(u + own, 0))
      code.append(codes[unit])
    }
    dual = inhibitions(by: code[...])
  }

  public func shares(unitCount: Int) -> [Float] { [Float](repeating: 1, count: unitCount) }

  public func dualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    largest(correlation, isNonnegative, dual)
  }

  public func dualNorm(
    of correlation: ArraySlice<Double>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double {
    largest(correlation, isNonnegative, dual)
  }

  /// The largest |q_k| of the threshold of its unit; without `dual` those of zeros.
  private func largest<Real: BinaryFloatingPoint>(
    _ correlation: ArraySlice<Real>, _ isNonnegative: Bool, _ dual: [Double]
  ) -> Double {
    zip(0..., correlation).reduce(0) { largest, element in
      let q = Double(isNonnegative ? element.1 : abs(element.1))
      return max(largest, dual.isEmpty ? q : q / (1 + dual[element.0]))
    }
  }

  /// The same with S as many times as large.
  public func scaled(by factor: Float) throws -> LateralPenalty {
    var s = inhibition
    s.scale(by: factor)
    return try LateralPenalty(s)
  }

  public func keeping(units: [Int]) throws -> any Penalty {
    let rows = inhibition.rows(at: units)
    return try LateralPenalty(rows.transposed.rows(at: units))
  }
}

/// Why a matrix is no S.
public enum InhibitionProblem: Error, Equatable, CustomStringConvertible {
  case notSquare(rows: Int, columns: Int)
  case notMatrix(shape: [Int])
  case moreArrays
  case otherUnits(expected: Int, found: Int)
  case notSymmetric(Int, Int, Float, Float)
  case diagonal(Int, Float)
  case negative(Int, Int, Float)
  case notFinite(Int, Int)
  case tooLarge(Int, Int, Float)

  public var description: String {
    switch self {
    case .notSquare(let rows, let columns):
      "S is [\(rows),\(columns)], expected as many rows as columns, a unit each"
    case .notMatrix(let shape):
      "an array of \(shape.count) axes, expected S, [K,K]"
    case .moreArrays: "more than one array, expected S alone, [K,K]"
    case .otherUnits(let expected, let found):
      "S is of \(found) units, expected \(expected)"
    case .notSymmetric(let row, let column, let value, let other):
      "S is not symmetric: \(value) at \(row),\(column), \(other) at \(column),\(row)"
    case .diagonal(let unit, let value):
      "S has \(value) at \(unit),\(unit), expected a diagonal of zeros: no unit inhibits itself"
    case .negative(let row, let column, let value):
      "S has \(value) at \(row),\(column), expected nothing below 0"
    case .notFinite(let row, let column): "S is not finite at \(row),\(column)"
    case .tooLarge(let row, let column, let value):
      "S has \(value) at \(row),\(column), expected at most \(Self.limit)"
    }
  }

  /// S times codes stays within Float32.
  private static let limit: Float = 1e30

  /// - Throws: the first problem of a matrix.
  static func check(_ s: Matrix) throws(InhibitionProblem) {
    guard s.rows == s.columns else {
      throw .notSquare(rows: s.rows, columns: s.columns)
    }
    for row in 0..<s.rows {
      for (column, value) in zip(0..., s.row(row)) {
        guard value.isFinite else { throw .notFinite(row, column) }
        guard value >= 0 else { throw .negative(row, column, value) }
        guard value <= limit else { throw .tooLarge(row, column, value) }
        guard row != column || value == 0 else { throw .diagonal(row, value) }
        guard value == s[column, row] else {
          throw .notSymmetric(row, column, value, s[column, row])
        }
      }
    }
  }
}

extension Penalty where Self == LateralPenalty {
  /// Σ|z_k| + ½|z|ᵀS|z|.
  /// - Parameters:
  ///   - inhibition: S, [K, K].
  ///   - unitCount: K.
  /// - Throws: ``InhibitionProblem``.
  public static func lateral(_ inhibition: Matrix, unitCount: Int) throws -> LateralPenalty {
    guard inhibition.rows == unitCount else {
      throw InhibitionProblem.otherUnits(expected: unitCount, found: inhibition.rows)
    }
    return try LateralPenalty(inhibition)
  }
}
