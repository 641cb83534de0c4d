import LinearAlgebra

extension LinearMap {
  /// About the largest eigenvalue of WᵀW, ‖W‖², by as many power steps as a start of a training needs: a little
  /// less than it. 1 where all weights are zero.
  /// - Precondition: it is packed for both ways.
  public var squaredNorm: Float {
    var random = CounterRandom(seed: 1, stream: 0)
    var x = Matrix(
      rows: 1, columns: recordLength,
      elements: (0..<recordLength).map { _ in Float(random.normal()) })
    var found: Float = 0
    for _ in 0..<30 {
      x.normalizeRows()
      x = adjoint(self(x))
      let norm = Float(dotInDouble(x.elements, x.elements).squareRoot())
      guard norm.isFinite, norm >= .leastNormalMagnitude else { return 1 }
      found = norm
    }
    return found
  }
}
