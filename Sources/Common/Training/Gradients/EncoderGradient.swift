import LinearAlgebra
import SparseCoding

/// An encoder with what the way back through it needs.
public struct EncoderGradient: PreparedMap {
  /// What led to codes.
  public struct Tape: Sendable {
    /// Codes before the gain, [N, K].
    fileprivate let ungained: Matrix
    fileprivate let way: Way
  }

  fileprivate enum Way: Sendable {
    case passes([Matrix])
    case moves(CoordinateBackpropagation.Moves)
  }

  private let gain: [Float]?
  private let passes: PassBackpropagation?
  private let moves: CoordinateBackpropagation?
  /// We, for the way back to the input, where that is wanted.
  private let weight: LinearMap?

  /// - Parameters:
  ///   - values: of the map's parameters.
  ///   - wantsInput: whether the way back goes on to the input.
  init(_ map: EncoderMap, _ values: ParameterMatrices, wantsInput: Bool, on threads: Threads) {
    let weights = map.weights(values)
    gain = weights.gain
    weight =
      wantsInput ? LinearMap(weights.weight, map.geometry, for: .adjoint, on: threads) : nil
    switch map.start.form {
    case .parallel:
      passes = PassBackpropagation(map.start, map.geometry, weights, on: threads)
      moves = nil
    case .coordinate:
      passes = nil
      moves = CoordinateBackpropagation(map.start, weights, on: threads)
    }
  }

  public func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: Tape) {
    let way: Way
    let ungained: Matrix
    if let moves {
      let (code, steps) = moves.forward(x)
      (ungained, way) = (code, .moves(steps))
    } else {
      let codes = passes?.forward(x) ?? []
      (ungained, way) = (codes[codes.count - 1], .passes(codes))
    }
    var code = ungained
    if let gain { code.scaleColumns(by: gain) }
    return (code, Tape(ungained: ungained, way: way))
  }

  public func backward(
    _ delta: consuming Matrix, from tape: Tape, input x: Matrix
  ) -> (gradients: ParameterMatrices, input: Matrix?) {
    var gainGradient: ParameterMatrices = [:]
    if let gain {
      let sums = columnDots(delta, tape.ungained)
      gainGradient[.encoderGain] = Matrix(rows: 1, columns: sums.count, elements: sums)
      delta.scaleColumns(by: gain)
    }
    let back =
      switch tape.way {
      case .passes(let codes): passes?.backward(delta, through: codes, records: x)
      case .moves(let steps):
        moves?.backward(delta, through: steps, code: tape.ungained, records: x)
      }
    guard let back else { preconditionFailure("a tape of another encoder") }
    return (gainGradient + back.gradients, weight.map { $0.adjoint(back.driveDelta) })
  }
}

/// Backpropagation through the passes of a parallel encoder: z₀ = f(We x), z_t = f(We x + S z_{t−1})
/// (backpropagation through time where S is shared).
struct PassBackpropagation: Sendable {
  private let iterations: Int
  /// f of each step; one where its thresholds are shared.
  private let functions: [EncoderStep]
  /// K, or P where f is of pools.
  private let thresholdCount: Int
  private let weight: LinearMap
  /// S of each pass; one where it is shared.
  private let recurrent: [RecurrentMap]

  /// - Parameters:
  ///   - encoder: whose shapes and function these are.
  ///   - geometry: what its units see.
  init(
    _ encoder: Encoder, _ geometry: Geometry, _ weights: EncoderMap.Weights, on threads: Threads
  ) {
    iterations = encoder.iterations
    functions = weights.thresholds.map { EncoderStep(encoder.function, thresholds: $0) }
    thresholdCount = encoder.function.thresholdCount(units: encoder.codeLength)
    weight = LinearMap(weights.weight, geometry, on: threads)
    recurrent = weights.recurrent.map { RecurrentMap($0, geometry, on: threads) }
  }

  private func function(_ step: Int) -> EncoderStep {
    functions[functions.count == 1 ? 0 : step]
  }

  private func recurrent(_ pass: Int) -> RecurrentMap {
    recurrent[recurrent.count == 1 ? 0 : pass]
  }

  /// z₀ … z_T, each [N·cells, K].
  func forward(_ x: Matrix) -> [Matrix] {
    guard iterations > 0 else { return [function(0).applied { weight(x, $0) }] }
    let drive = weight(x)
    var code = drive
    function(0).apply(to: &code)
    var codes = [code]
    for pass in 0..<iterations {
      codes.append(recurrent(pass)(codes[pass], drive: drive, function(pass + 1)))
    }
    return codes
  }

  /// Gradients of We, of S where there is one, stacked where there are several, and of θ; and
  /// ∂/∂(We x), [N·cells, K].
  /// - Parameter delta: ∂/∂z_T, [N·cells, K].
  func backward(
    _ delta: consuming Matrix, through codes: [Matrix], records x: Matrix
  ) -> (gradients: ParameterMatrices, driveDelta: Matrix) {
    let units = delta.columns
    var driveDelta = Matrix(zeros: 0, columns: units)
    var deltas = [Matrix](repeating: driveDelta, count: iterations)
    var thresholds = [[Float]](
      repeating: [Float](repeating: 0, count: thresholdCount), count: functions.count)
    for step in stride(from: iterations, through: 0, by: -1) {
      function(step).backpropagate(
        &delta, outputs: codes[step],
        thresholdSums: &thresholds[functions.count == 1 ? 0 : step])
      if step == iterations { driveDelta = delta } else { add(delta, to: &driveDelta) }
      guard step > 0 else { break }
      deltas[step - 1] = delta
      delta = recurrent(step - 1).adjoint(delta)
    }
    var gradients: ParameterMatrices = [
      .encoderWeight: weight.gradient(driveDelta, input: x),
      .encoderThreshold: Matrix(
        rows: thresholds.count, columns: thresholdCount, elements: thresholds.flatMap { $0 }),
    ]
    if !recurrent.isEmpty {
      gradients[.encoderRecurrent] = recurrentGradient(deltas, codes, units: units)
    }
    return (gradients, driveDelta)
  }

  /// Σ δ_t z_{t−1}ᵀ, over all passes where S is shared.
  private func recurrentGradient(_ deltas: [Matrix], _ codes: [Matrix], units: Int) -> Matrix {
    if recurrent.count == 1 {
      return recurrent[0].gradient(
        .stacked(deltas, columns: units), input: .stacked(codes.dropLast(), columns: units))
    }
    return .stacked(
      recurrent.indices.map { recurrent[$0].gradient(deltas[$0], input: codes[$0]) })
  }
}

extension Matrix {
  /// The same of one matrix or more.
  static func stacked(_ parts: [Matrix]) -> Matrix { stacked(parts, columns: parts[0].columns) }

  /// Matrices of the same width, one below the other.
  static func stacked(_ parts: some Collection<Matrix>, columns: Int) -> Matrix {
    var elements: [Float] = []
    elements.reserveCapacity(parts.reduce(0) { $0 + $1.elements.count })
    for part in parts { elements += part.elements }
    return Matrix(rows: elements.count / max(columns, 1), columns: columns, elements: elements)
  }
}
