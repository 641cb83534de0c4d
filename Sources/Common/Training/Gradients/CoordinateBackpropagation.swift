import LinearAlgebra
import SparseCoding

/// Backpropagation through a coordinate encoder: through the values of the units that were chosen,
/// the choices held fixed (Gregor & LeCun 2010, LCoD).
struct CoordinateBackpropagation: Sendable {
  /// The iterations of each record.
  typealias Moves = [[CoordinateUpdates.Move]]

  private let iterations: Int
  private let epilogue: Epilogue
  private let weight: PackedMatrix
  private let updates: CoordinateUpdates

  /// - Parameter encoder: whose shapes and function these are.
  init(_ encoder: Encoder, _ weights: EncoderMap.Weights, on threads: Threads) {
    guard let nonlinearity = encoder.nonlinearity else {
      preconditionFailure("coordinate updates are of units")
    }
    iterations = encoder.iterations
    epilogue = Epilogue(nonlinearity, thresholds: weights.thresholds[0])
    weight = PackedMatrix(weights.weight, on: threads)
    updates = CoordinateUpdates(
      effects: weights.recurrent[0], thresholds: weights.thresholds[0],
      nonlinearity: nonlinearity)
  }

  /// Codes, [N, K], and how they came about.
  func forward(_ x: Matrix) -> (code: Matrix, moves: Moves) {
    var code = product(x, weight)
    var moves: Moves = []
    moves.reserveCapacity(x.rows)
    updates.effects.withView { effects in
      var state = CoordinateUpdates.State(units: effects.rows)
      for row in 0..<code.rows {
        state.begin(with: code.row(row))
        var made: [CoordinateUpdates.Move] = []
        while made.count < iterations, let move = updates.update(&state, effects) {
          made.append(move)
        }
        moves.append(made)
        code.setRow(row, to: state.drive[...])
      }
    }
    epilogue.apply(to: &code)
    return (code, moves)
  }

  /// Gradients of We, Sᵀ and θ, and ∂/∂(We x), [N, K].
  /// - Parameters:
  ///   - delta: ∂/∂ of the codes, [N, K].
  ///   - code: what ``forward(_:)`` gave.
  func backward(
    _ delta: Matrix, through moves: Moves, code: Matrix, records x: Matrix
  ) -> (gradients: ParameterMatrices, driveDelta: Matrix) {
    var delta = delta
    var thresholds = [Float](repeating: 0, count: delta.columns)
    backpropagate(&delta, through: epilogue, outputs: code, thresholdSums: &thresholds)
    var effectsGradient = Matrix(zeros: delta.columns, columns: delta.columns)
    updates.effects.withView { effects in
      for row in 0..<delta.rows {
        var driveDelta = Array(delta.row(row))
        ascend(moves[row], &driveDelta, &thresholds, &effectsGradient, effects)
        delta.setRow(row, to: driveDelta[...])
      }
    }
    let gradients: ParameterMatrices = [
      .encoderWeight: transposedProduct(delta, x), .encoderRecurrent: effectsGradient,
      .encoderThreshold: Matrix(rows: 1, columns: delta.columns, elements: thresholds),
    ]
    return (gradients, delta)
  }

  /// One record's way back: `driveDelta` goes from ∂/∂B at the end to ∂/∂(We x).
  private func ascend(
    _ moves: [CoordinateUpdates.Move], _ driveDelta: inout [Float], _ thresholds: inout [Float],
    _ effectsGradient: inout Matrix, _ effects: MatrixView
  ) {
    var stateDelta = [Float](repeating: 0, count: driveDelta.count)
    for move in moves.reversed() {
      addScaled(move.change, driveDelta, toRow: move.unit, of: &effectsGradient)
      let changeDelta = dot(driveDelta, rowOf: effects, move.unit)
      let valueDelta = changeDelta + stateDelta[move.unit]
      stateDelta[move.unit] = -changeDelta
      guard move.value != 0 else { continue }
      driveDelta[move.unit] += valueDelta
      // A larger threshold brings any value nearer to zero.
      thresholds[move.unit] -= move.value > 0 ? valueDelta : -valueDelta
    }
  }
}
