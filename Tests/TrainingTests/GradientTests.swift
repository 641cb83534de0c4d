import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Gradients against central differences of the losses in Double, for every nonlinearity, form and
/// penalty.
struct GradientTests {
  static let units = 9
  static let length = 6
  static let records = 7

  struct Kind: Sendable, CustomTestStringConvertible {
    /// Nil of ``pools``.
    let nonlinearity: Nonlinearity?
    let iterations: Int
    var perStep = false
    var hasGain = false
    var form = Encoder.Form.parallel
    /// Of f, where it is of pools.
    var pools = ""
    var isNonnegative = false
    var testDescription: String {
      "\(nonlinearity?.rawValue ?? "\(pools) ≥0:\(isNonnegative)") T=\(iterations)\(perStep ? " per step" : "")\(hasGain ? " gain" : "") \(form)"
    }
  }

  static let kinds: [Kind] =
    Nonlinearity.allCases.flatMap { f in
      [
        Kind(nonlinearity: f, iterations: 0, hasGain: true),
        Kind(nonlinearity: f, iterations: 1, perStep: true),
        Kind(nonlinearity: f, iterations: 3, hasGain: true),
        Kind(nonlinearity: f, iterations: 3, perStep: true, hasGain: true),
      ]
    }
    + [Nonlinearity.relu, .shrink].flatMap { f in
      [1, 5].map { Kind(nonlinearity: f, iterations: $0, form: .coordinate) }
    }
    + ["tree:1,2,3", "consecutive:3", "tree:3,2"].flatMap { pools in
      [
        Kind(nonlinearity: nil, iterations: 0, hasGain: true, pools: pools, isNonnegative: true),
        Kind(nonlinearity: nil, iterations: 1, perStep: true, pools: pools),
        Kind(nonlinearity: nil, iterations: 3, hasGain: true, pools: pools),
        Kind(
          nonlinearity: nil, iterations: 3, perStep: true, hasGain: true, pools: pools,
          isNonnegative: true),
      ]
    }

  @Test("pools of the encoders are in use and not")
  func someArePoolsOfZeros() {
    for kind in Self.kinds where kind.nonlinearity == nil {
      let codes = Self.encoder(kind)(Self.x)
      let share = Double(codes.elements.count { $0 != 0 }) / Double(codes.elements.count)
      #expect(share > 0.05 && share < 1, "\(kind.testDescription): \(share)")
    }
  }

  /// An encoder with weights that leave about half of the units in use.
  static func encoder(_ kind: Kind) -> Encoder {
    let steps = kind.perStep ? kind.iterations : min(kind.iterations, 1)
    var random = CounterRandom(seed: 3, stream: 1)
    func numbers(_ count: Int, _ range: ClosedRange<Double>) -> [Float] {
      (0..<count).map { _ in
        Float(range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform())
      }
    }
    // Pools are cut off at larger thresholds than units.
    let isOfUnits = kind.nonlinearity != nil
    let function = kind.function
    return Encoder(
      weight: normalMatrix(units, length, seed: 11),
      recurrent: (0..<steps).map { step in
        var s = normalMatrix(units, units, seed: 20 + UInt64(step))
        s.scale(by: 0.2)
        return s
      },
      threshold: (0..<(kind.perStep ? steps + 1 : 1)).map { _ in
        numbers(function.thresholdCount(units: units), isOfUnits ? 0.1...0.6 : 0.4...3.2)
      },
      gain: kind.hasGain ? numbers(units, 0.5...1.5) : nil, function: function, form: kind.form,
      iterations: kind.iterations)
  }

  static let x = normalMatrix(records, length, seed: 31)
  static let target = normalMatrix(records, units, density: 0.5, seed: 32)
  static let atoms = unitAtoms(units, length, seed: 33)
  /// The last but one is not labelled.
  static let labels: [Int32] = [0, 2, 1, 1, 3, -1, 0]
  static let classes = normalMatrix(4, units, seed: 34)

