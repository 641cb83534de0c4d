import LinearAlgebra

/// −log softmax_y of the scores of a record, and its slopes.
/// - Parameters:
///   - scores: [Y].
///   - label: y.
/// - Returns: the loss, and ∂/∂ of the scores, softmax − [class = y], [Y].
func crossEntropy(_ scores: ArraySlice<Float>, label: Int) -> (loss: Double, slopes: [Double]) {
  let scores = scores.map { Double($0) }
  // Shifted by the largest, so that nothing overflows.
  let largest = scores.max() ?? 0
  let powers = scores.map { exponential($0 - largest) }
  let sum = powers.reduce(0, +)
  var slopes = powers.map { $0 / sum }
  slopes[label] -= 1
  return (largest + naturalLogarithm(sum) - scores[label], slopes)
}
