import LinearAlgebra
import SparseCoding

/// Which parts of an encoder are learned, in the order in which gradients come.
struct EncoderParameters: Sendable {
  /// The encoder that training starts at; its shapes and its function stay.
  let start: Encoder

  var parameters: [Parameter] {
    var parameters = [Parameter(.weight, start.weight)]
    if !start.recurrent.isEmpty {
      parameters.append(
        Parameter(.recurrent, .stacked(start.recurrent.map(turned), columns: start.codeLength)))
    }
    parameters.append(Parameter(.threshold, thresholds, thresholdConstraint))
    if let gain = start.gain {
      parameters.append(Parameter(.gain, Matrix(rows: 1, columns: gain.count, elements: gain)))
    }
    return parameters
  }

  /// A threshold below zero would make a shrinkage jump.
  private var thresholdConstraint: Parameter.Constraint {
    switch start.nonlinearity {
    case .shrink, .smoothShrink: .nonnegative
    case .relu, .tanh: .none
    }
  }

  private var thresholds: Matrix {
    Matrix(
      rows: start.threshold.count, columns: start.codeLength,
      elements: start.threshold.flatMap { $0 })
  }

  /// What of an S is learned: of a coordinate encoder, which needs columns, Sᵀ.
  private func turned(_ recurrent: Matrix) -> Matrix {
    start.form == .coordinate ? recurrent.transposed : recurrent
  }

  /// Values of ``parameters`` by what they are.
  struct Weights {
    let weight: Matrix
    /// S of each pass, or Sᵀ of a coordinate encoder.
    let recurrent: [Matrix]
    let thresholds: [[Float]]
    let gain: [Float]?
  }

  /// - Parameter values: of ``parameters``; values that follow are not looked at.
  func weights(_ values: [Matrix]) -> Weights {
    var values = values[...]
    let weight = values.removeFirst()
    let stacked = start.recurrent.isEmpty ? nil : values.removeFirst()
    let thresholds = values.removeFirst()
    return Weights(
      weight: weight, recurrent: stacked.map(split) ?? [],
      thresholds: (0..<thresholds.rows).map { Array(thresholds.row($0)) },
      gain: start.gain == nil ? nil : values.removeFirst().elements)
  }

  private func split(_ stacked: Matrix) -> [Matrix] {
    let units = start.codeLength
    if stacked.rows == units { return [stacked] }
    return stride(from: 0, to: stacked.rows, by: units).map { stacked.rows($0..<$0 + units) }
  }

  /// The encoder of values of ``parameters``.
  func encoder(_ values: [Matrix]) -> Encoder {
    let weights = weights(values)
    return Encoder(
      weight: weights.weight, recurrent: weights.recurrent.map(turned),
      threshold: weights.thresholds, gain: weights.gain, nonlinearity: start.nonlinearity,
      sharpness: start.sharpness, form: start.form, iterations: start.iterations)
  }
}