  /// Compares the gradients of `objective` with central differences of `loss`, a loss of the
  /// parameters in Double, and the loss itself.
  static func check(
    _ objective: some Objective, records: Matrix = x, target: Target = .codes(target),
    _ loss: (PlainValues) -> Double, _ what: String
  ) {
    let parameters = objective.parameters
    let evaluation = objective.evaluate(
      batch(of: records, target),
      at: objective.prepare(ParameterMatrices(parameters), on: Threads(1)),
      wantsGradients: true)
    var plain: PlainValues = [:]
    for parameter in parameters { plain[parameter.name] = doubles(parameter.value) }
    let expected = loss(plain)
    let sum = evaluation.figures[objective.loss]?.sum ?? .nan
    #expect(abs(sum - expected) <= 1e-5 * abs(expected), "\(what): loss")
    #expect(evaluation.gradients.names == Set(parameters.map(\.name)), "\(what)")
    for name in parameters.map(\.name) {
      let gradient = evaluation.gradients[name]
      let size = gradient.elements.reduce(0) { max($0, abs($1)) }
      #expect(size > 0, "\(what): no gradient of \(name)")
      for row in 0..<gradient.rows {
        for column in 0..<gradient.columns {
          let middle = plain[name]![row][column]
          let step = 1e-6
          plain[name]![row][column] = middle + step
          let above = loss(plain)
          plain[name]![row][column] = middle - step
          let below = loss(plain)
          plain[name]![row][column] = middle
          let difference = (above - below) / (2 * step)
          #expect(
            abs(Double(gradient[row, column]) - difference) <= 2e-5 * Double(size),
            "\(what): \(name) (\(row),\(column))")
        }
      }
    }
  }

  @Test("the prediction of codes", arguments: kinds)
  func prediction(_ kind: Kind) {
    let encoder = Self.encoder(kind)
    Self.check(
      ComposedObjective.prediction(startingAt: encoder),
      { values in
        let plain = PlainEncoder(values, like: encoder)
        return zip(doubles(Self.x), doubles(Self.target)).reduce(0) {
          $0 + halfSquare(plain.code($1.0), $1.1)
        }
      }, kind.testDescription)
  }

  /// Of Σ target·F(x), a sum over all codes.
  @Test("the way back to the input", arguments: kinds)
  func input(_ kind: Kind) throws {
    let encoder = Self.encoder(kind)
    let map = EncoderMap(start: encoder)
    let values = ParameterMatrices(map.parameters)
    let prepared = map.prepare(values, wantsInput: true, on: Threads(1))
    let numbers = Array(0..<Self.records)
    let tape = prepared.forward(Self.x, of: Batch(Self.x, numbers: numbers)).tape
    let back = prepared.backward(Self.target, from: tape, input: Self.x)
    let delta = try #require(back.input)
    #expect(delta.rows == Self.records && delta.columns == Self.length)
    let alone = map.prepare(values, wantsInput: false, on: Threads(1))
    #expect(alone.backward(Self.target, from: tape, input: Self.x).input == nil)
    var plain: PlainValues = [:]
    for parameter in map.parameters { plain[parameter.name] = doubles(parameter.value) }
    let twin = PlainEncoder(plain, like: encoder)
    let size = Double(delta.elements.reduce(0) { max($0, abs($1)) })
    for row in 0..<Self.records {
      let target = doubles(Self.target)[row]
      func sum(_ x: [Double]) -> Double { zip(twin.code(x), target).reduce(0) { $0 + $1.0 * $1.1 } }
      for column in 0..<Self.length {
        var (above, below) = (doubles(Self.x)[row], doubles(Self.x)[row])
        above[column] += 1e-6
        below[column] -= 1e-6
        let difference = (sum(above) - sum(below)) / 2e-6
        #expect(
          abs(Double(delta[row, column]) - difference) <= 2e-5 * size,
          "\(kind.testDescription) (\(row),\(column))")
      }
    }
  }

  @Test("the auto-encoder, with either penalty", arguments: kinds.filter { $0.form == .parallel })
  func autoencoder(_ kind: Kind) throws {
    let encoder = Self.encoder(kind)
    let pools = try PoolLayout.consecutive(3, of: Self.units)
    let penalties: [any Penalty] = [L1Penalty(), try GroupPenalty(pools, unitCount: Self.units)]
    for penalty in penalties {
      Self.check(
        ComposedObjective.autoencoder(
          startingAt: encoder, atoms: Self.atoms,
          weights: AutoencoderWeights(lambda: 0.3), penalty: penalty),
        { values in
          let plain = PlainEncoder(values, like: encoder)
          let decoder = transposed(values[.decoderWeight]!)
          return doubles(Self.x).reduce(0) { sum, x in
            let z = plain.code(x)
            let size =
              penalty.kind == .l1
              ? z.reduce(0) { $0 + abs($1) }
              : stride(from: 0, to: z.count, by: 3).reduce(0.0) {
                $0 + z[$1..<$1 + 3].reduce(0) { $0 + $1 * $1 }.squareRoot()
              }
            return sum + halfSquare(x, apply(decoder, z)) + 0.3 * size
          }
        }, "\(kind.testDescription) \(penalty.kind)")
    }
  }

  @Test(
    "the three criteria of DrSAE",
    arguments: kinds.filter { $0.form == .parallel && $0.nonlinearity == .relu })
  func discrimination(_ kind: Kind) {
    let encoder = Self.encoder(kind)
    var weights = AutoencoderWeights(lambda: 0.3)
    weights.reconstruction = 0.6
    weights.classification = 1.7
    Self.check(
      ComposedObjective.autoencoder(
        startingAt: encoder, atoms: Self.atoms, classes: Self.classes, weights: weights,
        penalty: .l1),
      target: .labels(Self.labels),
      { values in
        let plain = PlainEncoder(values, like: encoder)
        let decoder = transposed(values[.decoderWeight]!)
        return zip(doubles(Self.x), Self.labels).reduce(0) { sum, record in
          let z = plain.code(record.0)
          return sum + 0.6 * halfSquare(record.0, apply(decoder, z))
            + 0.3 * z.reduce(0) { $0 + abs($1) }
            + 1.7 * crossEntropy(values[.classifierWeight]!, z, label: record.1)
        }
      }, kind.testDescription)
  }

  @Test("a code of zeros has no gradient of the classification, and no label none at all")
  func zeroCode() {
    let criterion = Classification.Prepared(Self.classes)
    var code = Matrix(zeros: 3, columns: Self.units)
    for index in code.elements.indices.dropFirst(Self.units) {
      code.elements[index] = Float(index % 4)
    }
    let result = criterion(code, [2, 1, -1])
    #expect(result.labelled == 2)
    // The lowest of four equal classes is 0, and not 2; record 1 has a code.
    let scores = apply(doubles(Self.classes), doubles(code)[1])
    #expect(result.wrong == 1 + (scores.firstIndex(of: scores.max()!) == 1 ? 0 : 1))
    let second = crossEntropy(doubles(Self.classes), doubles(code)[1], label: 1)
    #expect(abs(result.loss - 1.3862943611198906 - second) < 1e-6)
    var delta = Matrix(zeros: 3, columns: Self.units)
    let gradient = criterion.backward(result, scaledBy: 2, addingTo: &delta)
    #expect(delta.row(0).allSatisfy { $0 == 0 })
    #expect(delta.row(1).contains { $0 != 0 })
    #expect(delta.row(2).allSatisfy { $0 == 0 })
    #expect(gradient[.classifierWeight].elements.allSatisfy { $0.isFinite })
  }

  /// The gradient is that at the best latent codes: these have no gradient of their own there, so the
  /// differences are of the loss minimised over them anew.
  @Test("predictive sparse decomposition", arguments: kinds.filter { $0.form == .parallel })
  func decomposition(_ kind: Kind) {
    let encoder = Self.encoder(kind)
    Self.check(
      PredictiveDecomposition(
        startingAt: encoder, atoms: Self.atoms, lambda: 0.2, attraction: 0.7, gap: 1e-7),
      { values in
        let plain = PlainEncoder(values, like: encoder)
        let decoder = transposed(values[.decoderWeight]!)
        return doubles(Self.x).reduce(0) {
          $0
            + latentEnergy(
              $1, decoder, attractor: plain.code($1), lambda: 0.2, attraction: 0.7,
              isNonnegative: encoder.function.isNonnegative)
        }
      }, kind.testDescription)
  }
}

