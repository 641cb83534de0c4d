import LinearAlgebra
import SparseCoding
import TestSupport
import Testing

@testable import Training

/// Auto-encoders of windows against the same with weights of whole images, whose gradients are checked by
/// differences.
@Suite struct TiledGradientTests {
  private static func repeated(_ values: [Float], _ sample: TilingSample) -> [Float] {
    sample.allUnits.map { values[$0.weight] }
  }

  /// Passes, and whether each has weights of its own.
  struct Passes: Sendable {
    let count: Int
    var haveOwnWeights = false

    static let all = [
      Passes(count: 0), Passes(count: 2), Passes(count: 2, haveOwnWeights: true),
    ]
    var recurrentCount: Int { haveOwnWeights ? count : min(count, 1) }
    var thresholdCount: Int { haveOwnWeights ? count + 1 : 1 }
  }

  @Test(
    "losses and gradients are those of whole images", arguments: TilingSample.all,
    [Nonlinearity.relu, .tanh].flatMap { f in Passes.all.map { (f, $0) } })
  func wholeImages(_ sample: TilingSample, _ kind: (f: Nonlinearity, passes: Passes)) throws {
    let (nonlinearity, passes) = kind
    let units = sample.units * sample.tiling.period.count
    let (weights, atoms) = (sample.weights(seed: 1), sample.weights(seed: 2))
    let recurrent = (0..<passes.recurrentCount).map {
      sample.recurrentWeights(seed: 4 + UInt64($0))
    }
    let thresholds = (0..<passes.thresholdCount).map { step in
      (0..<units).map { 0.1 * Float(($0 + step) % 5) }
    }
    let gains = (0..<units).map { 0.5 + 0.25 * Float($0 % 4) }
    func objective(
      _ weight: Matrix, _ recurrent: [Matrix], _ atoms: Matrix, _ threshold: [[Float]],
      _ gain: [Float], _ geometry: Geometry
    ) -> ComposedObjective<EncoderMap> {
      .autoencoder(
        startingAt: Encoder(
          weight: weight, recurrent: recurrent, threshold: threshold, gain: gain,
          nonlinearity: nonlinearity, iterations: passes.count),
        atoms: atoms, geometry, weights: AutoencoderWeights(lambda: 0.3), penalty: .l1)
    }
    let tiled = objective(weights, recurrent, atoms, thresholds, gains, sample.geometry)
    let whole = objective(
      sample.whole(weights), recurrent.map(sample.wholeRecurrent), sample.whole(atoms),
      thresholds.map { Self.repeated($0, sample) }, Self.repeated(gains, sample), .dense)
    let x = sample.images(3, seed: 3)
    func evaluate(_ objective: ComposedObjective<EncoderMap>) -> Evaluation {
      objective.evaluate(
        Batch(x, numbers: [0, 1, 2]),
        at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
        wantsGradients: true)
    }
    let (found, expected) = (evaluate(tiled), evaluate(whole))
    for name in ["energy", "reconstruction"] {
      let (a, b) = (try #require(found.figures[name]), try #require(expected.figures[name]))
      #expect(a.count == 3 && b.count == 3 && abs(a.sum - b.sum) <= 1e-5 * abs(b.sum), "\(name)")
    }
    for name in [Parameter.Name.encoderWeight, .decoderWeight] {
      let folded = sample.folded(expected.gradients[name])
      #expect(close(found.gradients[name].elements, folded.elements), "\(name)")
    }
    for name in [Parameter.Name.encoderThreshold, .encoderGain] {
      var folded = Matrix(zeros: expected.gradients[name].rows, columns: units)
      for step in 0..<folded.rows {
        for (unit, value) in zip(sample.allUnits, expected.gradients[name].row(step)) {
          folded[step, unit.weight] += value
        }
      }
      #expect(close(found.gradients[name].elements, folded.elements), "\(name)")
    }
    let all = sample.allUnits.count
    let folded = (0..<passes.recurrentCount).map {
      sample.foldedRecurrent(
        expected.gradients[.encoderRecurrent].rows($0 * all..<($0 + 1) * all))
    }
    if !folded.isEmpty {
      let own = found.gradients[.encoderRecurrent]
      #expect(own.rows == passes.recurrentCount * units)
      #expect(close(own.elements, folded.flatMap(\.elements)))
    }
  }

  /// The classifier reads the whole code of an image, place by place.
  @Test("the criteria of DrSAE are those of whole images", arguments: TilingSample.all)
  func discrimination(_ sample: TilingSample) throws {
    let units = sample.units * sample.tiling.period.count
    let all = sample.allUnits.count
    let (weights, atoms) = (sample.weights(seed: 1), sample.weights(seed: 2))
    let recurrent = sample.recurrentWeights(seed: 3)
    let thresholds = (0..<units).map { 0.1 * Float($0 % 5) }
    let classes = normalMatrix(3, all, seed: 4)
    // The same columns in the order of the whole image's units.
    var inCells = classes
    for (place, unit) in sample.placeOrder.enumerated() {
      for row in 0..<3 { inCells[row, unit] = classes[row, place] }
    }
    let criteria = AutoencoderWeights(reconstruction: 0.6, lambda: 0.3, classification: 1.7)
    func evaluate(
      _ encoder: Encoder, _ atoms: Matrix, _ geometry: Geometry, _ classes: Matrix
    ) -> Evaluation {
      let objective = ComposedObjective.autoencoder(
        startingAt: encoder, atoms: atoms, geometry, classes: classes, weights: criteria,
        penalty: .l1)
      return objective.evaluate(
        Batch(sample.images(4, seed: 5), numbers: [0, 1, 2, 3], target: .labels([2, 0, -1, 1])),
        at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
        wantsGradients: true)
    }
    let found = evaluate(
      Encoder(
        weight: weights, recurrent: recurrent, threshold: thresholds, nonlinearity: .relu,
        iterations: 1), atoms, sample.geometry, classes)
    let expected = evaluate(
      Encoder(
        weight: sample.whole(weights), recurrent: sample.wholeRecurrent(recurrent),
        threshold: Self.repeated(thresholds, sample), nonlinearity: .relu, iterations: 1),
      sample.whole(atoms), .dense, inCells)
    for name in ["energy", "classification", "error"] {
      let (a, b) = (try #require(found.figures[name]), try #require(expected.figures[name]))
      #expect(a.count == b.count && abs(a.sum - b.sum) <= 1e-5 * abs(b.sum), "\(name)")
    }
    let ofClasses = expected.gradients[.classifierWeight].columns(at: sample.placeOrder)
    #expect(close(found.gradients[.classifierWeight].elements, ofClasses.elements))
    #expect(
      close(
        found.gradients[.encoderWeight].elements,
        sample.folded(expected.gradients[.encoderWeight]).elements))
    #expect(
      close(
        found.gradients[.encoderRecurrent].elements,
        sample.foldedRecurrent(expected.gradients[.encoderRecurrent]).elements))
  }

