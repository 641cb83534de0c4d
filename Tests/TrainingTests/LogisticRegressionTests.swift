import ByteIO
import LinearAlgebra
import SparseCoding
import TensorStream
import TestSupport
import Testing

@testable import Training

private func regression(
  _ z: Matrix, _ labels: [Int32], decay: Double = 0.01, threads: Int = 1,
  keeping: Keeping = .memory, validation: Int = 0
) throws -> LogisticRegression {
  var options = LogisticRegression.Options()
  options.decay = decay
  options.tolerance = 1e-7
  return try LogisticRegression(
    try trainingSet(z, keeping: keeping), labels: try ClassLabels(labels, records: z.rows),
    partition: try Partition(count: z.rows, validation: validation, seed: 1), options: options,
    team: Threads(threads))
}

@Suite struct LogisticRegressionTests {
  @Test(arguments: [0, 0.1]) func theGradientIsTheDifferenceQuotient(decay: Double) throws {
    let seed: UInt64 = 91
    let z = normalMatrix(250, 5, density: 0.6, seed: seed)
    let labels = (0..<250).map { Int32($0 * 7 % 3) }
    let regression = try regression(z, labels, decay: decay, validation: 20)
    let point = normalMatrix(1, 18, seed: seed + 1).elements.map(Double.init)
    let gradient = try regression.objective(point).gradient
    for index in point.indices {
      let step = 1e-2
      var (up, down) = (point, point)
      up[index] += step
      down[index] -= step
      let slope =
        (try regression.objective(up).value - regression.objective(down).value) / (2 * step)
      #expect(abs(slope - gradient[index]) < 1e-4, "seed \(seed) decay \(decay) variable \(index)")
    }
  }

  @Test func theOptimumIsThatOfNumPy() throws {
    let z = try referenceMatrix("logistic/features.npy")
    let regression = try regression(z, try referenceIntegers("logistic/labels.npy"))
    var losses: [Double] = []
    let classifier = try regression.run { losses.append(figures($0)["loss"] ?? .nan) }
    let expected = try referenceMatrix("logistic/loss.npy").elements[0]
    #expect(abs(try #require(losses.last) - Double(expected)) < 1e-6)
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $1 <= $0 })
    let weight = try referenceMatrix("logistic/weight.npy")
    for (found, wanted) in zip(classifier.weight.elements, weight.elements) {
      #expect(abs(found - wanted) < 1e-3 * max(1, abs(wanted)))
    }
    let offsets = try #require(classifier.bias)
    let mean = offsets.reduce(0, +) / 3
    let bias = try referenceMatrix("logistic/bias.npy").elements
    #expect(agree(offsets.map { $0 - mean }, bias, within: 2e-3))
  }

  @Test func neitherThreadsNorStorageShow() throws {
    let z = normalMatrix(700, 6, density: 0.4, seed: 92)
    let labels = (0..<700).map { z[$0, 0] > 0 ? Int32(2) : 0 }
    let first = try regression(z, labels, validation: 33).run { _ in }
    #expect(first.classCount == 3)
    for threads in [1, 2, 4] {
      for keeping in Keeping.allCases {
        let other = try regression(
          z, labels, threads: threads, keeping: keeping, validation: 33
        ).run { _ in }
        #expect(other.weight == first.weight, "\(threads) \(keeping)")
        #expect(other.bias == first.bias, "\(threads) \(keeping)")
      }
    }
  }

  @Test func featuresThatNeverVaryGetNoWeight() throws {
    var z = normalMatrix(200, 4, seed: 93)
    for record in 0..<200 {
      z[record, 1] = 0
      z[record, 3] = 1e4
    }
    let labels = (0..<200).map { z[$0, 0] > 0 ? Int32(1) : 0 }
    let regression = try regression(z, labels)
    let classifier = try regression.run { _ in }
    for label in 0..<2 {
      #expect(classifier.weight[label, 1] == 0)
      #expect(classifier.weight[label, 3] == 0)
      #expect(classifier.weight[label, 0] != 0)
    }
    #expect(try regression.error(of: classifier, on: Array(0..<200)) < 0.05)
  }

  /// Features of any scale count the same.
  @Test func theScaleOfAFeatureDoesNotShow() throws {
    let z = normalMatrix(300, 3, seed: 94)
    var small = z
    for record in 0..<300 { small[record, 0] *= 0x1p-30 }
    let labels = (0..<300).map { z[$0, 0] + 0.5 * z[$0, 1] > 0 ? Int32(1) : 0 }
    let one = try regression(z, labels).run { _ in }
    let other = try regression(small, labels).run { _ in }
    #expect(abs(other.weight[0, 0] * 0x1p-30 - one.weight[0, 0]) < 1e-3 * abs(one.weight[0, 0]))
  }

  @Test func labelsThatDoNotFit() {
    let z = normalMatrix(4, 2, seed: 95)
    func problem(_ labels: [Int32]) -> TrainingProblem? {
      trainingProblem { _ = try regression(z, labels) }
    }
    #expect(problem([0, 1, 0]) == .labelCount(labels: 3, records: 4))
    #expect(problem([0, 1, -2, 0]) == .labelTooSmall(-2, record: 2))
    #expect(problem([3, 3, 3, 3]) == .oneClass(3))
    #expect(
      problem([0, 1, 0, .max])
        == .labelTooLarge(.max, record: 3, limit: Classifier.classLimit))
    #expect(problem([0, 1, 0, 5]) == nil)
  }

  @Test func crossEntropyOfLargeScores() {
    let (loss, slopes) = crossEntropy([1000, 1000, -1000], label: 1)
    #expect(slopes == [0.5, -0.5, 0])
    #expect(abs(loss - 0.6931471805599) < 1e-9)
  }
}

