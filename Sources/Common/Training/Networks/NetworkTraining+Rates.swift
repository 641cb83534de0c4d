import LinearAlgebra
import SparseCoding

extension NetworkTraining {
  /// Factors on the rates of parameters, so that a step of any of them changes as much: the root mean square of what it
  /// begins with (Shazeer & Stern 2018, Adafactor, section 8), and where that is 0, what the size of codes says.
  ///
  /// Codes of pretrained layers may be of any size, and weights that take them of the inverse of it. Those of a
  /// classifier are as large as rare features are small, which says nothing of the others: there it is features alone.
  /// - Parameter x: some records as the first layer takes them, [N, D].
  public func rateFactors(for x: Matrix) -> [Parameter.Name: Float] {
    var factors: [Parameter.Name: Float] = [:]
    let batch = Batch(x, numbers: Array(0..<x.rows))
    let values = ParameterMatrices(objective.parameters)
    let prepared = objective.prepare(values, on: Threads(1))
    for (stage, sizes) in zip(objective.stages, prepared.sizes(of: batch)) where !stage.isFrozen {
      for parameter in stage.parameters {
        let own = rootMeanSquare(parameter.value)
        let inputs = Float(parameter.value.columns).squareRoot() * sizes.input
        let size: Float =
          switch parameter.name {
          case .encoderThreshold: sizes.code
          case .classifierBias: 1
          case .classifierWeight: inputs > 0 ? 1 / inputs : 1
          default: own > 0 ? own : inputs > 0 ? 1 / inputs : 1
          }
        factors[parameter.name.prefixed(stage.prefix)] = size > 0 ? size : 1
      }
    }
    return factors
  }
}

/// √(Σ x²/n) of all elements.
func rootMeanSquare(_ x: Matrix) -> Float {
  Float(
    (dotInDouble(x.elements, x.elements) / Double(max(1, x.elements.count))).squareRoot())
}