/// min over z of ½‖x − Dz‖² + λ‖z‖₁ + α/2‖z − a‖², by coordinate descent in Double until it stands.
private func latentEnergy(
  _ x: [Double], _ decoder: [[Double]], attractor: [Double], lambda: Double, attraction: Double,
  isNonnegative: Bool
) -> Double {
  let atoms = transposed(decoder)
  var z = [Double](repeating: 0, count: atoms.count)
  var residual = x
  for _ in 0..<10_000 {
    var largest = 0.0
    for unit in z.indices {
      let curvature = atoms[unit].reduce(0) { $0 + $1 * $1 } + attraction
      let slope =
        zip(atoms[unit], residual).reduce(0) { $0 + $1.0 * $1.1 }
        + attraction * (attractor[unit] - z[unit])
      let drive = slope + curvature * z[unit]
      let size = max(0, (isNonnegative ? drive : abs(drive)) - lambda) / curvature
      let new = drive < 0 ? -size : size
      for index in residual.indices { residual[index] -= atoms[unit][index] * (new - z[unit]) }
      largest = max(largest, abs(new - z[unit]))
      z[unit] = new
    }
    if largest < 1e-14 { break }
  }
  return halfSquare(residual, [Double](repeating: 0, count: x.count))
    + lambda * z.reduce(0) { $0 + abs($1) } + attraction * halfSquare(z, attractor)
}

extension GradientTests.Kind {
  /// f, of the nonlinearity with a sharpness of 4 or of the pools.
  var function: EncoderFunction {
    if let nonlinearity { return .units(nonlinearity, sharpness: 4) }
    let units = GradientTests.units
    guard let layout = try? PoolLayout.parse(pools, unitCount: units),
      let shrinkage = try? PoolShrinkage(layout, unitCount: units, isNonnegative: isNonnegative)
    else { preconditionFailure("pools that are no tree") }
    return .pools(shrinkage)
  }
}
