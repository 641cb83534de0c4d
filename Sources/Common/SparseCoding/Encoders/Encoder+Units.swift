import LinearAlgebra

extension Encoder {
  /// This encoder with some of its units alone, in the order given: nothing reaches them from the others.
  /// - Parameter shrinkage: of an f of pools what is left of it; without effect elsewhere.
  public func keeping(units: [Int], shrinkage: PoolShrinkage? = nil) -> Encoder {
    var (left, thresholds) = (function, units)
    if case .pools(let pools) = function {
      guard let shrinkage else { preconditionFailure("what is left of a tree is a tree") }
      (left, thresholds) = (.pools(shrinkage), pools.layout.pools(with: units))
    }
    return Encoder(
      weight: weight.rows(at: units),
      recurrent: recurrent.map { $0.rows(at: units).transposed.rows(at: units).transposed },
      threshold: threshold.map { threshold in thresholds.map { threshold[$0] } },
      gain: gain.map { gain in units.map { gain[$0] } }, function: left, form: form,
      iterations: iterations)
  }
}
