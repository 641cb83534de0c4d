import LinearAlgebra

/// The feed-forward encoder: `z₀ = f_θ₀(We x)`, then T times `z_t = f_θt(We x + S_t z_{t−1})`, then a
/// gain. S and θ are usually shared by all steps; they may also be each step's own.
///
/// T = 0 is the one-shot encoder; with `f` a shrinkage and weights from ``unrolling(_:iterations:)``
/// T passes are T more steps of ISTA (LISTA before training; Gregor & LeCun 2010); with `relu` it is
/// the encoder of Rolfe & LeCun 2013, whose z¹ is our z₀.
public struct Encoder: Sendable {
  /// We, [K, D].
  public let weight: Matrix
  /// S, each [K, K]: none, where T is 0; one that all passes share; or T, one a pass.
  public let recurrent: [Matrix]
  /// θ, each [K]: one that all steps share, or T + 1, one a step.
  public let threshold: [[Float]]
  /// One factor per unit on the last code, [K].
  public let gain: [Float]?
  public let nonlinearity: Nonlinearity
  /// T, passes through S.
  public let iterations: Int

  private let packedWeight: PackedMatrix
  private let packedRecurrent: [PackedMatrix]

  /// With weights of each step's own, or shared where there is one alone.
  public init(
    weight: Matrix, recurrent: [Matrix], threshold: [[Float]], gain: [Float]? = nil,
    nonlinearity: Nonlinearity, iterations: Int
  ) {
    precondition(
      threshold.count == 1 || threshold.count == iterations + 1,
      "\(threshold.count) thresholds for \(iterations) passes")
    precondition(threshold.allSatisfy { $0.count == weight.rows }, "one threshold per unit")
    precondition(
      recurrent.count == 1 || recurrent.count == iterations,
      "\(recurrent.count) S for \(iterations) passes")
    self.weight = weight
    self.recurrent = recurrent
    self.threshold = threshold
    self.gain = gain
    self.nonlinearity = nonlinearity
    self.iterations = iterations
    packedWeight = PackedMatrix(weight)
    packedRecurrent = recurrent.map { PackedMatrix($0) }
  }

  /// With weights that all steps share.
  public init(
    weight: Matrix, recurrent: Matrix? = nil, threshold: [Float], gain: [Float]? = nil,
    nonlinearity: Nonlinearity, iterations: Int
  ) {
    self.init(
      weight: weight, recurrent: recurrent.map { [$0] } ?? [], threshold: [threshold], gain: gain,
      nonlinearity: nonlinearity, iterations: iterations)
  }

  /// K.
  public var codeLength: Int { weight.rows }

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
    guard iterations > 0 else {
      return product(x, packedWeight, activation: activation(ofStep: 0))
    }
    let drive = product(x, packedWeight)
    var code = drive
    activation(ofStep: 0).apply(to: &code)
    for pass in 1...iterations {
      let weights = packedRecurrent.count > 1 ? packedRecurrent[pass - 1] : packedRecurrent[0]
      code = product(code, weights, start: .matrix(drive), activation: activation(ofStep: pass))
    }
    return code
  }

  /// f of z_t, and the gain where it is the last.
  private func activation(ofStep step: Int) -> Activation {
    Activation(
      nonlinearity, thresholds: threshold.count > 1 ? threshold[step] : threshold[0],
      gain: step == iterations ? gain : nil)
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
      gain: gain, nonlinearity: nonlinearity, iterations: iterations)
  }

  /// ISTA for `problem`, unrolled: `We = DᵀP/L`, `S = I − DᵀPD/L`, `θ = λ/L`, where P removes the DC
  /// unit's direction (P = I without one). The DC unit itself takes, at every pass, the value that is
  /// best for the code before the pass: row `d₀ᵀ/‖d₀‖²` of We, row `−d₀ᵀD/‖d₀‖²` of S, threshold 0 (so
  /// a `relu` encoder cuts a DC below zero to zero). For atoms of mean zero that is its exact value.
  ///
  /// ISTA, Gregor & LeCun 2010, eq. 3, with the step 1/L, L the largest eigenvalue of DᵀPD.
  public static func unrolling(_ problem: LassoProblem, iterations: Int) -> Encoder {
    let penalised = problem.penalisedCount
    let step = 1 / problem.lipschitz
    var weight = problem.projectedAtoms
    for index in weight.elements.indices { weight.elements[index] *= step }
    var recurrent = Matrix(zeros: problem.codeLength, columns: problem.codeLength)
    for row in 0..<penalised {
      for column in 0..<penalised {
        recurrent[row, column] = (row == column ? 1 : 0) - step * problem.gram[row, column]
      }
    }
    var threshold = [Float](repeating: step * problem.lambda, count: penalised)
    if let constant = problem.constantUnit {
      weight = weight.appending(row: constant.direction)
      for column in 0..<penalised { recurrent[penalised, column] = -constant.overlap[column] }
      threshold.append(0)
    }
    return Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold,
      nonlinearity: problem.isNonnegative ? .relu : .shrink, iterations: iterations)
  }
}

/// The function of a unit; its threshold θ is one per unit.
///
/// `relu`: max(0, v − θ); `shrink`: sign(v)(|v| − θ)₊; `tanh`: tanh(v − θ).
public typealias Nonlinearity = Pointwise
