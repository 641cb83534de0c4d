import LinearAlgebra
import TestSupport
import Testing

@testable import SparseCoding

@Suite struct EncoderTests {
  /// T passes after the first step are T + 1 steps of ISTA, in the Gram form of the solver and of the
  /// plain twin in Double; the DC is that of the code before the last pass.
  ///
  /// Within 1e-6 of the record's largest code value, the DC unit included. For records of mean zero that
  /// is the rounding of We, S and θ and of the sums, in equal parts. What a record has of the DC unit
  /// adds to it: We is orthogonal to d₀ only to rounding, while the solver projects the record first.
  @Test(arguments: Variant.all, [0, 1, 2, 10])
  func unrolledPassesAreStepsOfISTA(variant: Variant, iterations: Int) {
    let seed: UInt64 = 21
    let problem = variant.problem()
    // Bright records, so that a rectified DC is not cut.
    let x = Matrix(
      rows: 17, columns: 20, elements: normalMatrix(17, 20, seed: seed).elements.map { $0 + 6 })
    let input = variant.hasDCUnit ? x : normalMatrix(17, 20, seed: seed)
    let code = Encoder.unrolling(problem, iterations: iterations)(input)
    func ista(_ steps: Int) -> Matrix {
      SparseSolver.ista.solve(
        problem, records: input, until: .init(relativeGap: nil, iterationLimit: steps)
      ).code
    }
    let (solved, before) = (ista(iterations + 1), ista(iterations))
    for record in 0..<input.rows {
      let name: Comment = "\(variant) T \(iterations) seed \(seed) record \(record)"
      let plain = PlainLasso(problem).istaCode(
        of: input.doubles(record), steps: iterations + 1, lipschitz: Double(problem.lipschitz))
      var steps = solved.doubles(record)
      if variant.hasDCUnit { steps[30] = before.doubles(record)[30] }
      let bound = 1e-6 * plain.reduce(0) { max($0, abs($1)) }
      for (unit, value) in code.doubles(record).enumerated() {
        #expect(abs(value - plain[unit]) <= bound, name)
        #expect(abs(value - steps[unit]) <= bound, name)
      }
    }
  }

