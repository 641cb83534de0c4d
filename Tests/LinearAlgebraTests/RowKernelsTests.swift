import LinearAlgebra
import TestSupport
import Testing

@Suite struct RowKernelsTests {
  /// To the bit, on every level: strips of eight, two and one vectors, and what is left.
  @Test(arguments: [0, 1, 5, 16, 17, 47, 130, 261], [0, 1, 2, 9])
  func combinationsAreChains(columns: Int, count: Int) {
    let rows = sample(12, columns, seed: 3)
    let weights = sample(1, 12, seed: 4).elements
    let members = (0..<count).map { Int32(7 * $0 % 12) }
    for level in KernelLevel.available {
      var out = [Float](repeating: .nan, count: columns)
      rows.withView {
        RowKernels(level).combine(members, of: $0, weights: weights, into: &out)
      }
      let expected = (0..<columns).map { column in
        zip(members, weights).reduce(Float(0)) {
          level.rounding.add(rows[Int($1.0), column], $1.1, to: $0)
        }
      }
      #expect(out == expected, "\(level) \(columns) columns, \(count) rows")
    }
  }

  /// The same unit on every level, and no other unit gets there sooner.
  @Test(arguments: [1, 15, 16, 33, 256], [false, true])
  func crossingsAreTheFirst(count: Int, bothSigns: Bool) {
    for seed in UInt64(1)...40 {
      let values = sample(1, count, seed: seed).elements.map { min(3, max(-3, $0)) }
      let slopes = sample(1, count, seed: seed + 100).elements
      let barred = sample(1, count, density: 0.3, seed: seed + 200).elements.map {
        Int32($0 == 0 ? 0 : -1)
      }
      let limit: Float = 0.4
      let steps = values.indices.filter { barred[$0] == 0 }.flatMap { k in
        (bothSigns ? [Float(1), -1] : [1]).compactMap { sign -> (index: Int, step: Float)? in
          let step = (3 - sign * values[k]) / (1 - sign * slopes[k])
          return 1 - sign * slopes[k] > 0 && step < limit ? (k, step) : nil
        }
      }
      let expected = steps.min { $0.step < $1.step }
      for level in KernelLevel.available {
        let found = RowKernels(level).firstCrossing(
          values, slopes: slopes, barred: barred, level: 3, limit: limit, bothSigns: bothSigns)
        #expect(found?.index == expected?.index, "\(level) \(count) \(bothSigns) seed \(seed)")
        #expect(found?.step == expected?.step, "\(level) \(count) \(bothSigns) seed \(seed)")
      }
    }
  }

  @Test func ofEqualCrossingsTheLowestUnitIsTaken() {
    var values = [Float](repeating: 0, count: 40)
    for index in [37, 21, 5, 9] { values[index] = index == 9 ? -1 : 1 }
    let zeros = [Float](repeating: 0, count: 40)
    for level in KernelLevel.available {
      let found = RowKernels(level).firstCrossing(
        values, slopes: zeros, barred: [Int32](repeating: 0, count: 40), level: 1.5, limit: 1,
        bothSigns: true)
      #expect(found?.index == 5, "\(level)")
      #expect(found?.step == 0.5, "\(level)")
    }
  }

