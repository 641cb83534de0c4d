import LinearAlgebra
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct OptimizerStepTests {
  @Test("is its formula, each operation rounded by itself", arguments: [0, 1, 4, 17, 1000])
  func adam(count: Int) {
    let (rate, decay1, decay2, epsilon) = (Float(0.01), Float(0.9), Float(0.999), Float(1e-8))
    var (parameter, first, second) = (
      sample(1, count, seed: 1).elements, [Float](repeating: 0, count: count),
      [Float](repeating: 0, count: count)
    )
    var (p, m, v) = (parameter, first, second)
    for step in 1...40 {
      let gradient = sample(1, count, density: 0.7, seed: UInt64(step)).elements
      adamStep(
        &parameter, gradient: gradient, first: &first, second: &second, rate: rate, decay1: decay1,
        decay2: decay2, step: step, epsilon: epsilon)
      let a = Float(Double(rate) / (1 - pow(Double(decay1), Double(step))))
      let c = Float(1 / (1 - pow(Double(decay2), Double(step))))
      for (i, g) in gradient.enumerated() {
        m[i] = decay1 * m[i] + (1 - decay1) * g
        v[i] = decay2 * v[i] + (1 - decay2) * (g * g)
        p[i] -= a * m[i] / ((c * v[i]).squareRoot() + epsilon)
      }
      #expect(sameBits(parameter, p) && sameBits(first, m) && sameBits(second, v), "step \(step)")
    }
  }

  /// Kingma & Ba 2015, algorithm 1, line by line in Double.
  @Test func adamIsItsPaper() {
    let (rate, decay1, decay2, epsilon) = (0.01, 0.9, 0.999, 1e-8)
    var (parameter, first, second) = (
      [Float](repeating: 1, count: 9), [Float](repeating: 0, count: 9),
      [Float](repeating: 0, count: 9)
    )
    var (p, m, v) = (
      [Double](repeating: 1, count: 9), [Double](repeating: 0, count: 9),
      [Double](repeating: 0, count: 9)
    )
    for step in 1...200 {
      let gradient = sample(1, 9, seed: UInt64(step)).elements
      adamStep(
        &parameter, gradient: gradient, first: &first, second: &second, rate: Float(rate),
        decay1: Float(decay1), decay2: Float(decay2), step: step, epsilon: Float(epsilon))
      for i in 0..<9 {
        let g = Double(gradient[i])
        m[i] = decay1 * m[i] + (1 - decay1) * g
        v[i] = decay2 * v[i] + (1 - decay2) * g * g
        let unbiasedMean = m[i] / (1 - pow(decay1, Double(step)))
        let unbiasedSquare = v[i] / (1 - pow(decay2, Double(step)))
        p[i] -= rate * unbiasedMean / (unbiasedSquare.squareRoot() + epsilon)
      }
    }
    #expect(agree(parameter, p.map { Float($0) }, within: 2e-5))
    #expect(!agree(parameter, [Float](repeating: 1, count: 9), within: 1e-2))
  }

  @Test(arguments: [0, 1, 4, 17, 1000]) func momentum(count: Int) {
    var (velocity, parameter) = (
      [Float](repeating: 0, count: count), sample(1, count, seed: 1).elements
    )
    var (v, p) = (velocity, parameter)
    for step in 1...10 {
      let gradient = sample(1, count, seed: UInt64(step)).elements
      momentumStep(
        &velocity, parameter: &parameter, gradient: gradient, rate: 0.01, momentum: 0.9)
      for (i, g) in gradient.enumerated() {
        v[i] = 0.9 * v[i] + g
        p[i] -= 0.01 * v[i]
      }
      #expect(sameBits(velocity, v) && sameBits(parameter, p), "step \(step)")
    }
  }

  /// Numbers below the normal ones slow products down a hundred times.
  @Test func whatDecaysAwayIsZero() {
    let least = Float.leastNormalMagnitude
    let start: [Float] = [least / 2, -least / 2, least, -least, 0]
    var (parameter, first, second) = (start, start, start.map(abs))
    let none = [Float](repeating: 0, count: 5)
    adamStep(
      &parameter, gradient: none, first: &first, second: &second, rate: 1, decay1: 0.9, decay2: 0.9,
      step: 1, epsilon: 1)
    #expect(sameBits(first, none) && sameBits(second, none))
    #expect(sameBits(parameter, [0, 0, least, -least, 0]))
    (parameter, first) = (start, start)
    momentumStep(&first, parameter: &parameter, gradient: none, rate: 0.01, momentum: 0.9)
    #expect(sameBits(first, none) && sameBits(parameter, [0, 0, least, -least, 0]))
  }
}
