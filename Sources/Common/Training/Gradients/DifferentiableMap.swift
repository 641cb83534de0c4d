import LinearAlgebra
import SparseCoding

/// A map from records, or codes, to codes that can be gone through backwards.
public protocol DifferentiableMap: Sendable {
  associatedtype Prepared: PreparedMap

  /// What is learned, at its start.
  var parameters: [Parameter] { get }

  /// The length of an output: K, where that is a code and nothing else.
  var outputLength: Int { get }

  /// K.
  var codeLength: Int { get }

  /// The code of an output, [N, K].
  func code(of output: Matrix) -> Matrix

  /// - Parameters:
  ///   - values: of ``parameters``, and perhaps of others.
  ///   - wantsInput: whether the way back goes on to the input.
  ///   - threads: that pack the weights.
  func prepare(_ values: ParameterMatrices, wantsInput: Bool, on threads: Threads) -> Prepared
}

extension DifferentiableMap {
  public var codeLength: Int { outputLength }

  public func code(of output: Matrix) -> Matrix { output }
}

/// A map whose codes an auto-encoder is made of.
public protocol AutoencoderMap: DifferentiableMap {
  /// The encoder of values of ``DifferentiableMap/parameters``.
  func encoder(_ values: ParameterMatrices) -> Encoder

  /// What the variances of its codes are, where they have noise.
  func variance(_ values: ParameterMatrices) -> CodeVariance?
}

/// A map with its weights packed, for all records of a batch.
public protocol PreparedMap: Sendable {
  /// What the way back needs.
  associatedtype Tape: Sendable

  /// - Parameters:
  ///   - x: [N, D].
  ///   - batch: whose records these are, or came of.
  /// - Returns: [N, K].
  func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: Tape)

  /// - Parameters:
  ///   - delta: ∂/∂ of the output, [N, K].
  ///   - x: what the tape was made of, [N, D].
  /// - Returns: the gradients, and ∂/∂x, [N, D], where the map was prepared for it.
  func backward(
    _ delta: consuming Matrix, from tape: Tape, input x: Matrix
  ) -> (gradients: ParameterMatrices, input: Matrix?)
}
