import LinearAlgebra

/// Maps one after another.
public struct ChainedMap: DifferentiableMap {
  let maps: [any DifferentiableMap]
  public let outputLength: Int

  /// - Parameter inputLength: of what a chain of none gives back.
  public init(_ maps: [any DifferentiableMap], inputLength: Int) {
    self.maps = maps
    outputLength = maps.last?.outputLength ?? inputLength
  }

  public var parameters: [Parameter] { maps.flatMap(\.parameters) }

  public func prepare(
    _ values: ParameterMatrices, wantsInput: Bool, on threads: Threads
  ) -> ChainedGradient {
    ChainedGradient(
      maps: maps.enumerated().map { index, map in
        map.prepare(values, wantsInput: wantsInput || index > 0, on: threads) as any PreparedMap
      }, wantsInput: wantsInput)
  }
}

/// Maps one after another, with what the way back through them needs.
public struct ChainedGradient: PreparedMap {
  fileprivate let maps: [any PreparedMap]
  fileprivate let wantsInput: Bool

  /// What each map was given and what led to what it gave.
  public struct Tape: Sendable {
    fileprivate var inputs: [Matrix] = []
    fileprivate var tapes: [any Sendable] = []
  }

  public func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: Tape) {
    var (x, tape) = (x, Tape())
    for map in maps {
      let (output, own) = map.erasedForward(x, of: batch)
      tape.inputs.append(x)
      tape.tapes.append(own)
      x = output
    }
    return (x, tape)
  }

  public func backward(
    _ delta: consuming Matrix, from tape: Tape, input: Matrix
  ) -> (gradients: ParameterMatrices, input: Matrix?) {
    var (delta, gradients): (Matrix?, ParameterMatrices) = (delta, [:])
    for index in maps.indices.reversed() {
      guard let after = delta else { break }
      delta = nil
      let back = maps[index].erasedBackward(
        after, from: tape.tapes[index], input: tape.inputs[index])
      gradients = gradients + back.gradients
      delta = back.input
    }
    return (gradients, wantsInput ? delta : nil)
  }
}

extension PreparedMap {
  fileprivate func erasedForward(_ x: Matrix, of batch: Batch) -> (Matrix, any Sendable) {
    let (output, tape) = forward(x, of: batch)
    return (output, tape)
  }

  fileprivate func erasedBackward(
    _ delta: consuming Matrix, from tape: any Sendable, input: Matrix
  ) -> (gradients: ParameterMatrices, input: Matrix?) {
    guard let tape = tape as? Tape else { preconditionFailure("a tape of another map") }
    return backward(delta, from: tape, input: input)
  }
}

/// A map with nothing to learn and nothing to pack.
protocol FixedMap: DifferentiableMap, PreparedMap {
  /// Backwards: ∂/∂x of a delta of the output, [N, D].
  func inputDelta(_ delta: Matrix, from tape: Tape, input x: Matrix) -> Matrix
}

extension FixedMap {
  public var parameters: [Parameter] { [] }

  public func prepare(
    _ values: ParameterMatrices, wantsInput: Bool, on threads: Threads
  ) -> Self { self }

  public func backward(
    _ delta: consuming Matrix, from tape: Tape, input x: Matrix
  ) -> (gradients: ParameterMatrices, input: Matrix?) {
    ([:], inputDelta(delta, from: tape, input: x))
  }
}
