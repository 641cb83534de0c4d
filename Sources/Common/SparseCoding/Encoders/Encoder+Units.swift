import LinearAlgebra

extension Encoder {
  /// This encoder with some of its units alone, in the order given: nothing reaches them from the others.
  public func keeping(units: [Int]) -> Encoder {
    Encoder(
      weight: weight.rows(at: units),
      recurrent: recurrent.map { $0.rows(at: units).transposed.rows(at: units).transposed },
      threshold: threshold.map { threshold in units.map { threshold[$0] } },
      gain: gain.map { gain in units.map { gain[$0] } }, nonlinearity: nonlinearity,
      sharpness: sharpness, form: form, iterations: iterations)
  }
}
