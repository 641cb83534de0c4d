import LinearAlgebra

/// The feed-forward encoder: `z₀ = f_θ₀(We x)`, then T times `z_t = f_θt(We x + S_t z_{t−1})`, then a
/// gain. S and θ are usually shared by all steps; they may also be each step's own.
///
/// An encoder of ``Form/coordinate`` moves one unit at each of its T iterations instead of all.
///
/// f is one of each unit by itself, or the proximal step of a penalty of pools.
///
/// T = 0 is the one-shot encoder; with `f` a shrinkage and weights from ``unrolling(_:iterations:)``
/// T passes are T more steps of ISTA (LISTA before training; Gregor & LeCun 2010); with `relu` it is
/// the encoder of Rolfe & LeCun 2013, whose z¹ is our z₀.
public struct Encoder: Sendable {
  /// We, [K, D].
  public let weight: Matrix
  /// S, each [K, K]: none, where T is 0; one that all passes share; or T, one a pass. Of units that see windows
  /// each is [K, places·units], of the units at all places that a window overlaps: see ``Tiling/recurrent(units:)``.
  public let recurrent: [Matrix]
  /// θ, each [K], or [P] where f is of pools: one that all steps share, or T + 1, one a step.
  public let threshold: [[Float]]
  /// One factor per unit on the last code, [K].
  public let gain: [Float]?
  /// f.
  public let function: EncoderFunction
  public let form: Form
  /// T, passes through S or, of the coordinate form, updates.
  public let iterations: Int

  /// We, and the S of the parallel form.
  private let packed: PackedOnce
  /// Nil in the parallel form, and where T is 0.
  private let updates: CoordinateUpdates?

  /// What T may be.
  public static let iterationCounts = Interval.from(0, to: 10_000)
  /// What β may be.
  public static let sharpnesses = Interval.above(0)

  /// What an iteration changes.
  public enum Form: String, Sendable, CaseIterable {
    /// All units: z ← f(We x + S z).
    case parallel
    /// The unit that would move the most (LCoD; Gregor & LeCun 2010). From B = We x and z = 0: with
    /// z̄ = f(B) and k = argmax|z̄ − z|, B ← B + S_{:k}(z̄_k − z_k) and z_k ← z̄_k. In the end z = f(B)
    /// for all units. S and θ are shared, f is `relu` or `shrink`. A unit whose column of S is zero
    /// moves no other one and is never chosen.
    case coordinate
  }

  /// With weights of each step's own, or shared where there is one alone.
  public init(
    weight: Matrix, recurrent: [Matrix], threshold: [[Float]], gain: [Float]? = nil,
    function: EncoderFunction, form: Form = .parallel, iterations: Int
  ) {
    precondition(
      threshold.count == 1 || threshold.count == iterations + 1,
      "\(threshold.count) thresholds for \(iterations) passes")
    let thresholdCount = function.thresholdCount(units: weight.rows)
    precondition(
      threshold.allSatisfy { $0.count == thresholdCount }, "one threshold per unit or pool")
    precondition(
      recurrent.count == 1 || recurrent.count == iterations,
      "\(recurrent.count) S for \(iterations) passes")
    precondition(
      form == .parallel
        || (threshold.count == 1 && recurrent.count <= 1 && function.name.hasCoordinateForm),
      "coordinate updates share their weights")
    self.weight = weight
    self.recurrent = recurrent
    self.threshold = threshold
    self.gain = gain
    self.function = function
    self.form = form
    self.iterations = iterations
    let isParallel = form == .parallel
    packed = PackedOnce([weight] + (isParallel ? recurrent : []))
    updates =
      isParallel || iterations == 0
      ? nil
      : function.name.nonlinearity.map {
        CoordinateUpdates(
          effects: recurrent[0].transposed, thresholds: threshold[0], nonlinearity: $0)
      }
  }

  /// With an f of each unit by itself.
  public init(
    weight: Matrix, recurrent: [Matrix], threshold: [[Float]], gain: [Float]? = nil,
    nonlinearity: Nonlinearity, sharpness: Float = Nonlinearity.defaultSharpness,
    form: Form = .parallel, iterations: Int
  ) {
    self.init(
      weight: weight, recurrent: recurrent, threshold: threshold, gain: gain,
      function: .units(nonlinearity, sharpness: sharpness), form: form, iterations: iterations)
  }