  /// f of units, or of pools of the maps.
  private static func functions(_ units: Int) -> [EncoderFunction] {
    let pools = try? PoolLayout.parse("consecutive:2", unitCount: units)
    let shrinkage = pools.flatMap {
      try? PoolShrinkage($0, unitCount: units, isNonnegative: false)
    }
    return [.units(.shrink)] + (shrinkage.map { [.pools($0)] } ?? [])
  }

  @Test(
    "gradients of passes are central differences",
    arguments: [2, 7].map { TilingSample.all[$0] }, Passes.all)
  func differences(_ sample: TilingSample, _ passes: Passes) {
    let units = sample.units * sample.tiling.period.count
    for function in Self.functions(units) {
      let encoder = Encoder(
        weight: sample.weights(seed: 1),
        recurrent: (0..<passes.recurrentCount).map {
          sample.recurrentWeights(seed: 2 + UInt64($0))
        },
        threshold: (0..<passes.thresholdCount).map { step in
          (0..<function.thresholdCount(units: units)).map { 0.5 + 0.25 * Float(($0 + step) % 5) }
        },
        gain: (0..<units).map { 0.5 + 0.25 * Float($0 % 4) }, function: function,
        iterations: passes.count)
      let images = sample.images(2, seed: 5)
      GradientTests.check(
        ComposedObjective.autoencoder(
          startingAt: encoder, atoms: sample.weights(seed: 6), sample.geometry,
          weights: AutoencoderWeights(lambda: 0.3), penalty: .l1),
        records: images, target: .none,
        { values in
          doubles(images).reduce(0) { $0 + loss($1, values, encoder, sample) }
        }, "\(sample), \(passes), \(function.name)")
    }
  }

