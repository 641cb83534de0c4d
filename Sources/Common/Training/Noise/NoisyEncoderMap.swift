import LinearAlgebra
import ModelFile
import SparseCoding

/// An encoder of codes with noise, z = μ + σ⊙ε: of each unit the mean, μ = F(x), and the variance, log σ² = Vx − θ (Kingma
/// & Welling 2014). Its output is what both are, [N, 2K], μ before log σ².
public struct NoisyEncoderMap: AutoencoderMap {
  private let means: EncoderMap
  private let variances: EncoderMap

  /// - Parameters:
  ///   - encoder: F at the start.
  ///   - variance: V and θ at the start, of as many units.
  public init(start encoder: Encoder, variance: CodeVariance, _ geometry: Geometry = .dense) {
    precondition(variance.encoder.codeLength == encoder.codeLength, "variances of other units")
    means = EncoderMap(start: encoder, geometry)
    variances = EncoderMap(start: variance.encoder, geometry)
  }

  public var parameters: [Parameter] {
    means.parameters + variances.parameters.map { $0.prefixed(TensorName.variancePrefix) }
  }

  public var outputLength: Int { 2 * codeLength }
  public var codeLength: Int { means.outputLength }

  public func code(of output: Matrix) -> Matrix { output.halves.left }

  public func encoder(_ values: ParameterMatrices) -> Encoder { means.encoder(values) }

  public func variance(_ values: ParameterMatrices) -> CodeVariance? {
    CodeVariance(variances.encoder(values.layer(TensorName.variancePrefix)))
  }

  public func prepare(
    _ values: ParameterMatrices, wantsInput: Bool, on threads: Threads
  ) -> Prepared {
    Prepared(
      means: means.prepare(values, wantsInput: wantsInput, on: threads),
      variances: variances.prepare(
        values.layer(TensorName.variancePrefix), wantsInput: wantsInput, on: threads))
  }

  /// With the weights packed.
  public struct Prepared: PreparedMap {
    fileprivate let means: EncoderGradient
    fileprivate let variances: EncoderGradient

    /// Of both encoders.
    public struct Tape: Sendable {
      fileprivate let means: EncoderGradient.Tape
      fileprivate let variances: EncoderGradient.Tape
    }

    public func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: Tape) {
      let (mean, tape) = means.forward(x, of: batch)
      let (logarithm, ofVariances) = variances.forward(x, of: batch)
      return (
        mean.joined(by: logarithm), Tape(means: tape, variances: ofVariances)
      )
    }

    public func backward(
      _ delta: consuming Matrix, from tape: Tape, input x: Matrix
    ) -> (gradients: ParameterMatrices, input: Matrix?) {
      let (ofMeans, ofLogarithms) = delta.halves
      let means = means.backward(ofMeans, from: tape.means, input: x)
      let variances = variances.backward(ofLogarithms, from: tape.variances, input: x)
      var input = means.input
      if let part = variances.input { add(part, to: &input) }
      return (
        means.gradients + variances.gradients.prefixed(TensorName.variancePrefix), input
      )
    }
  }
}

extension Matrix {
  /// μ and log σ² of [μ, log σ²], or what is like them.
  var halves: (left: Matrix, right: Matrix) { split(at: columns / 2) }
}
