/// A way to the exact code of one record in Double.
protocol PreciseMethod {
  /// - Parameters:
  ///   - correlation: DᵀPx, [penalised K].
  ///   - squaredNorm: ‖Px‖².
  ///   - start: a code to begin at, [penalised K], for a method that takes one.
  ///   - relativeGap: at which it may end; nil is as good as it gets.
  mutating func solve(
    _ correlation: [Double], squaredNorm: Double, from start: [Double], to relativeGap: Double?
  ) -> PreciseCode
}

/// A code in Double.
struct PreciseCode {
  /// [penalised K].
  let code: [Double]
  /// What the last proximal step left, where there was one.
  var dual: [Double]?
}

extension HomotopyPath: PreciseMethod where System == AtomSystem {
  mutating func solve(
    _ correlation: [Double], squaredNorm: Double, from start: [Double], to relativeGap: Double?
  ) -> PreciseCode {
    let units = correlation.count
    // More units that come and go are a path that goes round in circles, as equal atoms could make it.
    _ = follow(correlation, limit: 20 * units + 100)
    for _ in 0..<2 {
      refresh(correlation)
      _ = polish()
    }
    var exact = [Double](repeating: 0, count: units)
    for (unit, value) in unitsInUse { exact[unit] = value }
    return PreciseCode(code: exact)
  }
}

extension BlockDescent: PreciseMethod where Real == Double {
  /// Rounds: where these do not do, ten times as many hardly would.
  private static var roundLimit: Int { 2000 }

  mutating func solve(
    _ correlation: [Double], squaredNorm: Double, from start: [Double], to relativeGap: Double?
  ) -> PreciseCode {
    begin(correlation, squaredNorm: squaredNorm, at: start)
    // A tenth of the gap is left for rounding the code to Float.
    _ = run(
      until: .init(relativeGap: 0.9 * (relativeGap ?? 1e-6), iterationLimit: Self.roundLimit))
    return PreciseCode(code: code)
  }
}
