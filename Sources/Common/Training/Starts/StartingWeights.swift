import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding

/// The weights of a model, for a training to begin with. What does not meet is a ``StartProblem``.
public struct StartingWeights {
  public let model: Model

  /// - Throws: ``StartProblem/noWeights(_:)`` where the model has no dictionary.
  public init(_ model: Model) throws {
    guard model.decoder != nil else { throw StartProblem.noWeights(model.kind) }
    self.model = model
  }

  /// Refuses a model whose units see something else of a record.
  /// - Parameter tiling: of this training; nil where units are dense.
  public func require(_ tiling: Tiling?) throws {
    try require("geometry", model.tiling?.name ?? "dense", tiling?.name ?? "dense")
    guard let own = model.tiling, let tiling else { return }
    try require("kernel", "\(own.height)x\(own.width)", "\(tiling.height)x\(tiling.width)")
    try require("channels", "\(own.channels)", "\(tiling.channels)")
    try require("stride", "\(own.stride)", "\(tiling.stride)")
    try require("padding", "\(own.padding)", "\(tiling.padding)")
    try require("period", own.period.text, tiling.period.text)
  }

  /// Columns of D without a DC unit as rows, Dᵀ, [units, length].
  /// - Parameter isNonnegative: whether they may not go below 0.
  public func atoms(units: Int, length: Int, isNonnegative: Bool) throws -> Matrix {
    let atoms = model.decoder?.weight.transposed ?? Matrix(zeros: 0, columns: 0)
    let found = atoms.rows - (model.hasDCUnit ? 1 : 0)
    try require("units", "\(found)", "\(units)")
    try require("atoms of length", "\(atoms.columns)", "\(length)")
    let own = atoms.rows(0..<found)
    guard !isNonnegative || own.elements.allSatisfy({ $0 >= 0 }) else {
      throw StartProblem.negativeAtoms
    }
    return own
  }

  /// The encoder in the place of one that follows from the atoms; that one where the model's own follows
  /// from its atoms too. A gain that the model lacks is 1.
  /// - Parameter needsOwn: whether a model without an encoder of its own is refused.
  public func encoder(like derived: Encoder, needsOwn: Bool = false) throws -> Encoder {
    guard model.hasOwnEncoder, let whole = model.encoder else {
      if needsOwn { throw StartProblem.noEncoder(model.kind) }
      return derived
    }
    let own = model.hasDCUnit ? whole.droppingLastUnit : whole
    try require("units", "\(own.codeLength)", "\(derived.codeLength)")
    try require("an encoder of form", own.form.rawValue, derived.form.rawValue)
    try requireFunction(own.function, like: derived.function)
    try requirePasses(of: own, like: derived)
    if derived.gain == nil, own.gain?.contains(where: { $0 != 1 }) ?? false {
      throw StartProblem.hasGain
    }
    return Encoder(
      weight: own.weight, recurrent: derived.recurrent.isEmpty ? [] : own.recurrent,
      threshold: own.threshold, gain: derived.gain.map { own.gain ?? $0 },
      function: derived.function, form: own.form, iterations: derived.iterations)
  }

  private func requireFunction(_ own: EncoderFunction, like derived: EncoderFunction) throws {
    try require("nonlinearity", own.name.rawValue, derived.name.rawValue)
    switch (own, derived) {
    case (.units(.smoothShrink, let found), .units(_, let expected)):
      try require("sharpness", "\(found)", "\(expected)")
    case (.pools(let found), .pools(let expected)) where !found.matches(expected):
      try require("pools of its encoder", found.text, expected.text)
      throw StartProblem.otherPools
    default: break
    }
  }

  /// V and θ of log σ² = Vx − θ, without a DC unit, where the model's codes have noise.
  public var variance: CodeVariance? { model.variance }

  /// Refuses a model whose codes have noise, where those of this training have none: they are of another size.
  public func requireNoNoise() throws {
    if model.variance != nil { throw StartProblem.hasNoise }
  }

  /// Weights that all passes share serve any T; those of each pass serve theirs.
  private func requirePasses(of own: Encoder, like derived: Encoder) throws {
    let kinds = [own, derived].map { $0.threshold.count > 1 ? "each pass its own" : "shared" }
    try require("weights of passes", kinds[0], kinds[1])
    let fits =
      derived.threshold.count > 1
      ? own.iterations == derived.iterations
      : derived.recurrent.isEmpty || own.recurrent.count == 1
    if !fits { try require("T", "\(own.iterations)", "\(derived.iterations)") }
  }

  /// C, [count, K], where the model has a classifier of its codes.
  /// - Parameter shape: of a record; the codes of an image are of all its places.
  public func classes(_ count: Int, ofRecords shape: [Int]) throws -> Matrix? {
    guard model.classifiesCodes, let classifier = model.classifier else { return nil }
    try require("classes", "\(classifier.weight.rows)", "\(count)")
    if let image = model.classifiedImage {
      try require("images", "\(image[0])x\(image[1])", "\(shape[0])x\(shape[1])")
    }
    return classifier.weight
  }

  private func require(_ what: String, _ found: String, _ expected: String) throws {
    if found != expected {
      throw StartProblem.differs(what: what, found: found, expected: expected)
    }
  }
}

/// Why a training cannot begin with a model.
public enum StartProblem: Problem, Equatable {
  case noWeights(Model.Kind)
  case noEncoder(Model.Kind)
  case differs(what: String, found: String, expected: String)
  case hasGain
  case hasNoise
  /// Pools that are described alike and are others.
  case otherPools
  case negativeAtoms

  public var description: String {
    switch self {
    case .noWeights(let kind):
      "a \(kind.rawValue), expected a model with a dictionary to begin with"
    case .noEncoder(let kind):
      "a \(kind.rawValue), expected a model with a trained encoder to begin with"
    case .differs(let what, let found, let expected):
      "cannot begin with it: \(what): \(found), this training has \(expected)"
    case .hasGain: "cannot begin with it: its encoder has a gain, this training has none"
    case .hasNoise: "cannot begin with it: its codes have noise, those of this training none"
    case .otherPools: "cannot begin with it: its encoder has other pools than this training"
    case .negativeAtoms:
      "cannot begin with it: atoms go below 0"
    }
  }
}

extension Tiling.Period {
  fileprivate var text: String { "\(rows)x\(columns)" }
}

extension PoolShrinkage {
  /// What tells it from others, in short.
  fileprivate var text: String {
    (layout.notation?.text ?? "\(poolCount) of a file")
      + (isNonnegative ? ", codes at least 0" : "")
  }
}
