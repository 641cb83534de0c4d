import LinearAlgebra
import SparseCoding

extension Model {
  /// This model with some of its units alone, a DC unit kept beside them: weights, pools, penalty and
  /// classifier are cut alike. An encoder that follows from the dictionary follows from what is left of it.
  /// - Parameters:
  ///   - units: at least one, ascending, a DC unit not among them.
  ///   - card: of the new model.
  /// - Throws: `PoolProblem` where what is left of the pools is none for the penalty.
  /// - Precondition: the model has a decoder.
  public func keeping(units: [Int], card: [String: String]) throws -> Model {
    guard let problem, let encoder else { preconditionFailure("a model without a decoder") }
    let all = units + (hasDCUnit ? [problem.codeLength - 1] : [])
    let pools = try pools?.keeping(units: units)
    var left = CodingProblem(
      atoms: problem.atoms.rows(at: all), lambda: problem.lambda,
      penalty: try problem.penalty.keeping(units: units), hasDCUnit: hasDCUnit,
      isNonnegative: problem.isNonnegative)
    if let beta = problem.beta { left = left.variational(beta: beta) }
    let ofLeft: Encoder =
      if hasOwnEncoder {
        encoder.keeping(units: all, shrinkage: PoolShrinkage(of: left))
      } else if case .pools = encoder.function,
        let proximal = Encoder.unrollingProximal(left, iterations: encoder.iterations)
      {
        proximal
      } else if encoder.form == .coordinate {
        .unrollingCoordinates(left, iterations: encoder.iterations)
      } else {
        .unrolling(left, iterations: encoder.iterations)
      }
    let classifier = classifier.map {
      Classifier(
        weight: $0.weight.transposed.rows(at: all).transposed, bias: $0.bias, input: $0.input)
    }
    var model = Model(
      kind: kind, recordShape: recordShape, preprocessing: preprocessing, encoder: ofLeft,
      problem: left, classifier: classifier, pools: pools, card: card)
    model.variance = variance.map { CodeVariance($0.encoder.keeping(units: units)) }
    return model
  }
}
