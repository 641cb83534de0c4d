import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

/// Gaussians for codes, beside a plain twin with the C library's functions.
@Suite struct VariationalTests {
  /// ½aσ² + λ E|z| − (1/2β) log 2πeσ² as it is written.
  static func cost(_ unit: GaussianUnit, _ m: Double, _ s: Double) -> Double {
    let size =
      (2 / Double.pi).squareRoot() * s * exp(-m * m / (2 * s * s))
      + m * erf(m / (s * 2.0.squareRoot()))
    return 0.5 * unit.curvature * s * s + unit.lambda * size
      - 0.5 * unit.temperature * log(2 * .pi * M_E * s * s)
  }

  /// The x of least f, by golden sections of low…high.
  static func least(_ low: Double, _ high: Double, _ f: (Double) -> Double) -> Double {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (a, b) = (low, high)
    for _ in 0..<200 {
      let (c, d) = (b - ratio * (b - a), a + ratio * (b - a))
      if f(c) < f(d) { b = d } else { a = c }
    }
    return 0.5 * (a + b)
  }

  static let units: [GaussianUnit] = [0.01, 0.5, 1, 30].flatMap { curvature in
    [(0.1, 1.0), (0.1, 0.001), (2, 1e-6), (1e-3, 50)].map { lambda, temperature in
      GaussianUnit(curvature: curvature, lambda: lambda, temperature: temperature)
    }
  }

  static let means = [0, 1e-9, -0.003, 0.05, -0.4, 1, 7, -90]

  // MARK: One unit

