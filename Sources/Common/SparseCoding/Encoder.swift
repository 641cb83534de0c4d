import LinearAlgebra

/// The feed-forward encoder: `z₀ = f(We x)`, then T times `z ← f(We x + S z)`, then a gain.
///
/// T = 0 is the one-shot encoder; with `f` a shrinkage and weights from ``unrolling(_:iterations:)``
/// T passes are T more steps of ISTA (LISTA before training; Gregor & LeCun 2010); with `relu` it is
/// the encoder of Rolfe & LeCun 2013, whose z¹ is our z₀.
public struct Encoder: Sendable {
  /// We, [K, D].
  public let weight: Matrix
  /// S, [K, K]; needed where T > 0.
  public let recurrent: Matrix?
  /// One threshold per unit, [K].
  public let threshold: [Float]
  /// One factor per unit on the last code, [K].
  public let gain: [Float]?
  public let nonlinearity: Nonlinearity
  /// T, passes through S.
  public let iterations: Int

  private let packedWeight: PackedMatrix
  private let packedRecurrent: PackedMatrix?

  public init(
    weight: Matrix, recurrent: Matrix? = nil, threshold: [Float], gain: [Float]? = nil,
    nonlinearity: Nonlinearity, iterations: Int
  ) {
    precondition(threshold.count == weight.rows, "one threshold per unit")
    precondition(iterations == 0 || recurrent != nil, "passes through S need an S")
    self.weight = weight
    self.recurrent = recurrent
    self.threshold = threshold
    self.gain = gain
    self.nonlinearity = nonlinearity
    self.iterations = iterations
    packedWeight = PackedMatrix(weight)
    packedRecurrent = recurrent.map { PackedMatrix($0) }
  }

  /// K.
  public var codeLength: Int { weight.rows }

  /// Codes of records.
  /// - Parameter x: records, [N, D].
  /// - Returns: codes, [N, K].
  public func callAsFunction(_ x: Matrix) -> Matrix {
    guard iterations > 0, let packedRecurrent else {
      return product(x, packedWeight, activation: activation(isLast: true))
    }
    let drive = product(x, packedWeight)
    var code = drive
    activation(isLast: false).apply(to: &code)
    for pass in 1...iterations {
      code = product(
        code, packedRecurrent, start: .matrix(drive),
        activation: activation(isLast: pass == iterations))
    }
    return code
  }

  /// f, and the gain where the code is the last.
  private func activation(isLast: Bool) -> Activation {
    Activation(nonlinearity, thresholds: threshold, gain: isLast ? gain : nil)
  }

  /// The same weights with another T.
  public func with(iterations: Int) -> Encoder {
    Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold, gain: gain,
      nonlinearity: nonlinearity, iterations: iterations)
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