  @Test(arguments: [1, 15, 16, 17, 32, 100]) func theLargestIsFound(count: Int) {
    for seed in UInt64(1)...20 {
      let values = sample(1, count, seed: seed).elements
      for level in KernelLevel.available {
        let kernels = RowKernels(level)
        #expect(
          kernels.indexOfLargest(values, bothSigns: false)
            == values.indices.max { values[$0] < values[$1] }, "\(level) \(count) seed \(seed)")
        #expect(
          kernels.indexOfLargest(values, bothSigns: true)
            == values.indices.max { abs(values[$0]) < abs(values[$1]) },
          "\(level) \(count) seed \(seed)")
      }
    }
    #expect(RowKernels.current.indexOfLargest([-2, -1, -1], bothSigns: false) == 1)
  }

  /// The same unit and value as one unit after another, on every level.
  @Test(arguments: [0, 1, 15, 16, 17, 33, 100, 256], [Nonlinearity.relu, .shrink])
  func theSteepestIsFound(count: Int, nonlinearity: Nonlinearity) {
    for seed in UInt64(1)...20 {
      let drive = sample(1, count, seed: seed).elements
      let thresholds = sample(1, count, seed: seed + 100).elements.map(abs)
      let code = sample(1, count, density: 0.3, seed: seed + 200).elements
      let barred = sample(1, count, density: 0.3, seed: seed + 300).elements.map {
        Int32($0 == 0 ? 0 : -1)
      }
      var expected: (unit: Int, value: Float, change: Float) = (-1, 0, 0)
      for k in 0..<count where barred[k] == 0 {
        let size = nonlinearity == .shrink ? abs(drive[k]) : drive[k]
        let cut = max(0, size - thresholds[k])
        let value = nonlinearity == .shrink && drive[k] < 0 && cut > 0 ? -cut : cut
        if abs(value - code[k]) > expected.change { expected = (k, value, abs(value - code[k])) }
      }
      for level in KernelLevel.available {
        let found = RowKernels(level).steepest(
          drive, code: code, thresholds: thresholds, nonlinearity: nonlinearity, barred: barred)
        #expect(found.unit == expected.unit, "\(level) seed \(seed)")
        #expect(sameBits([found.value], [expected.value]), "\(level) seed \(seed)")
      }
    }
  }

  @Test func ofEqualStepsTheLowestUnitIsTakenAndNoneWhereNoneMoves() {
    let count = 40
    var drive = [Float](repeating: 0.5, count: count)
    let thresholds = [Float](repeating: 1, count: count)
    let code = [Float](repeating: 0, count: count)
    var barred = [Int32](repeating: 0, count: count)
    func steepest(_ level: KernelLevel) -> (unit: Int, value: Float) {
      RowKernels(level).steepest(
        drive, code: code, thresholds: thresholds, nonlinearity: .shrink, barred: barred)
    }
    for level in KernelLevel.available { #expect(steepest(level) == (-1, 0), "\(level)") }
    for unit in [37, 5, 21, 9] { drive[unit] = -3 }
    for level in KernelLevel.available { #expect(steepest(level) == (5, -2), "\(level)") }
    barred[5] = -1
    for level in KernelLevel.available { #expect(steepest(level) == (9, -2), "\(level)") }
  }
}

@Suite struct PrincipalInverseTests {
  /// Members come and go, beyond the room there is at first: M(M⁻¹x) is x.
  @Test func isTheInverseOfItsMembers() {
    let seed: UInt64 = 5
    let factor = sample(90, 200, seed: seed)
    let matrix = product(factor, PackedMatrix(factor))
    var random = CounterRandom(seed: seed)
    for level in KernelLevel.available {
      var inverse = PrincipalInverse(RowKernels(level))
      for round in 0..<2 {
        for unit in random.permutation(of: 90) where !inverse.members.contains(Int32(unit)) {
          let isIndependent = matrix.withView { inverse.append(unit, of: $0) }
          #expect(isIndependent)
          if inverse.members.count % 3 == 0 { inverse.swapRemove(at: inverse.members.count / 2) }
          expectInverse(inverse, of: matrix, "\(level) round \(round)")
        }
        while inverse.members.count > 5 {
          inverse.swapRemove(at: inverse.members.count / 3)
          expectInverse(inverse, of: matrix, "\(level) round \(round)")
        }
      }
    }
  }

  private func expectInverse(_ inverse: PrincipalInverse, of matrix: Matrix, _ what: String) {
    let members = inverse.members.map(Int.init)
    let x = members.map { Float($0 % 7) - 3 }
    var y: [Float] = []
    inverse.apply(to: x, into: &y)
    let back = members.map { row in
      Float(zip(members, y).reduce(0.0) { $0 + Double(matrix[row, $1.0]) * Double($1.1) })
    }
    #expect(agree(back, x, within: 2e-3), "\(what), \(members.count) members")
  }

  @Test func combinationsOfMembersAreRefused() {
    var factor = sample(4, 8, seed: 6)
    factor.setRow(2, to: zip(factor.row(0), factor.row(1)).map { $0 - 2 * $1 }[...])
    factor.setRow(3, to: [Float](repeating: 0, count: 8)[...])
    let matrix = product(factor, PackedMatrix(factor))
    var inverse = PrincipalInverse()
    let taken = [0, 0, 1, 2, 3].map { unit in matrix.withView { inverse.append(unit, of: $0) } }
    #expect(taken == [true, false, true, false, false])
    #expect(inverse.members == [0, 1])
    inverse.swapRemove(at: 0)
    let isTaken = matrix.withView { inverse.append(2, of: $0) }
    #expect(isTaken)
    #expect(inverse.members == [1, 2])
  }
}
