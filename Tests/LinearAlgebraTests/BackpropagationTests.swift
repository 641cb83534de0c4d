import LinearAlgebra
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// φ(z) and ψ(z) as the kernels give them: backwards from a delta of 1, unit by unit.
private func slopes(_ epilogue: Epilogue, _ z: [Float], _ level: KernelLevel)
  -> (byArgument: [Float], byThreshold: [Float])
{
  var delta = Matrix(rows: 1, columns: z.count, elements: [Float](repeating: 1, count: z.count))
  var sums = [Float](repeating: 0, count: z.count)
  backpropagate(
    &delta, through: epilogue, outputs: Matrix(rows: 1, columns: z.count, elements: z),
    thresholdSums: &sums, level: level)
  return (delta.elements, sums)
}

/// φ(z) and ψ(z) of the functions whose slopes take no exponential.
private func plainSlopes(_ f: Nonlinearity, _ z: Float, _ rounding: TermRounding) -> (Float, Float)
{
  switch f {
  case .relu: return z > 0 ? (1, -1) : (0, 0)
  case .linear: return (1, -1)
  case .shrink: return z > 0 ? (1, -1) : z < 0 ? (1, 1) : (0, 0)
  default:
    let slope = rounding.add(-z, z, to: 1)
    return (slope, -slope)
  }
}

@Suite struct BackpropagationTests {
  /// To the bit on every level: whole vectors of columns and what is left.
  @Test("is one chain of terms per unit", arguments: Nonlinearity.allCases, [1, 16, 17, 40, 400])
  func plainTwin(f: Nonlinearity, columns: Int) {
    let epilogue = Epilogue(
      f, thresholds: sample(1, columns, seed: 1).elements.map(abs),
      gain: [Float](repeating: 7, count: columns))
    let begin = sample(1, columns, seed: 2).elements
    for rows in [0, 1, 5, 130] {
      var z = sample(rows, columns, density: 0.5, seed: 3)
      if f == .tanh { z.elements = z.elements.map { Float(tanh(Double($0))) } }
      let incoming = sample(rows, columns, density: 0.8, seed: 4)
      for level in KernelLevel.available {
        var (delta, sums) = (incoming, begin)
        backpropagate(
          &delta, through: epilogue, outputs: z, thresholdSums: &sums, level: level)
        var (expected, expectedSums) = (incoming, begin)
        for r in 0..<rows {
          let row = Array(z.row(r))
          let smooth = slopes(epilogue, row, level)
          for c in 0..<columns {
            let (byArgument, byThreshold) =
              f == .smoothShrink
              ? (smooth.byArgument[c], smooth.byThreshold[c])
              : plainSlopes(f, row[c], level.rounding)
            expected[r, c] = byArgument * incoming[r, c] + 0
            expectedSums[c] = level.rounding.add(byThreshold, incoming[r, c], to: expectedSums[c])
          }
        }
        #expect(sameBits(delta.elements, expected.elements), "\(level) \(rows) rows")
        #expect(sums == expectedSums, "\(level) \(rows) rows")
      }
    }
  }

  @Test(arguments: [Float(0), 1e-6, 0.05, 0.5, 3, 8], [Float(0.5), 10, 100])
  func smoothSlopesAreTheirFormula(threshold: Float, sharpness: Float) {
    let sizes = (0...2000).map { Float($0) / 400 } + (-60 ... -10).map { Float(exp2(Double($0))) }
    let z = sizes + sizes.map { -$0 }
    let epilogue = Epilogue(
      .smoothShrink, thresholds: [Float](repeating: threshold, count: z.count),
      sharpness: sharpness)
    let (theta, beta) = (Double(threshold), Double(sharpness))
    for level in KernelLevel.available {
      let (byArgument, byThreshold) = slopes(epilogue, z, level)
      for (i, z) in z.enumerated() {
        let risen = -expm1(-beta * abs(Double(z)))
        let argument = exp(-beta * theta) - risen * expm1(-beta * theta)
        let threshold = (z < 0 ? 1 : -1) * risen
        let what = "\(level) z \(z) of θ \(theta) β \(beta)"
        // e^−βθ takes over the rounding of βθ.
        let bound = 4 + 2 * min(beta * theta, 87)
        #expect(ulps(byArgument[i], from: argument) <= bound || argument < 1e-37, "\(what)")
        #expect(ulps(byThreshold[i], from: threshold) <= 4, "\(what)")
      }
    }
  }

  /// (f(v + h) − f(v − h)) / 2h in Double, by the argument and by the threshold.
  @Test(arguments: Nonlinearity.allCases) func centralDifferences(f: Nonlinearity) {
    let (theta, beta, h) = (0.3, 4.0, 1e-5)
    func value(_ v: Double, _ theta: Double) -> Double {
      plainNonlinearity(f, v, threshold: theta, sharpness: beta)
    }
    let corners = f == .relu ? [theta] : f == .shrink ? [theta, -theta] : []
    let points = (-200...200).map { Double($0) / 100 + 0.0037 }.filter { v in
      corners.allSatisfy { abs(v - $0) > 1e-3 }
    }
    let epilogue = Epilogue(
      f, thresholds: [Float](repeating: Float(theta), count: points.count), sharpness: Float(beta))
    for level in KernelLevel.available {
      let found = slopes(epilogue, points.map { Float(value($0, theta)) }, level)
      for (i, v) in points.enumerated() {
        let byArgument = (value(v + h, theta) - value(v - h, theta)) / (2 * h)
        let byThreshold = (value(v, theta + h) - value(v, theta - h)) / (2 * h)
        #expect(abs(Double(found.byArgument[i]) - byArgument) < 3e-6, "\(level) v \(v)")
        #expect(abs(Double(found.byThreshold[i]) - byThreshold) < 3e-6, "\(level) v \(v)")
      }
    }
  }

  @Test(arguments: Nonlinearity.allCases) func fusedLevelsAgree(f: Nonlinearity) {
    let z = sample(40, 37, seed: 5)
    let epilogue = Epilogue(f, thresholds: sample(1, 37, seed: 6).elements.map(abs))
    let results = KernelLevel.available.filter(\.isFused).map { level in
      var (delta, sums) = (sample(40, 37, seed: 7), [Float](repeating: 0, count: 37))
      backpropagate(&delta, through: epilogue, outputs: z, thresholdSums: &sums, level: level)
      return delta.elements + sums
    }
    for result in results { #expect(sameBits(result, results[0])) }
  }
}
