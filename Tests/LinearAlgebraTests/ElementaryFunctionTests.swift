import Foundation
import LinearAlgebra
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Beside the C library's, which are within 1 ulp.
@Suite struct ElementaryFunctionTests {
  @Test func exponentials() {
    var random = CounterRandom(seed: 5)
    for round in 0..<20_000 {
      let x = (random.uniform() - 0.5) * (round % 2 == 0 ? 2 : 1416)
      let expected = exp(x)
      #expect(abs(exponential(x) - expected) <= 3 * expected.ulp, "e^\(x)")
    }
    #expect(exponential(0) == 1 && exponential(-.infinity) == 0 && exponential(.nan).isNaN)
    #expect(exponential(709.78) < .infinity && exponential(710) == .infinity)
    #expect(exponential(-745) == exp(-745) && exponential(-746) == 0)
    #expect(exponential(-720) > 0 && abs(exponential(-720) / exp(-720) - 1) < 1e-6)
  }

  @Test func logarithms() {
    #expect(naturalLogarithm(1) == 0)
    var random = CounterRandom(seed: 6)
    for round in 0..<20_000 {
      let x = round % 2 == 0 ? 0.5 + random.uniform() : exp((random.uniform() - 0.5) * 1400)
      let expected = log(x)
      #expect(abs(naturalLogarithm(x) - expected) <= 3 * expected.ulp, "ln \(x)")
    }
  }

  @Test func cosines() {
    #expect(cosine(ofHalfTurns: 0) == 1 && cosine(ofHalfTurns: 0.5) == 0)
    #expect(cosine(ofHalfTurns: 1) == -1)
    for step in 0...10_000 {
      let t = Double(step) / 10_000
      #expect(abs(cosine(ofHalfTurns: t) - cos(.pi * t)) <= 0x1p-51, "cos \(t)π")
    }
  }

  @Test func powers() {
    #expect(power(3, 0) == 1 && power(0.5, 10) == 0x1p-10 && power(3, 13) == 1_594_323)
    #expect(abs(power(0.999, 100_000) / pow(0.999, 100_000) - 1) < 1e-11)
  }

  /// Tests/Reference/error_function.py, sixty digits.
  @Test func errorFunctions() throws {
    let lines = try String(
      contentsOfFile: referencePath("error_function/values.txt"), encoding: .utf8
    )
    .split(separator: "\n")
    #expect(lines.count > 1000)
    for line in lines {
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      try #require(numbers.count == 2, "\(line)")
      let (x, expected) = (numbers[0], numbers[1])
      let tolerance = x < 0.5 ? 3 * expected.ulp : 0x1p-52
      #expect(abs(errorFunction(x) - expected) <= tolerance, "erf \(x)")
      #expect(errorFunction(-x) == -errorFunction(x))
      #expect(errorFunction(x, gaussian: exponential(-x * x)) == errorFunction(x))
    }
    #expect(errorFunction(.infinity) == 1 && errorFunction(.nan).isNaN)
    // It never falls, at the seams of its parts neither.
    var (last, x) = (0.0, 0.0)
    while x < 7 {
      x += 1.0 / 8192
      let value = errorFunction(x)
      #expect(value >= last - 0x1p-53, "erf \(x)")
      last = value
    }
  }
}
