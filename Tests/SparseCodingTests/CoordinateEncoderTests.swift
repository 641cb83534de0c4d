import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

@Suite struct CoordinateEncoderTests {
  /// Atoms of several lengths, one of them zero.
  private func problem(_ variant: Variant) -> CodingProblem {
    var atoms = variant.problem().atoms
    for unit in 0..<30 {
      let scale = unit == 4 ? 0 : 0.5 + Float(unit % 7) / 4
      atoms.setRow(unit, to: atoms.row(unit).map { scale * $0 }[...])
    }
    return CodingProblem(
      atoms: atoms, lambda: 0.15, hasDCUnit: variant.hasDCUnit,
      isNonnegative: variant.isNonnegative)
  }

  /// Records so bright that a rectified DC is not cut.
  private func records(_ rows: Int, seed: UInt64) -> Matrix {
    Matrix(
      rows: rows, columns: 20, elements: normalMatrix(rows, 20, seed: seed).elements.map { $0 + 6 })
  }

  @Test(arguments: Variant.all, [0, 1, 2, 10, 60])
  func untrainedItIsGreedyCoordinateDescent(variant: Variant, updates: Int) {
    let seed: UInt64 = 31
    let (problem, x) = (problem(variant), records(9, seed: seed))
    let plain = PlainLasso(problem)
    let code = Encoder.unrollingCoordinates(problem, iterations: updates)(x)
    for record in 0..<x.rows {
      let expected = plain.greedyCode(of: x.doubles(record), updates: updates).map { Float($0) }
      #expect(
        agree(Array(code.row(record)), expected, within: 2e-5),
        "\(variant) T \(updates) seed \(seed) record \(record)")
    }
  }

  @Test(arguments: Variant.all) func energyFallsAtEveryUpdate(variant: Variant) {
    let seed: UInt64 = 32
    let (problem, x) = (problem(variant), records(4, seed: seed))
    let plain = PlainLasso(problem)
    let encoder = Encoder.unrollingCoordinates(problem, iterations: 1)
    let updates = CoordinateUpdates(
      effects: encoder.recurrent[0].transposed, thresholds: encoder.threshold[0],
      nonlinearity: problem.isNonnegative ? .relu : .shrink)
    let drive = product(x, PackedMatrix(encoder.weight))
    let effects = encoder.recurrent[0].transposed
    for record in 0..<x.rows {
      let one = x.rows(record..<record + 1)
      var state = CoordinateUpdates.State(units: problem.codeLength)
      state.begin(with: drive.row(record))
      func energy() -> Double {
        let units = problem.penalised(Matrix(rows: 1, columns: 30 + dc, elements: state.code))
        return plain.energy(one.doubles(0), problem.completed(units, of: one).doubles(0))
      }
      let dc = variant.hasDCUnit ? 1 : 0
      var last = energy()
      for update in 0..<60 {
        #expect(effects.withView { updates.update(&state, $0) } != nil)
        let name: Comment = "\(variant) seed \(seed) record \(record) update \(update)"
        #expect(energy() < last, name)
        last = energy()
        // The state's DC is exact all along; the DC unit itself is never moved.
        if variant.hasDCUnit {
          let units = problem.penalised(Matrix(rows: 1, columns: 31, elements: state.code))
          let exact = problem.completed(units, of: one)[0, 30]
          #expect(abs(state.drive[30] - exact) < 1e-4, name)
          #expect(state.code[30] == 0, name)
        }
      }
    }
  }

  @Test(arguments: Variant.all) func manyUpdatesMeetTheExactCodes(variant: Variant) {
    let seed: UInt64 = 33
    let problem = problem(variant)
    let x = variant.hasDCUnit ? records(9, seed: seed) : normalMatrix(9, 20, seed: seed)
    let plain = PlainLasso(problem)
    let code = Encoder.unrollingCoordinates(problem, iterations: 5000)(x)
    for record in 0..<x.rows {
      let name: Comment = "\(variant) seed \(seed) record \(record)"
      #expect(plain.violation(x.doubles(record), code.doubles(record)) < 1e-3, name)
      let best = plain.energy(x.doubles(record), plain.code(of: x.doubles(record)))
      let energy = plain.energy(x.doubles(record), code.doubles(record))
      #expect(energy <= best * (1 + 1e-5), name)
    }
  }

  /// Trained weights: a diagonal, thresholds of either sign, a gain, a unit that moves no other one.
  @Test(arguments: [Nonlinearity.relu, .shrink], [0, 1, 7])
  func isItsFormula(nonlinearity: Nonlinearity, iterations: Int) {
    let seed: UInt64 = 34
    var recurrent = unitAtoms(9, 9, seed: seed)
    for row in 0..<9 { recurrent[row, 3] = 0 }
    let weight = unitAtoms(9, 6, seed: seed + 1)
    let threshold = normalMatrix(1, 9, seed: seed + 2).elements.map { 0.2 * $0 + 0.1 }
    let gain = normalMatrix(1, 9, seed: seed + 3).elements
    let encoder = Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold, gain: gain,
      nonlinearity: nonlinearity, form: .coordinate, iterations: iterations)
    let x = normalMatrix(5, 6, seed: seed + 4)
    func f(_ drive: Matrix) -> Matrix {
      var code = drive
      Epilogue(nonlinearity, thresholds: threshold).apply(to: &code)
      return code
    }
    var drive = product(x, PackedMatrix(weight))
    for record in 0..<x.rows {
      var z = [Float](repeating: 0, count: 9)
      for _ in 0..<iterations {
        let target = f(drive).row(record)
        let distances = zip(target, z).enumerated().map { $0 == 3 ? 0 : abs($1.0 - $1.1) }
        let unit = distances.firstIndex(of: distances.max() ?? 0) ?? 0
        let move = target[target.startIndex + unit] - z[unit]
        for other in 0..<9 {
          drive[record, other].addProduct(move, recurrent[other, unit])
        }
        z[unit] = target[target.startIndex + unit]
      }
    }
    let expected = f(drive).elements.enumerated().map { $0.element * gain[$0.offset % 9] }
    #expect(
      agree(encoder(x).elements, expected, within: 1e-6), "\(nonlinearity) T \(iterations)")
  }

  /// Of units that would move as far the first is taken; where none would move there is no update.
  @Test func theFirstOfSeveralMoves() {
    let effects = Matrix(rows: 3, columns: 3, elements: [0, -1, -1, -1, 0, -1, -1, -1, 0])
    let updates = CoordinateUpdates(
      effects: effects, thresholds: [0.5, 0.5, 0.5], nonlinearity: .shrink)
    var state = CoordinateUpdates.State(units: 3)
    state.begin(with: [0.4, 2, -2])
    #expect(effects.withView { updates.update(&state, $0) }?.unit == 1)
    #expect(state.code == [0, 1.5, 0])
    #expect(state.drive == [-1.1, 2, -3.5])
    state.begin(with: [0.4, -0.5, 0.5])
    #expect(effects.withView { updates.update(&state, $0) } == nil)
    #expect(state.code == [0, 0, 0])
  }

  @Test(arguments: Variant.all) func codesDependOnNothingButTheirRecord(variant: Variant) {
    let x = records(RecordTile.rows + 20, seed: 35)
    let encoder = Encoder.unrollingCoordinates(problem(variant), iterations: 25)
    let whole = encoder(x)
    for range in [0..<1, 7..<9, 100..<132, 131..<132] {
      #expect(encoder(x.rows(range)) == whole.rows(range), "\(variant) \(range)")
    }
    #expect(encoder(x.rows(0..<0)) == Matrix(zeros: 0, whole.columns))
    #expect(encoder.with(iterations: 3)(x) != whole)
  }
}
