import LinearAlgebra
import ModelFile
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// S of units that inhibit each other, learned: what it has to be at all times.
@Suite struct InhibitionLearningTests {
  typealias Options = InhibitionLearning.Options

  /// Symmetric, a diagonal of zeros, from 0 to β, rows that sum to α.
  private func check(
    _ s: Matrix, _ options: Options, _ comment: Comment,
    at location: SourceLocation = #_sourceLocation
  ) {
    for row in 0..<s.rows {
      let sum = s.row(row).reduce(0.0) { $0 + Double($1) }
      #expect(
        abs(sum - options.sum) <= 1e-3 * max(options.sum, 1e-3), comment, sourceLocation: location)
      #expect(s[row, row] == 0, comment, sourceLocation: location)
      for column in 0..<row {
        #expect(s[row, column] == s[column, row], comment, sourceLocation: location)
        #expect(
          s[row, column] >= 0 && Double(s[row, column]) <= options.bound * (1 + 1e-6), comment,
          sourceLocation: location)
      }
    }
  }

  @Test("any matrix is taken to an S", arguments: [2, 3, 8, 40])
  func projects(units: Int) throws {
    for (number, share) in [0.0, 0.01, 0.3, 0.7, 1].enumerated() {
      let options = Options(bound: 2, sum: share * 2 * Double(units - 1), rate: 0.1)
      let learning = try InhibitionLearning(options, unitCount: units)
      for scale in [0, 0.01, 1, 100] as [Float] {
        var a = normalMatrix(units, units, seed: UInt64(number))
        a.scale(by: scale)
        let s = learning.projected(a)
        check(s, options, "K \(units), α \(options.sum), scale \(scale)")
        // What is one already stays.
        let again = learning.projected(s)
        let most = zip(s.elements, again.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(most < 1e-4)
      }
    }
  }

  /// No S of random ones is nearer.
  @Test("it is the nearest S")
  func nearest() throws {
    let options = Options(bound: 1, sum: 1.5, rate: 0.1)
    let learning = try InhibitionLearning(options, unitCount: 6)
    var a = normalMatrix(6, 6, seed: 3)
    for row in 0..<6 {
      for column in 0..<row { a[row, column] = a[column, row] }
    }
    func distance(_ s: Matrix) -> Double {
      var sum = 0.0
      for row in 0..<6 {
        for column in 0..<6 where row != column {
          sum += Double((s[row, column] - a[row, column]) * (s[row, column] - a[row, column]))
        }
      }
      return sum
    }
    let own = learning.projected(a)
    for seed in 0..<200 as Range<UInt64> {
      var near = a
      let noise = normalMatrix(6, 6, seed: 100 + seed)
      for index in near.elements.indices { near.elements[index] += 0.3 * noise.elements[index] }
      #expect(distance(own) <= distance(learning.projected(near)) * (1 + 1e-5))
    }
  }

  @Test("pairs that are in use together come to inhibit each other")
  func ascends() throws {
    let options = Options(bound: 1, sum: 2, rate: 0.5)
    let learning = try InhibitionLearning(options, unitCount: 8)
    var s = learning.projected(Matrix(zeros: 8, columns: 8))
    // Units 0 and 1 together, all others alone.
    var products = Matrix(zeros: 8, columns: 8)
    for unit in 0..<8 { products[unit, unit] = 1 }
    products[0, 1] = 1
    products[1, 0] = 1
    for step in 0..<20 {
      let next = learning.step(s, along: products)
      check(next, options, "step \(step)")
      #expect(next[0, 1] >= s[0, 1])
      s = next
    }
    #expect(s[0, 1] > 0.99 && s[0, 2] < s[2, 3])
  }

  @Test("codes that are all zero leave S as it is")
  func nothingUsed() throws {
    let learning = try InhibitionLearning(.init(bound: 1, sum: 2, rate: 0.5), unitCount: 5)
    let s = learning.projected(normalMatrix(5, 5, seed: 2))
    let next = learning.step(s, along: Matrix(zeros: 5, columns: 5))
    for (before, after) in zip(s.elements, next.elements) { #expect(abs(before - after) < 1e-5) }
  }

  @Test("sums that cannot be met are refused, with the bound")
  func infeasible() {
    #expect(throws: TrainingProblem.inhibitionSum(asked: 4.5, limit: 4)) {
      _ = try InhibitionLearning(.init(bound: 1, sum: 4.5, rate: 0.1), unitCount: 5)
    }
  }

  @Test("during a whole training it is an S", arguments: [false, true])
  func duringTraining(isNonnegative: Bool) throws {
    let x = Planted(records: 1000, seed: 12).records
    let constraint = Options(bound: 3, sum: 10, rate: 0.3)
    var options = DictionaryLearning.Options()
    options.codeLength = 24
    options.lambda = 0.3
    options.nonnegativeCode = isNonnegative
    options.penalty = try LateralPenalty.lateral(
      Matrix(zeros: 24, columns: 24), unitCount: 24)
    options.inhibition = constraint
    let data = try trainingSet(x)
    let partition = try Partition(count: data.count, validation: 0, seed: 0)
    var learning = try DictionaryLearning(
      data, preprocessing: .none, partition: partition, options: options, team: Threads(1))
    var last = Matrix(zeros: 24, columns: 24)
    for batch in stride(from: 0, to: 1000, by: 100) {
      try learning.learn(from: Array(batch..<batch + 100))
      let s = try #require(learning.problem.inhibition)
      check(s, constraint, "batch \(batch)")
      #expect(s != last)
      last = s
      // A state that is taken up again goes on the same way.
      var other = try DictionaryLearning(
        data, preprocessing: .none, partition: partition, options: options, team: Threads(2))
      try other.restore(learning.state)
      #expect(other.problem.inhibition == s && other.state == learning.state)
    }
  }
}