  @Test(arguments: Nonlinearity.allCases, [0, 3])
  func isItsFormula(nonlinearity: Nonlinearity, iterations: Int) {
    let seed: UInt64 = 22
    let (weight, recurrent) = (unitAtoms(9, 6, seed: seed), unitAtoms(9, 9, seed: seed + 1))
    let threshold = normalMatrix(1, 9, seed: seed + 2).elements.map { 0.2 * abs($0) }
    let gain = normalMatrix(1, 9, seed: seed + 3).elements
    let encoder = Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold, gain: gain,
      nonlinearity: nonlinearity, iterations: iterations)
    let x = normalMatrix(4, 6, seed: seed + 4)
    let drive = product(x, PackedMatrix(weight))
    var code = drive
    Epilogue(nonlinearity, thresholds: threshold).apply(to: &code)
    for _ in 0..<iterations {
      code = product(code, PackedMatrix(recurrent), start: .matrix(drive))
      Epilogue(nonlinearity, thresholds: threshold).apply(to: &code)
    }
    let expected = code.elements.enumerated().map { $0.element * gain[$0.offset % 9] }
    #expect(encoder(x).elements == expected, "\(nonlinearity) T \(iterations)")
  }

  /// Sparse and dense records, tiles and orders: always the same bits.
  @Test(arguments: Variant.all) func codesDependOnNothingButTheirRecord(variant: Variant) {
    let seed: UInt64 = 23
    for density in [0, 0.05, 0.5, 1] {
      let x = normalMatrix(RecordTile.rows + 40, 20, density: density, seed: seed)
      let encoder = Encoder.unrolling(variant.problem(), iterations: 5)
      let whole = encoder(x)
      // A dense neighbour makes its tile dense.
      let dense = normalMatrix(RecordTile.rows, 20, seed: seed + 1)
      for record in [0, 1, 111, 112, 151] {
        let name: Comment = "\(variant) density \(density) seed \(seed) record \(record)"
        let one = x.rows(record..<record + 1)
        #expect(encoder(one) == whole.rows(record..<record + 1), name)
        let crowd = Matrix(
          rows: RecordTile.rows + 1, columns: 20, elements: dense.elements + one.elements)
        #expect(encoder(crowd).row(RecordTile.rows) == encoder(one).row(0), name)
      }
      #expect(encoder(x.rows(0..<0)) == Matrix(zeros: 0, whole.columns))
    }
  }

  /// z_t = f_θt(We x + S_t z_{t−1}); the first t passes of weights of each step's own.
  @Test(arguments: Nonlinearity.allCases) func weightsOfEachStepsOwn(nonlinearity: Nonlinearity) {
    let seed: UInt64 = 25
    let weight = unitAtoms(9, 6, seed: seed)
    let recurrent = (0..<3).map { unitAtoms(9, 9, seed: seed + 1 + UInt64($0)) }
    let threshold = (0..<4).map {
      normalMatrix(1, 9, seed: seed + 4 + UInt64($0)).elements.map { 0.2 * abs($0) }
    }
    let gain = normalMatrix(1, 9, seed: seed + 8).elements
    let encoder = Encoder(
      weight: weight, recurrent: recurrent, threshold: threshold, gain: gain,
      nonlinearity: nonlinearity, iterations: 3)
    #expect(encoder.iterationLimit == 3)
    let x = normalMatrix(4, 6, seed: seed + 9)
    let drive = product(x, PackedMatrix(weight))
    var code = drive
    Epilogue(nonlinearity, thresholds: threshold[0]).apply(to: &code)
    for pass in 0...3 {
      if pass > 0 {
        code = product(code, PackedMatrix(recurrent[pass - 1]), start: .matrix(drive))
        Epilogue(nonlinearity, thresholds: threshold[pass]).apply(to: &code)
      }
      let expected = code.elements.enumerated().map { $0.element * gain[$0.offset % 9] }
      #expect(encoder.with(iterations: pass)(x).elements == expected, "\(nonlinearity) T \(pass)")
    }
  }

  @Test func sharedWeightsAreEachStepsOwnWhenEqual() {
    let shared = Encoder.unrolling(Variant.all[1].problem(), iterations: 4)
    let own = Encoder(
      weight: shared.weight, recurrent: Array(repeating: shared.recurrent[0], count: 4),
      threshold: Array(repeating: shared.threshold[0], count: 5), nonlinearity: .shrink,
      iterations: 4)
    let x = normalMatrix(6, 20, seed: 26)
    #expect(own(x) == shared(x))
    #expect(shared.iterationLimit == nil)
  }

  /// Step t of a trace is what T = t gives, gain and all: to the bit, however many records there are.
  @Test(arguments: Nonlinearity.allCases, [0, 1, 3])
  func aTraceIsTheCodesOfAllSmallerT(nonlinearity: Nonlinearity, iterations: Int) {
    let seed: UInt64 = 31
    let gain = normalMatrix(1, 9, seed: seed).elements
    for perStep in [false, true] {
      let encoder = Encoder(
        weight: unitAtoms(9, 6, seed: seed + 1),
        recurrent: (0..<(perStep ? iterations : min(1, iterations))).map {
          unitAtoms(9, 9, seed: seed + 2 + UInt64($0))
        },
        threshold: (0...(perStep ? iterations : 0)).map {
          normalMatrix(1, 9, seed: seed + 5 + UInt64($0)).elements.map { 0.2 * abs($0) }
        },
        gain: gain, nonlinearity: nonlinearity, iterations: iterations)
      for records in [0, 1, RecordTile.rows + 3] {
        let x = normalMatrix(records, 6, seed: seed + 9)
        let trace = encoder.trace(x)
        #expect(trace.rows == records && trace.columns == (iterations + 1) * 9)
        for step in 0...iterations {
          let code = encoder.with(iterations: step)(x)
          for record in 0..<records {
            #expect(
              trace.row(record).dropFirst(9 * step).prefix(9).map(\.bitPattern)
                == code.row(record).map(\.bitPattern),
              "\(nonlinearity) per step \(perStep) record \(record) step \(step) of \(iterations)")
          }
        }
      }
    }
  }

  @Test func anotherT() {
    let problem = Variant.all[0].problem()
    let x = normalMatrix(3, 20, seed: 24)
    let changed = Encoder.unrolling(problem, iterations: 7).with(iterations: 2)
    #expect(changed(x) == Encoder.unrolling(problem, iterations: 2)(x))
  }
}