  /// With an f of each unit by itself, and weights that all steps share.
  public init(
    weight: Matrix, recurrent: Matrix? = nil, threshold: [Float], gain: [Float]? = nil,
    nonlinearity: Nonlinearity, sharpness: Float = Nonlinearity.defaultSharpness,
    form: Form = .parallel, iterations: Int
  ) {
    self.init(
      weight: weight, recurrent: recurrent.map { [$0] } ?? [], threshold: [threshold], gain: gain,
      nonlinearity: nonlinearity, sharpness: sharpness, form: form, iterations: iterations)
  }

  /// K.
  public var codeLength: Int { weight.rows }

  /// f of a unit; nil where f is of pools.
  public var nonlinearity: Nonlinearity? { function.name.nonlinearity }

  /// The largest T that these weights serve; nil where all steps share them, which serves any.
  public var iterationLimit: Int? {
    if recurrent.isEmpty { return 0 }
    if threshold.count > 1 { return threshold.count - 1 }
    return recurrent.count > 1 ? recurrent.count : nil
  }

  /// Codes of records.
  /// - Parameter x: records, [N, D].
  /// - Returns: codes, [N, K].
  public func callAsFunction(_ x: Matrix) -> Matrix {
    guard let updates else { return lastCode(of: x) { _, _ in } }
    var code = updates(product(x, packed()[0]), iterations: iterations)
    function(ofStep: iterations).apply(to: &code)
    return code
  }

  /// Codes after every step, z₀ … z_T, of an encoder of ``Form/parallel``. The gain is on each of
  /// them, so that they can be compared; the last is the code of ``callAsFunction(_:)``, to the bit.
  /// - Parameter x: records, [N, D].
  /// - Returns: the codes of a record side by side, [N, (T + 1)·K].
  public func trace(_ x: Matrix) -> Matrix {
    precondition(form == .parallel, "coordinate updates have no trace")
    var trace = Matrix(zeros: x.rows * (iterations + 1), columns: codeLength)
    func set(_ step: Int, _ code: Matrix) {
      for record in 0..<x.rows {
        trace.setRow(record * (iterations + 1) + step, to: code.row(record))
      }
    }
    let last = lastCode(of: x) { step, code in
      var code = code
      if let gain { code.scaleColumns(by: gain) }
      set(step, code)
    }
    set(iterations, last)
    return Matrix(
      rows: x.rows, columns: (iterations + 1) * codeLength, elements: trace.elements)
  }

  /// The passes of the parallel form.
  /// - Parameter visit: is shown the code of each step before the last, without the gain.
  /// - Returns: the last code, [N, K].
  private func lastCode(of x: Matrix, _ visit: (Int, Matrix) -> Void) -> Matrix {
    let packed = packed()
    guard iterations > 0 else { return function(ofStep: 0)(x, packed[0]) }
    let drive = product(x, packed[0])
    var code = drive
    function(ofStep: 0).apply(to: &code)
    for pass in 1...iterations {
      visit(pass - 1, code)
      let weights = packed[recurrent.count > 1 ? pass : 1]
      code = function(ofStep: pass)(code, weights, start: .matrix(drive))
    }
    return code
  }

  /// f of z_t, and the gain where it is the last.
  /// - Parameter units: whose they are, where f is one of each unit; nil is all.
  func function(ofStep step: Int, units: Range<Int>? = nil) -> EncoderStep {
    let thresholds = threshold.count > 1 ? threshold[step] : threshold[0]
    let gain = step == iterations ? gain : nil
    guard let units else { return EncoderStep(function, thresholds: thresholds, gain: gain) }
    return EncoderStep(
      function, thresholds: Array(thresholds[units]), gain: gain.map { Array($0[units]) })
  }

  /// The same weights with another T, at most ``iterationLimit``; of each step's own the first are
  /// kept.
  public func with(iterations: Int) -> Encoder {
    precondition(
      iterationLimit.map { iterations <= $0 } ?? true, "T = \(iterations) has no weights")
    return Encoder(
      weight: weight,
      recurrent: recurrent.count > 1 ? Array(recurrent.prefix(iterations)) : recurrent,
      threshold: threshold.count > 1 ? Array(threshold.prefix(iterations + 1)) : threshold,
      gain: gain, function: function, form: form, iterations: iterations)
  }
}