  /// ½‖x − Dz‖² + 0.3‖z‖₁ of an image, in Double, f on a period of places after another.
  private func loss(
    _ x: [Double], _ values: PlainValues, _ encoder: Encoder, _ sample: TilingSample
  ) -> Double {
    let all = sample.allUnits
    let units = encoder.codeLength
    func whole(_ weights: [[Double]]) -> [[Double]] {
      all.map { unit in
        var row = [Double](repeating: 0, count: x.count)
        for element in weights[unit.weight].indices {
          if let pixel = sample.pixel(row: unit.row, column: unit.column, element: element) {
            row[pixel] = weights[unit.weight][element]
          }
        }
        return row
      }
    }
    let entries = sample.recurrentEntries
    let drive = apply(whole(values[.encoderWeight]!), x)
    func f(_ v: [Double], step: Int) -> [Double] {
      let thresholds = values[.encoderThreshold]![encoder.threshold.count == 1 ? 0 : step]
      return stride(from: 0, to: v.count, by: units).flatMap { first -> [Double] in
        let cell = Array(v[first..<first + units])
        if case .pools(let pools) = encoder.function { return pools.plain(cell, thresholds) }
        return zip(cell, thresholds).map { $0 < 0 ? -max(0, -$0 - $1) : max(0, $0 - $1) }
      }
    }
    var z = f(drive, step: 0)
    for pass in 0..<encoder.iterations {
      let first = encoder.recurrent.count == 1 ? 0 : pass * units
      var sums = drive
      for entry in entries {
        sums[entry.unit] +=
          values[.encoderRecurrent]![first + entry.row][entry.column] * z[entry.feeding]
      }
      z = f(sums, step: pass + 1)
    }
    let gain = values[.encoderGain]![0]
    z = zip(z, all).map { $0 * gain[$1.weight] }
    let image = apply(transposed(whole(values[.decoderWeight]!)), z)
    return halfSquare(x, image) + 0.3 * z.reduce(0) { $0 + abs($1) }
  }

  @Test(
    "pools over windows of places and pools of maps are pools of whole images",
    arguments: TilingSample.all.filter { $0.tiling.period == .one })
  func pooledPlaces(_ sample: TilingSample) throws {
    let (weights, atoms) = (sample.weights(seed: 4), sample.weights(seed: 5))
    let (rows, columns) = (sample.windows.vertical.count, sample.windows.horizontal.count)
    let places = rows * columns
    let maps = try PoolLayout(
      offsets: [0, sample.units, sample.units + 1],
      members: Array(0..<sample.units) + [0],
      weights: (0...sample.units).map { 1 + 0.25 * Float($0 % 3) })
    let windows = MapWindows(
      height: min(2, rows), width: min(3, columns), rowStride: 1, columnStride: min(2, columns))
    let layout = try #require(
      try maps.over(windows, rows: rows, columns: columns, unitCount: sample.units))
    let penalty = try GroupPenalty(layout, unitCount: places * sample.units)
    #expect(penalty.freeUnits.isEmpty)
    func objective(
      _ weight: Matrix, _ atoms: Matrix, _ geometry: Geometry, rows: Int
    ) -> ComposedObjective<EncoderMap> {
      .autoencoder(
        startingAt: Encoder(
          weight: weight, threshold: [Float](repeating: 0.1, count: weight.rows),
          nonlinearity: .relu, iterations: 0),
        atoms: atoms, geometry, weights: AutoencoderWeights(reconstruction: 0.5, lambda: 0.7),
        penalty: penalty, ofRows: rows)
    }
    let x = sample.images(3, seed: 6)
    func evaluate(
      _ objective: ComposedObjective<EncoderMap>, wantsGradients: Bool = true
    ) -> Evaluation {
      objective.evaluate(
        Batch(x, numbers: [0, 1, 2]),
        at: objective.prepare(ParameterMatrices(objective.parameters), on: Threads(1)),
        wantsGradients: wantsGradients)
    }
    let tiled = objective(weights, atoms, sample.geometry, rows: places)
    let found = evaluate(tiled)
    let expected = evaluate(
      objective(sample.whole(weights), sample.whole(atoms), .dense, rows: 1))
    let energies = try [found, expected, evaluate(tiled, wantsGradients: false)].map {
      try #require($0.figures["energy"]).sum
    }
    #expect(energies.allSatisfy { abs($0 - energies[0]) <= 1e-5 * abs(energies[0]) }, "\(energies)")
    for name in [Parameter.Name.encoderWeight, .decoderWeight] {
      let folded = sample.folded(expected.gradients[name])
      #expect(close(found.gradients[name].elements, folded.elements), "\(name)")
    }
  }

  /// Within 1e-4 of the largest.
  private func close(_ a: [Float], _ b: [Float]) -> Bool {
    let size = b.reduce(0) { max($0, abs($1)) }
    return size > 0 && a.count == b.count
      && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * size }
  }
}
