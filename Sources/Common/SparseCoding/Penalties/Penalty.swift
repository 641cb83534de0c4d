import LinearAlgebra

/// R of ½‖x − Dz‖² + λR(z), a norm, or the inhibition of units by each other: what makes codes sparse.
public protocol Penalty: Sendable {
  /// Its name in options and model files.
  var kind: PenaltyKind { get }

  /// The pools whose norms it adds up, where it is a penalty of pools.
  var pools: PoolLayout? { get }

  /// The same where they are apart or a tree, so that a proximal step is one pass of them.
  var poolTree: PoolTree? { get }

  /// Whether its pools are apart and each has one weight, so that a code may be sought pool by pool.
  var isSeparable: Bool { get }

  /// Whether it is convex, and grows as its code does: where it is neither, codes that no unit leaves are many, and what
  /// a step leaves is what its code tells.
  var isConvex: Bool { get }

  /// How many numbers a proximal step leaves for the next of the same record to begin with: none where it is
  /// exact in one pass.
  var dualLength: Int { get }

  /// How much λR adds to the largest eigenvalue of the energy's curvature, as a multiple of λ: 0 of a norm.
  var curvature: Float { get }

  /// What a proximal step that gives a code leaves, as far as the code tells: ∂R/∂z, [``dualLength``].
  /// - Parameter code: [K].
  func dual(of code: ArraySlice<Double>) -> [Double]

  /// R of one code, [K].
  func value(of code: ArraySlice<Float>) -> Double
  /// The same in Double, [K].
  func value(of code: ArraySlice<Double>) -> Double

  /// R of one code, [K], and its slope along it, zᵀ∂R/∂z, the same of a norm.
  /// - Parameter dual: of the step that gave it, or what the code tells of that.
  func measure(_ code: ArraySlice<Float>, dual: [Double]) -> (value: Double, slope: Double)
  /// The same in Double, [K].
  func measure(_ code: ArraySlice<Double>, dual: [Double]) -> (value: Double, slope: Double)

  /// The sum over all records.
  /// - Parameter z: codes, [N, K].
  func value(of z: Matrix) -> Double

  /// Adds `scale` times ∂R/∂z, taking 0 where R has a corner.
  /// - Parameters:
  ///   - z: codes, [N, K].
  ///   - gradient: [N, K].
  /// - Returns: the sum of R over all records.
  func addGradient(of z: Matrix, scaledBy scale: Float, to gradient: inout Matrix) -> Double

  /// The proximal step of one code, in place: u becomes argmin over z of ½‖z − u‖² + tR(z), z ≥ 0 where
  /// asked.
  /// - Parameters:
  ///   - codes: [N·K], of which `units` are the code.
  ///   - threshold: t.
  ///   - dual: [``dualLength``], zeros at first.
  func shrink(
    _ codes: inout MutableSpan<Float>, at units: Range<Int>, by threshold: Float,
    isNonnegative: Bool, dual: inout [Double])
  /// The same in Double.
  func shrink(
    _ codes: inout MutableSpan<Double>, at units: Range<Int>, by threshold: Double,
    isNonnegative: Bool, dual: inout [Double])

  /// The same of many codes, [N, K], by a threshold each.
  /// - Parameter duals: of each.
  /// - Returns: R of each code that comes of it, [N], rounded to Float, where the step tells; nil otherwise.
  @discardableResult
  func shrink(
    _ codes: inout Matrix, by thresholds: [Float], isNonnegative: Bool, duals: inout [[Double]]
  ) -> [Double]?

  /// What of λ a unit has to exceed to be in use, [K]: of pools, where all their members are of one size.
  func shares(unitCount: Int) -> [Float]

  /// The same of some of the units alone, numbered anew in the order given; pools without any of them are gone.
  /// - Throws: ``PoolProblem`` where what is left of the pools is none for the penalty.
  func keeping(units: [Int]) throws -> any Penalty

  /// The dual norm of q, [K]: the largest qᵀz of all z with R(z) ≤ 1, z ≥ 0 where asked; or a number above
  /// it. Codes are zero from λ = R°(Dᵀx) on, and it scales the dual point of a gap.
  /// - Parameters:
  ///   - level: about what it may be, 0 where nothing is known.
  ///   - dual: of a proximal step nearby; zeros, or none, where there is none.
  func dualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double
  /// A number that the dual norm, or `level`, is at least, where that is quicker to say.
  func leastDualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double
  ) -> Double?
  /// The dual norm in Double.
  func dualNorm(
    of correlation: ArraySlice<Double>, isNonnegative: Bool, near level: Double, dual: [Double]
  ) -> Double
}

/// Penalties by name, as options and model files have them.
public enum PenaltyKind: String, Sendable, CaseIterable {
  case l1
  case group
  case tree
  case lateral

  /// Whether it is one of pools.
  public var isOfPools: Bool { self == .group || self == .tree }
}

extension Penalty {
  public var isConvex: Bool { true }

  public var curvature: Float { 0 }

  public func measure(
    _ code: ArraySlice<Float>, dual: [Double]
  ) -> (value: Double, slope: Double) {
    let value = value(of: code)
    return (value, value)
  }

  public func measure(
    _ code: ArraySlice<Double>, dual: [Double]
  ) -> (value: Double, slope: Double) {
    let value = value(of: code)
    return (value, value)
  }

  @discardableResult
  public func shrink(
    _ codes: inout Matrix, by thresholds: [Float], isNonnegative: Bool, duals: inout [[Double]]
  ) -> [Double]? {
    let columns = codes.columns
    var span = codes.elements.mutableSpan
    for row in thresholds.indices {
      var dual = duals[row]
      duals[row] = []
      shrink(
        &span, at: row * columns..<(row + 1) * columns, by: thresholds[row],
        isNonnegative: isNonnegative, dual: &dual)
      duals[row] = dual
    }
    return nil
  }

  public func leastDualNorm(
    of correlation: ArraySlice<Float>, isNonnegative: Bool, near level: Double
  ) -> Double? { nil }

  public func value(of z: Matrix) -> Double {
    (0..<z.rows).reduce(0) { $0 + value(of: z.row($1)) }
  }
}
