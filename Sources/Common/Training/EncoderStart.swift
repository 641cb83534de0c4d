import LinearAlgebra
import SparseCoding

/// Encoders that training begins with.
public enum EncoderStart {
  /// An encoder that follows from a dictionary without a DC unit: ISTA or coordinate descent unrolled.
  /// - Parameter hasOwnSteps: whether each pass gets an S and a threshold of its own, all alike.
  public static func unrolled(
    _ problem: LassoProblem, form: Encoder.Form, iterations: Int, hasOwnSteps: Bool
  ) -> Encoder {
    let shared =
      form == .coordinate
      ? Encoder.unrollingCoordinates(problem, iterations: iterations)
      : Encoder.unrolling(problem, iterations: iterations)
    guard form == .parallel, hasOwnSteps || iterations == 0 else { return shared }
    return Encoder(
      weight: shared.weight,
      recurrent: (0..<iterations).flatMap { _ in shared.recurrent },
      threshold: (0...iterations).flatMap { _ in shared.threshold },
      nonlinearity: shared.nonlinearity, iterations: iterations)
  }

  /// An encoder for atoms that are learned with it: T passes of ISTA on them, or the one step that is
  /// f(Dᵀx/L), with a gain of 1. Its threshold is that of λ, or 0 where f cuts nothing off.
  public static func matching(
    _ atoms: Matrix, lambda: Float, nonlinearity: Nonlinearity, sharpness: Float, iterations: Int
  ) -> Encoder {
    let problem = LassoProblem(atoms: atoms, lambda: nonlinearity == .tanh ? 0 : lambda)
    let unrolled = Encoder.unrolling(problem, iterations: iterations)
    return Encoder(
      weight: unrolled.weight, recurrent: iterations > 0 ? unrolled.recurrent : [],
      threshold: unrolled.threshold, gain: [Float](repeating: 1, count: atoms.rows),
      nonlinearity: nonlinearity, sharpness: sharpness, iterations: iterations)
  }
}
