import LinearAlgebra
import SparseCoding

/// LISTA and LCoD: an encoder whose codes come near the optimal ones, ½‖z* − F(x)‖² (Gregor & LeCun
/// 2010). The encoder it begins with is ISTA, or coordinate descent, unrolled.
public struct CodePrediction: Objective {
  private let encoder: EncoderParameters

  public init(startingAt encoder: Encoder) { self.encoder = EncoderParameters(start: encoder) }

  /// A rate of Adam that suits an encoder. A step moves every element of S by about the rate, so its
  /// largest singular value by up to K times as much, and a code goes through it T times; what is stable
  /// was measured (`examples/lista`): K = 100 and 400, T up to 21.
  public static func suitableRate(units: Int, iterations: Int, form: Encoder.Form) -> Float {
    let passes = form == .parallel ? max(1, iterations) : 1
    return min(0.003, 0.6 / (Float(units) * Float(passes).squareRoot()))
  }

  public var parameters: [Parameter] { encoder.parameters }
  public var figureNames: [String] { [loss] }
  public var loss: String { "loss" }
  public var unitCount: Int { encoder.start.codeLength }

  /// The encoder of values of ``parameters``.
  public func encoder(_ values: ParameterMatrices) -> Encoder { encoder.encoder(values) }

  public struct Prepared: Sendable {
    fileprivate let encoder: EncoderGradient
  }

  public func prepare(_ values: ParameterMatrices) -> Prepared {
    Prepared(encoder: EncoderGradient(encoder, values))
  }

  public func evaluate(
    _ x: Matrix, target: Target, at prepared: Prepared, wantsGradients: Bool
  ) -> Evaluation {
    guard case .codes(let target) = target else {
      preconditionFailure("codes are predicted from codes")
    }
    let tape = prepared.encoder.forward(x)
    let (sum, delta) = halfSquaredDistance(tape.code, target)
    return Evaluation(
      [loss: FigureSum(sum, over: x.rows)], code: tape.code,
      gradients: wantsGradients ? prepared.encoder.backward(delta, from: tape, records: x) : [:])
  }
}
