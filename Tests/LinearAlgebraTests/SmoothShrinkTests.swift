import LinearAlgebra
import TestSupport
import Testing

private let thresholds: [Float] = [0, 1e-6, 0.01, 0.3, 1, 5]
private let sharpnesses: [Float] = [0.5, 3, Nonlinearity.defaultSharpness, 200]
/// From far below the thresholds to far above them, of one sign.
private let sizes =
  (0...4000).map { Float($0) / 500 }
  + (-100...100).map { Float(sign: .plus, exponent: $0, significand: 1.3) }

private func smoothShrink(
  _ values: [Float], threshold: Float, sharpness: Float = Nonlinearity.defaultSharpness,
  columns: Int = 1, _ level: KernelLevel
) -> [Float] {
  var m = Matrix(rows: values.count / columns, columns: columns, elements: values)
  Epilogue(
    .smoothShrink, thresholds: [Float](repeating: threshold, count: columns), sharpness: sharpness
  ).apply(to: &m, level: level)
  return m.elements
}

@Suite struct SmoothShrinkTests {
  @Test("is its formula, within some ulps that grow below the threshold", arguments: thresholds)
  func isItsFormula(threshold: Float) {
    for sharpness in sharpnesses {
      for level in KernelLevel.available {
        let result = smoothShrink(sizes, threshold: threshold, sharpness: sharpness, level)
        for (size, got) in zip(sizes, result) {
          let exact = plainNonlinearity(
            .smoothShrink, Double(size), threshold: Double(threshold), sharpness: Double(sharpness))
          let below = Double(sharpness) * max(0, Double(threshold) - Double(size))
          let isClose =
            below < 86 ? ulps(got, from: exact) <= 3 + 2 * below : abs(Double(got)) <= exact * 1.001
          #expect(isClose, "\(level) θ \(threshold) β \(sharpness) v \(size): \(got), not \(exact)")
        }
      }
    }
  }

  @Test func isOddAndNeverNegativeZero() {
    for level in KernelLevel.available {
      for threshold in thresholds {
        let positive = smoothShrink(sizes, threshold: threshold, level)
        let negative = smoothShrink(sizes.map { -$0 }, threshold: threshold, level)
        #expect(sameBits(negative, positive.map { $0 == 0 ? 0 : -$0 }), "\(level) \(threshold)")
      }
    }
  }

  @Test func extremeValues() {
    let huge = Float.greatestFiniteMagnitude
    for level in KernelLevel.available {
      #expect(
        sameBits(
          smoothShrink([.infinity, -.infinity, .nan, huge, -huge, -0.0], threshold: 1, level),
          [.infinity, -.infinity, .nan, huge, -huge, 0]), "\(level)")
      #expect(
        sameBits(
          smoothShrink([1, -huge, 0, .infinity, .nan], threshold: .infinity, level),
          [0, 0, 0, .nan, .nan]), "\(level)")
      // e^β|v| and e^βθ are both beyond a Float: at the threshold log(2)/β is left.
      let middle = smoothShrink([1e38, -1e38], threshold: 1e38, sharpness: 100, level)
      #expect(ulps(middle[0], from: 0.0069314718055994) <= 1 && middle[1] == -middle[0], "\(level)")
    }
  }

  @Test func aThresholdThatIsNotAboveZeroLeavesAllAsItIs() {
    let values = sample(1, 100, seed: 3).elements
    for level in KernelLevel.available {
      for threshold in [Float(0), -0.0, -0.5, -Float.infinity] {
        #expect(
          smoothShrink(values, threshold: threshold, level) == values, "\(level) \(threshold)")
      }
    }
  }

  @Test func isNeverFurtherFromShrinkThanItsCorner() {
    let m = sample(30, 33, seed: 4)
    let thresholds = sample(1, 33, seed: 5).elements.map(abs)
    var shrunk = m
    Epilogue(.shrink, thresholds: thresholds).apply(to: &shrunk)
    for sharpness in [Float(10), 1000] {
      var smooth = m
      Epilogue(.smoothShrink, thresholds: thresholds, sharpness: sharpness).apply(to: &smooth)
      let corner = 0.6931472 / sharpness
      #expect(agree(smooth.elements, shrunk.elements, within: corner * 1.00001))
      #expect(smooth != shrunk)
    }
  }

  @Test func thresholdsAreOnePerColumn() {
    let m = sample(5, 33, seed: 6)
    let thresholds = sample(1, 33, seed: 7).elements.map(abs)
    for level in KernelLevel.available {
      var result = m
      Epilogue(.smoothShrink, thresholds: thresholds).apply(to: &result, level: level)
      for c in 0..<33 {
        let column = (0..<5).map { m[$0, c] }
        let alone = smoothShrink(column, threshold: thresholds[c], level)
        #expect(sameBits((0..<5).map { result[$0, c] }, alone), "\(level) column \(c)")
      }
    }
  }

  @Test func fusedLevelsAgree() {
    let values = sample(1, 4099, seed: 8).elements
    let results = KernelLevel.available.filter(\.isFused).map {
      smoothShrink(values, threshold: 0.5, $0)
    }
    for result in results { #expect(sameBits(result, results[0])) }
  }
}
