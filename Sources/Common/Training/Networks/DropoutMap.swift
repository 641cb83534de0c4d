import LinearAlgebra

/// Leaves out features at random while something is learned, and makes up for it in the others (Srivastava et al.
/// 2014): each by itself is 0, or divided by the share that is kept.
///
/// What is left out of a record depends on the seed, the record's number and the step alone.
public struct DropoutMap: FixedMap {
  /// The share that is left out.
  private let share: Float
  private let seed: UInt64
  public let outputLength: Int

  /// What shares may be.
  public static let shares = Interval.atLeast(0, below: 1)

  /// - Parameters:
  ///   - share: of ``shares``.
  ///   - length: D.
  public init(_ share: Float, length: Int, seed: UInt64) {
    self.share = share
    self.seed = seed
    outputLength = length
  }

  /// The tape is what each feature was multiplied by, [N, D]; nil where nothing is learned.
  public func forward(_ x: Matrix, of batch: Batch) -> (output: Matrix, tape: Matrix?) {
    guard let step = batch.step, share > 0 else { return (x, nil) }
    let kept = Matrix(
      rows: x.rows, columns: x.columns,
      elements: batch.numbers.flatMap { factors(ofRecord: $0, step: step) })
    return (product(x, kept), kept)
  }

  func inputDelta(_ delta: Matrix, from factors: Matrix?, input x: Matrix) -> Matrix {
    factors.map { product(delta, $0) } ?? delta
  }

  /// 0 or 1/(1 − share), [D].
  private func factors(ofRecord number: Int, step: Int) -> [Float] {
    // Four of 16 bits in each number that is drawn.
    let draws = (outputLength + 3) / 4
    let kept = 1 / (1 - share)
    let limit = UInt64((Double(share) * 0x1p16).rounded())
    var random = CounterRandom(seed: seed, stream: RandomStream.dropout &+ UInt64(number))
    random.position = UInt64(step) &* UInt64(draws)
    var factors: [Float] = []
    factors.reserveCapacity(4 * draws)
    for _ in 0..<draws {
      let bits = random.next()
      for part in 0..<4 { factors.append((bits >> (16 * part)) & 0xffff < limit ? 0 : kept) }
    }
    factors.removeLast(factors.count - outputLength)
    return factors
  }

  /// Element by element.
  private func product(_ a: Matrix, _ b: Matrix) -> Matrix {
    var result = a
    for index in result.elements.indices { result.elements[index] *= b.elements[index] }
    return result
  }
}
