import LinearAlgebra
import SparseCoding

/// LISTA and LCoD: an encoder whose codes come near the optimal ones, ½‖z* − F(x)‖² (Gregor & LeCun
/// 2010). The encoder it begins with is ISTA, or coordinate descent, unrolled.
public struct CodePrediction: Objective {
  private let encoder: EncoderParameters

  public init(startingAt encoder: Encoder) { self.encoder = EncoderParameters(start: encoder) }

  public var parameters: [Parameter] { encoder.parameters }
  public var figureNames: [String] { ["loss"] }
  public var unitCount: Int { encoder.start.codeLength }

  /// The encoder of values of ``parameters``.
  public func encoder(_ values: [Matrix]) -> Encoder { encoder.encoder(values) }

  public struct Prepared: Sendable {
    fileprivate let encoder: EncoderGradient
  }

  public func prepare(_ values: [Matrix]) -> Prepared {
    Prepared(encoder: EncoderGradient(encoder, values))
  }

  public func evaluate(
    _ x: Matrix, target: Matrix?, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    guard let target else { preconditionFailure("codes are predicted from targets") }
    let tape = prepared.encoder.forward(x)
    let (loss, delta) = halfSquaredDistance(tape.code, target)
    return Evaluation(
      sums: [loss], code: tape.code,
      gradients: wantsGradients ? prepared.encoder.backward(delta, from: tape, records: x) : [])
  }
}