  @Test(arguments: 0..<16)
  func deviationIsTheBest(index: Int) {
    let unit = Self.units[index]
    for mean in Self.means {
      let point = unit.point(mean: mean)
      #expect(abs(point.mean - mean) <= 1e-12 * abs(mean), "\(unit) \(mean)")
      let least = exp(
        Self.least(log(1e-12), log(1e6)) { Self.cost(unit, mean, exp($0)) })
      #expect(abs(point.deviation / least - 1) < 1e-3, "\(unit) \(mean)")
      #expect(
        Self.cost(unit, mean, point.deviation) <= Self.cost(unit, mean, least)
          + 1e-14 * abs(Self.cost(unit, mean, least)), "\(unit) \(mean)")
      let root =
        unit.curvature * point.deviation * point.deviation
        + unit.lambda * (2 / Double.pi).squareRoot() * point.deviation
        * exp(-mean * mean / (2 * point.deviation * point.deviation))
      #expect(abs(root / unit.temperature - 1) < 1e-9, "\(unit) \(mean)")
      let cost = Self.cost(unit, mean, point.deviation)
      #expect(abs(unit.value(point) - cost) < 1e-12 * max(1, abs(cost)), "\(unit) \(mean)")
    }
  }

  @Test(arguments: 0..<16)
  func slopeIsThatOfTheCost(index: Int) {
    let unit = Self.units[index]
    for mean in Self.means {
      let point = unit.point(mean: mean)
      let step = 1e-4 * point.deviation
      let ends = [mean - step, mean + step].map { unit.value(unit.point(mean: $0)) }
      let rounding = 1e-15 * (abs(ends[0]) + abs(ends[1])) / step
      #expect(
        abs((ends[1] - ends[0]) / (2 * step) - point.pull) < 1e-6 * unit.lambda + rounding,
        "\(unit) \(mean)")
      // The cost is least along σ, too.
      let beside = [0.999, 1.001].map { Self.cost(unit, mean, $0 * point.deviation) }
      let here = Self.cost(unit, mean, point.deviation)
      #expect(beside.allSatisfy { $0 >= here - 1e-14 * abs(here) }, "\(unit) \(mean)")
    }
  }

  /// Whatever it begins with, the step is to the least of ½a m² − b m + ρ(m).
  @Test(arguments: 0..<16)
  func stepIsTheBest(index: Int) {
    let unit = Self.units[index]
    for drive in [0, 1e-8, 0.3, -0.99, 1, 1.01, -4, 300].map({ $0 * unit.lambda }) {
      let expected = Self.least(
        -2 * abs(drive) / unit.curvature - 1, 2 * abs(drive) / unit.curvature + 1
      ) {
        0.5 * unit.curvature * $0 * $0 - drive * $0 + unit.value(unit.point(mean: $0))
      }
      for start in [0, 1, -30, 1e9] {
        let point = unit.point(drive: drive, near: start)
        #expect(
          abs(unit.curvature * point.mean + point.pull - drive) <= 1e-12 * abs(drive),
          "\(unit) \(drive) \(start)")
        // Golden sections see half the digits.
        #expect(
          abs(point.mean - expected) < 1e-6 * max(abs(expected), point.deviation, 1),
          "\(unit) \(drive) \(start): \(point.mean), \(expected)")
      }
    }
  }

  /// Fenchel and Young: ρ(m) + ρ*(q) ≥ qm, by a search for the conjugate.
  @Test(arguments: 0..<16)
  func excessIsThatOfTheConjugate(index: Int) {
    let unit = Self.units[index]
    for mean in Self.means {
      let point = unit.point(mean: mean)
      #expect(unit.excess(point, over: point.pull) <= 1e-9 * unit.rise(point) + 1e-300)
      for share in [-1, -0.7, 0, 0.2, 0.9, 1] {
        let q = share * unit.lambda
        let excess = unit.excess(point, over: q)
        let far =
          40 * (unit.temperature / unit.curvature).squareRoot() + 2 * unit.temperature / unit.lambda
        let best = Self.least(-far, far) { unit.value(unit.point(mean: $0)) - q * $0 }
        let found = unit.value(point) - q * mean - (unit.value(unit.point(mean: best)) - q * best)
        // No n is better than the one that the excess knows; near λ none that is found is as good.
        let scale = abs(unit.value(point)) + abs(q * mean) + abs(q * best)
        #expect(excess >= found - 1e-9 * scale, "\(unit) \(mean) \(share)")
        if abs(share) < 1 {
          #expect(abs(excess - found) <= 1e-7 * scale, "\(unit) \(mean) \(share)")
        }
      }
    }
  }

  // MARK: Energy

  /// ∫ q (½‖x − Dz‖² + λ‖z‖₁) − H(q)/β of two units on a grid.
  @Test(arguments: [0.7, 20, 4000])
  func energyIsTheIntegral(beta: Double) {
    let (lambda, side) = (0.3, 3000)
    let (atoms, x) = (normalMatrix(2, 3, seed: 81), normalMatrix(1, 3, seed: 82))
    let problem = CodingProblem(atoms: atoms, lambda: Float(lambda)).variational(beta: beta)
    let codes = problem.gaussianCodes(of: x, until: .init(relativeGap: 1e-10))
    let exactLambda = Double(Float(lambda))
    let (m, s) = (codes.means.doubles(0), codes.variances.doubles(0).map { $0.squareRoot() })
    let grids = (0..<2).map { k in
      (0...side).map { step -> (z: Double, weight: Double) in
        let t = 20 * Double(step) / Double(side) - 10
        return (m[k] + s[k] * t, exp(-t * t / 2) * 20 / Double(side) / (2 * Double.pi).squareRoot())
      }
    }
    let (first, second, record) = (atoms.doubles(0), atoms.doubles(1), x.doubles(0))
    var integral = 0.0
    for (z, weight) in grids[0] {
      for (y, other) in grids[1] {
        var square = 0.0
        for i in 0..<3 {
          let r = record[i] - z * first[i] - y * second[i]
          square += r * r
        }
        integral += weight * other * (0.5 * square + exactLambda * (abs(z) + abs(y)))
      }
    }
    let entropy = s.reduce(0) { $0 + 0.5 * log(2 * .pi * M_E * $1 * $1) }
    let expected = integral - entropy / beta
    #expect(abs(problem.energies(of: codes.means, records: x)[0] / expected - 1) < 1e-6)
  }

  /// Tests/Reference/variational.py, which knows no more than the energy.
  @Test(arguments: [2, 40, 1000])
  func codesAreThoseOfSciPy(beta: Int) throws {
    let x = try referenceMatrix("variational/records.npy")
    let problem = CodingProblem(
      atoms: try referenceMatrix("variational/atoms.npy"), lambda: 0.15
    ).variational(beta: Double(beta))
    let codes = problem.gaussianCodes(of: x, until: .init(relativeGap: 1e-9))
    #expect(codes.exactness == .init())
    let means = try referenceMatrix("variational/means-\(beta).npy")
    #expect(agree(codes.means.elements, means.elements, within: 1e-4))
    let variances = try referenceMatrix("variational/variances-\(beta).npy")
    for (found, expected) in zip(codes.variances.elements, variances.elements) {
      #expect(abs(found / expected - 1) < 1e-3)
    }
    let energies = try referenceMatrix("variational/energies-\(beta).npy").elements
    let found = problem.energies(of: codes.means, records: x)
    for (energy, expected) in zip(found, energies) {
      #expect(abs(energy / Double(expected) - 1) < 1e-6)
    }
  }
}
