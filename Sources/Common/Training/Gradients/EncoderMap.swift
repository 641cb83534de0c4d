import LinearAlgebra
import SparseCoding

/// An encoder whose weights are learned.
public struct EncoderMap: AutoencoderMap {
  /// The encoder that training starts at; its shapes and its function stay.
  let start: Encoder
  /// What its units see of a record.
  let geometry: Geometry

  /// - Precondition: an encoder of coordinates sees whole records.
  public init(start: Encoder, _ geometry: Geometry = .dense) {
    precondition(geometry == .dense || start.form == .parallel, "coordinates of windows")
    self.start = start
    self.geometry = geometry
  }

  public var outputLength: Int { start.codeLength }

  public func prepare(
    _ values: ParameterMatrices, wantsInput: Bool, on threads: Threads
  ) -> EncoderGradient {
    EncoderGradient(self, values, wantsInput: wantsInput, on: threads)
  }

  public var parameters: [Parameter] {
    var parameters = [Parameter(.encoderWeight, start.weight)]
    if !start.recurrent.isEmpty {
      parameters.append(
        Parameter(.encoderRecurrent, .stacked(start.recurrent.map(turned))))
    }
    parameters.append(
      Parameter(.encoderThreshold, thresholds, .init(isNonnegative: start.function.isShrinkage))
    )
    if let gain = start.gain {
      let gain = Matrix(rows: 1, columns: gain.count, elements: gain)
      // A code that is never below 0 would be with such a gain.
      parameters.append(
        Parameter(.encoderGain, gain, .init(isNonnegative: start.function.isNonnegative)))
    }
    return parameters
  }

  private var thresholds: Matrix {
    Matrix(
      rows: start.threshold.count,
      columns: start.function.thresholdCount(units: start.codeLength),
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

  /// - Parameter values: of ``parameters``, and perhaps of others.
  func weights(_ values: ParameterMatrices) -> Weights {
    let thresholds = values[.encoderThreshold]
    return Weights(
      weight: values[.encoderWeight],
      recurrent: start.recurrent.isEmpty ? [] : split(values[.encoderRecurrent]),
      thresholds: (0..<thresholds.rows).map { Array(thresholds.row($0)) },
      gain: start.gain == nil ? nil : values[.encoderGain].elements)
  }

  private func split(_ stacked: Matrix) -> [Matrix] {
    let units = start.codeLength
    if stacked.rows == units { return [stacked] }
    return stride(from: 0, to: stacked.rows, by: units).map { stacked.rows($0..<$0 + units) }
  }

  public func variance(_ values: ParameterMatrices) -> CodeVariance? { nil }

  public func encoder(_ values: ParameterMatrices) -> Encoder {
    let weights = weights(values)
    return Encoder(
      weight: weights.weight, recurrent: weights.recurrent.map(turned),
      threshold: weights.thresholds, gain: weights.gain, function: start.function,
      form: start.form, iterations: start.iterations)
  }
}