@Suite struct LBFGSTests {
  @Test func rosenbrock() throws {
    let solver = LBFGS(iterationLimit: 500, tolerance: 1e-10)
    var values: [Double] = []
    let result = try solver.minimise(from: [-1.2, 1]) { p in
      let (a, b) = (1 - p[0], p[1] - p[0] * p[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * p[0] * b, 200 * b])
    } report: {
      values.append($1)
    }
    #expect(result.converged)
    #expect(result.iterations < 100)
    #expect(abs(result.point[0] - 1) < 1e-6 && abs(result.point[1] - 1) < 1e-6)
    #expect(zip(values, values.dropFirst()).allSatisfy { $1 <= $0 })
  }

  @Test func quadratics() throws {
    let scales = (0..<30).map { Double($0 * $0 + 1) }
    let solver = LBFGS(iterationLimit: 1000, tolerance: 1e-8)
    let result = try solver.minimise(from: [Double](repeating: 5, count: 30)) { p in
      let shifted = p.map { $0 - 2 }
      return (
        zip(scales, shifted).reduce(0) { $0 + 0.5 * $1.0 * $1.1 * $1.1 },
        zip(scales, shifted).map { $0 * $1 }
      )
    } report: { _, _ in
    }
    #expect(result.converged)
    #expect(result.point.allSatisfy { abs($0 - 2) < 1e-4 })
  }

  @Test func aStationaryStartIsTheEnd() throws {
    let result = try LBFGS(iterationLimit: 5, tolerance: 1e-4).minimise(from: [0, 0]) {
      ($0[0] * $0[0], [2 * $0[0], 0])
    } report: { _, _ in
      Issue.record("no step is to be made")
    }
    #expect(result.iterations == 0 && result.converged)
  }

  @Test func theLimitIsHonoured() throws {
    var steps = 0
    let result = try LBFGS(iterationLimit: 3, tolerance: 1e-12).minimise(from: [-1.2, 1]) { p in
      let (a, b) = (1 - p[0], p[1] - p[0] * p[0])
      return (a * a + 100 * b * b, [-2 * a - 400 * p[0] * b, 200 * b])
    } report: { _, _ in
      steps += 1
    }
    #expect(steps == 3 && result.iterations == 3 && !result.converged)
  }
}
