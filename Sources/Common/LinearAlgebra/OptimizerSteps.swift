import CKernels

/// A step of Adam (Kingma & Ba 2015, algorithm 1), in place and in one pass, all [n]:
///
///     g         scale·gradient
///     first     m ← β₁·m + (1 − β₁)·g
///     second    v ← β₂·v + (1 − β₂)·(g·g)
///     parameter p ← p − (a·m) / (√(c·v) + ε),   a = α/(1 − β₁ᵗ),  c = 1/(1 − β₂ᵗ)
///
/// a and c are computed in Double; in the pass every operation is rounded by itself, in this order, so
/// every level and machine gives the same bits. m, v and p below the normal numbers become 0.
/// - Parameters:
///   - rate: α.
///   - decay1: β₁, from 0 to below 1; decay2: β₂ likewise.
///   - step: t, from 1.
///   - epsilon: ε, above 0.
public func adamStep(
  _ parameter: inout [Float], gradient: [Float], scaledBy scale: Float = 1,
  first: inout [Float], second: inout [Float], rate: Float, decay1: Float, decay2: Float, step: Int,
  epsilon: Float
) {
  let count = parameter.count
  precondition(
    gradient.count == count && first.count == count && second.count == count, "shapes disagree")
  precondition(step >= 1, "step \(step) of an optimiser that begins at 1")
  var adam = sp_adam(
    scale: scale, rate: Float(Double(rate) / (1 - power(Double(decay1), step))),
    correction: Float(1 / (1 - power(Double(decay2), step))),
    decay1: decay1, decay2: decay2, epsilon: epsilon)
  parameter.withUnsafeMutableBufferPointer { parameter in
    first.withUnsafeMutableBufferPointer { first in
      second.withUnsafeMutableBufferPointer { second in
        gradient.withUnsafeBufferPointer { gradient in
          guard let parameter = parameter.baseAddress, let first = first.baseAddress,
            let second = second.baseAddress, let gradient = gradient.baseAddress
          else { return }
          sp_adam_step(parameter, gradient, first, second, count, &adam)
        }
      }
    }
  }
}

/// A step of gradient descent with momentum, in place and in one pass, all [n]:
/// v ← momentum·v + scale·g, then p ← p − rate·v; every operation is rounded by itself, on every level.
/// v and p below the normal numbers become 0.
public func momentumStep(
  _ velocity: inout [Float], parameter: inout [Float], gradient: [Float],
  scaledBy scale: Float = 1, rate: Float, momentum: Float
) {
  let count = parameter.count
  precondition(gradient.count == count && velocity.count == count, "shapes disagree")
  velocity.withUnsafeMutableBufferPointer { velocity in
    parameter.withUnsafeMutableBufferPointer { parameter in
      gradient.withUnsafeBufferPointer { gradient in
        guard let velocity = velocity.baseAddress, let parameter = parameter.baseAddress,
          let gradient = gradient.baseAddress
        else { return }
        sp_momentum_step(velocity, parameter, gradient, count, scale, rate, momentum)
      }
    }
  }
}

/// x ← x + share·(target − x), all [n]: every operation is rounded by itself.
public func moveTowards(_ target: [Float], _ x: inout [Float], by share: Float) {
  precondition(target.count == x.count, "shapes disagree")
  let target = target.span
  var values = x.mutableSpan
  for index in values.indices { values[index] += share * (target[index] - values[index]) }
}
