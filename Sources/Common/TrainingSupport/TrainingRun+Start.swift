import ByteIO
import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import SparseCoding
import Training

/// The model of `--start`.
struct StartingModel {
  let path: String
  let weights: StartingWeights

  init(path: String) throws {
    self.path = inputName(path)
    weights = try naming(self.path) { try StartingWeights(try Model(path: path)) }
  }

  /// Refuses records of another shape than those of the model, whose units see them whole.
  func requireRecords(_ shape: [Int], of input: String) throws {
    try naming(path) { try weights.require(nil) }
    let expected = weights.model.recordShape
    guard expected == shape else {
      throw FileProblem(
        file: input,
        problem: StreamMismatch.recordShape(model: path, expected: expected, found: shape))
    }
  }
}

/// What a training begins with: weights of the model of `--start`, where there is one.
extension TrainingRun {
  /// Atoms of that model, Dᵀ, [count, D′], or of windows, [count, h·w·C]; nil where there is none.
  /// - Throws: ``StartProblem`` with the file's name.
  public func startingAtoms(
    _ count: Int, isNonnegative: Bool, _ preprocessing: Preprocessing,
    _ geometry: Geometry = .dense, withNoise: Bool = false
  ) throws -> Matrix? {
    guard let startingModel else { return nil }
    sayWherePreparedOtherwise(preprocessing)
    return try naming(startingModel.path) {
      try startingModel.weights.require(geometry.tiling)
      if !withNoise { try startingModel.weights.requireNoNoise() }
      return try startingModel.weights.atoms(
        units: count, length: atomLength(preprocessing, geometry), isNonnegative: isNonnegative)
    }
  }

  /// The encoder of that model, or `derived` where it has none of its own.
  public func startingEncoder(_ derived: Encoder) throws -> Encoder {
    guard let startingModel else { return derived }
    return try naming(startingModel.path) { try startingModel.weights.encoder(like: derived) }
  }

  /// The same for a training of nothing but an encoder.
  public func startingEncoder(
    _ derived: Encoder, _ preprocessing: Preprocessing, _ geometry: Geometry = .dense
  ) throws -> Encoder {
    guard let startingModel else { return derived }
    sayWherePreparedOtherwise(preprocessing)
    return try naming(startingModel.path) {
      try startingModel.weights.require(geometry.tiling)
      return try startingModel.weights.encoder(like: derived, needsOwn: true)
    }
  }

  /// The classifier of that model, or `drawn` where it has none; [Y, K].
  public func startingClasses(_ drawn: Matrix) throws -> Matrix {
    guard let startingModel else { return drawn }
    return try naming(startingModel.path) {
      try startingModel.weights.classes(drawn.rows, ofRecords: data.recordShape)
    } ?? drawn
  }

  /// What an auto-encoder with noise begins with: that of the model, or one that is brought to the size of the noise.
  /// - Parameters:
  ///   - encoder: that training without noise would begin with; of atoms, Dᵀ, [K, D].
  ///   - norm: √(mean ‖x‖²) of what a unit sees of the records.
  ///   - divergence: how much it counts beside a reconstruction that counts 1.
  public func startingNoise(
    _ encoder: Encoder, atoms: Matrix, norm: Double, _ geometry: Geometry, divergence: Float
  ) throws -> NoisyStart {
    let units = atoms.rows / (geometry.tiling?.period.count ?? 1)
    let start = NoisyStart(
      encoder, atoms: atoms, norm: norm, unitCount: units, divergence: divergence)
    guard let variance = startingModel?.weights.variance else { return start }
    return NoisyStart(encoder, atoms: atoms, variance: variance, codeSize: start.codeSize)
  }

  private func sayWherePreparedOtherwise(_ preprocessing: Preprocessing) {
    guard let startingModel, startingModel.weights.model.preprocessing != preprocessing else {
      return
    }
    progress.say("\(startingModel.path) was trained on records that were prepared otherwise")
  }
}
