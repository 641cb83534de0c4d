import LinearAlgebra
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

private let special: [Float] = [
  0, -0.0, 1, -1, 0.5, -0.5, 0.25, -0.25, 0x1p-140, -0x1p-140, 3e38, -3e38, .infinity, -.infinity,
  .nan,
  .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
]

private func apply(
  _ f: Nonlinearity, _ values: [Float], threshold: Float, columns: Int, _ level: KernelLevel
) -> [Float] {
  var m = Matrix(rows: values.count / columns, columns: columns, elements: values)
  Epilogue(f, thresholds: [Float](repeating: threshold, count: columns))
    .apply(to: &m, level: level)
  return m.elements
}

@Suite struct EpilogueTests {
  @Test(arguments: [-0.25, 0, 0.25, 1, Float.infinity])
  func reluIsItsFormula(threshold: Float) {
    // max(0, v − b), written so that NaN stays.
    let values = special + sample(1, 17 * 8, seed: 1).elements
    let expected = values.map { v -> Float in
      let above = v - threshold
      return above.isNaN ? above : above > 0 ? above : 0
    }
    for level in KernelLevel.available {
      for columns in [1, 17] {
        let result = apply(.relu, values, threshold: threshold, columns: columns, level)
        #expect(sameBits(result, expected), "\(level) \(columns) columns")
      }
    }
  }

  @Test(arguments: [0, 0.25, 1, Float.infinity])
  func shrinkIsItsFormula(threshold: Float) {
    let values = special + sample(1, 17 * 8, seed: 2).elements
    let expected = values.map { v -> Float in
      let above = abs(v) - threshold
      return above.isNaN ? above : above > 0 ? (v < 0 ? -above : above) : 0
    }
    for level in KernelLevel.available {
      for columns in [1, 17] {
        let result = apply(.shrink, values, threshold: threshold, columns: columns, level)
        #expect(sameBits(result, expected), "\(level) \(columns) columns")
      }
    }
  }

  @Test(arguments: [-0.25, 0, 0.25, 1, Float.infinity])
  func tanhIsOfWhatIsAboveTheThreshold(threshold: Float) {
    let values = special + sample(1, 17 * 8, seed: 6).elements
    for level in KernelLevel.available {
      let expected = apply(.tanh, values.map { $0 - threshold }, threshold: 0, columns: 1, level)
      for columns in [1, 17] {
        let result = apply(.tanh, values, threshold: threshold, columns: columns, level)
        #expect(sameBits(result, expected), "\(level) \(columns) columns")
      }
    }
  }

  @Test func thresholdsAreOnePerColumn() {
    for columns in [1, 3, 33, 257] {
      let m = sample(5, columns, seed: 3)
      let thresholds = sample(1, columns, seed: 4).elements.map(abs)
      for level in KernelLevel.available {
        var (relu, shrink, tangent, linear) = (m, m, m, m)
        Epilogue(.relu, thresholds: thresholds).apply(to: &relu, level: level)
        Epilogue(.shrink, thresholds: thresholds).apply(to: &shrink, level: level)
        Epilogue(.tanh, thresholds: thresholds).apply(to: &tangent, level: level)
        Epilogue(.linear, thresholds: thresholds).apply(to: &linear, level: level)
        for r in 0..<5 {
          for c in 0..<columns {
            let (v, b) = (m[r, c], thresholds[c])
            #expect(relu[r, c] == max(0, v - b))
            #expect(linear[r, c] == v - b)
            #expect(shrink[r, c] == (v < 0 ? -1 : 1) * max(0, abs(v) - b))
            #expect(ulps(tangent[r, c], from: tanh(Double(v - b))) <= 4)
          }
        }
      }
    }
  }

  @Test func tanhIsWithinFourUlps() {
    let steps = (-24_000...24_000).map { Float($0) / 2000 }
    let small = (-40...0).flatMap { [Float(exp2(Double($0))), -Float(exp2(Double($0)))] }
    let values = steps + small + [0, 100, -100, 3e38, .infinity, -.infinity]
    for level in KernelLevel.available {
      let result = apply(.tanh, values, threshold: 0, columns: 1, level)
      let worst = zip(result, values).map { ulps($0, from: tanh(Double($1))) }.max() ?? 0
      #expect(worst <= 4, "\(level): \(worst) ulps")
      #expect(apply(.tanh, [.nan], threshold: 0, columns: 1, level)[0].isNaN)
    }
  }

  @Test func fusedLevelsAgreeOnTanh() {
    let values = sample(1, 4099, seed: 5).elements.map { 3 * $0 }
    let fused = KernelLevel.available.filter(\.isFused)
    let results = fused.map { apply(.tanh, values, threshold: 0, columns: 1, $0) }
    for result in results { #expect(sameBits(result, results[0])) }
  }

  @Test func noRecords() {
    for f in Nonlinearity.allCases {
      var m = Matrix(zeros: 0, 4)
      Epilogue(f, thresholds: [0, 0, 0, 0]).apply(to: &m)
      #expect(m == Matrix(zeros: 0, 4))
    }
  }
}
