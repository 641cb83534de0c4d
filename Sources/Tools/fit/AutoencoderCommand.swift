import ByteIO
import CommandLineSupport
import Imaging
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

/// A `fit` that learns an encoder and a decoder together by gradient: it says what is its own, and
/// ``run()`` is what all of them do.
protocol AutoencoderCommand: GradientCommand, StructuredCommand {
  static var kind: Model.Kind { get }
  /// What is done to records where no option says it.
  static var standardSteps: [Preprocessing.Step] { get }

  var structure: StructureOptions<Self> { get set }
  var preprocessing: PreprocessingOptions { get }
  var optimiser: OptimiserOptions<Self> { get }
  var epochs: EpochOptions<Self> { get }

  /// The file of the records' labels, where there is one.
  var labelsPath: String? { get }
  /// What of noise on codes is learned.
  var noiseParameters: Set<Parameter.Name> { get }
  /// Epochs of the first objective, where there are two.
  var warmUpEpochs: Int { get }
  /// All options that affect the result, for a model's card.
  var canonicalOptions: [(name: String, value: String)] { get }

  /// How much the criteria count.
  func weights(lambda: Float) -> AutoencoderWeights
  /// Dᵀ to begin with, [K, D], out of records, [K, D].
  func atoms(around records: Matrix) -> Matrix
  /// An encoder for atoms, and a classifier where there are classes, [Y, K].
  func start(
    _ atoms: Matrix, _ choice: StructureChoice, classCount: Int?
  ) -> (encoder: Encoder, classes: Matrix?)
  /// Minimises one objective after another.
  func learn(_ training: inout AutoencoderTraining<Self>) throws -> LearnedParts
  /// - Parameter encoder: that training begins with.
  func optimiserOptions(for encoder: Encoder) -> Optimiser.Options
  /// Further entries of the card.
  /// - Parameter options: those that the training had.
  func remarks(
    _ run: TrainingRun, on encoder: Encoder, _ choice: StructureChoice, options: Optimiser.Options
  ) throws -> [String: String]
}

/// What objectives begin with.
struct AutoencoderStart {
  let encoder: Encoder
  /// Dᵀ, [K, D].
  let atoms: Matrix
  let geometry: Geometry
  /// C, [Y, K].
  let classes: Matrix?
  let lambda: Float
  let penalty: any Penalty
  /// Mean ‖x‖² of the records.
  let meanSquareNorm: Double
  /// √(mean ‖x‖²) of what a unit sees of them.
  let norm: Double
  let pooled: PooledPenalty
}

extension AutoencoderCommand {
  static var standardSteps: [Preprocessing.Step] { [] }

  var labelsPath: String? { nil }
  var noiseParameters: Set<Parameter.Name> { [] }
  var warmUpEpochs: Int { 0 }

  func weights(lambda: Float) -> AutoencoderWeights { AutoencoderWeights(lambda: lambda) }

  func atoms(around records: Matrix) -> Matrix { records }

  func start(
    _ atoms: Matrix, _ choice: StructureChoice, classCount: Int?
  ) -> (encoder: Encoder, classes: Matrix?) {
    let encoder = EncoderStart.matching(
      atoms, lambda: choice.lambda, structure.encoder, choice.geometry, penalty: choice.penalty)
    return (encoder, nil)
  }

  func remarks(
    _ run: TrainingRun, on encoder: Encoder, _ choice: StructureChoice, options: Optimiser.Options
  ) -> [String: String] { [:] }

  /// Images are taken as they are.
  var standardSteps: [Preprocessing.Step] {
    structure.isOfImages ? [] : Self.standardSteps
  }

  func validate() throws { try checkCommon() }

  /// Refuses options that do not go together, whatever is learned.
  func checkCommon() throws {
    try preprocessing.check(dc: structure.dc, ofImages: structure.isOfImages)
    try structure.check(startingAt: epochs.start)
    let classifier: Set<Parameter.Name> = labelsPath == nil ? [] : [.classifierWeight]
    try optimiser.check(
      learning: structure.encoder.parameters.union([.decoderWeight]).union(classifier)
        .union(noiseParameters))
  }

  var namedFiles: [NamedFile] {
    .input("--labels", labelsPath) + structure.namedFiles + preprocessing.namedFiles
      + epochs.namedFiles
  }

  mutating func run() throws {
    try structure.load()
    let labels = try labelsPath.map { try [Int32].labels(in: $0) }
    let whitening = try preprocessing.load()
    var run = try epochs.prepare(
      options: canonicalOptions, ofImages: structure.isOfImages,
      models: whitening.map { ["whitening": $0.digest] } ?? [:], warmUpEpochs: warmUpEpochs)
    let classes = try labels.map { try run.classes($0, in: inputName(labelsPath ?? "")) }
    let choice = try run.settle(
      structure,
      try preprocessing.preprocessing(whitening, for: run, otherwise: standardSteps))
    let start = try start(run, choice, classCount: classes?.classCount)
    var training = AutoencoderTraining(
      command: self, start: start, classes: classes, choice: choice, run: run,
      options: optimiserOptions(for: start.encoder))
    let (parts, figures) = try learn(&training)
    let remarks = try remarks(run, on: parts.encoder, choice, options: training.options)
    var model = Model(
      Self.kind, parts, recordShape: run.data.recordShape, choice.geometry.tiling,
      preparation: choice.preparation,
      lambda: weights(lambda: choice.lambda).relativeLambda, penalty: choice.penalty,
      pools: choice.pools, card: run.card(figures: figures).merging(remarks) { $1 })
    model.poolWindows = choice.poolWindows
    try model.write(to: run.output)
  }

  private func start(
    _ run: TrainingRun, _ choice: StructureChoice, classCount: Int?
  ) throws -> AutoencoderStart {
    let (units, isNonnegative) = (choice.unitCount, structure.hasNonnegativeAtoms)
    let own = try run.startingAtoms(
      units, isNonnegative: isNonnegative, choice.preparation.preprocessing, choice.geometry,
      withNoise: !noiseParameters.isEmpty)
    let atoms =
      try own
      ?? atoms(
        around: run.drawnAtoms(
          units, of: structure.atoms, isNonnegative: isNonnegative, seed: epochs.training.seed,
          choice.preparation, choice.geometry))
    let derived = start(atoms, choice, classCount: classCount)
    return AutoencoderStart(
      encoder: try run.startingEncoder(derived.encoder), atoms: atoms, geometry: choice.geometry,
      classes: try derived.classes.map { try run.startingClasses($0) }, lambda: choice.lambda,
      penalty: choice.penalty, meanSquareNorm: choice.meanSquareNorm, norm: choice.norm,
      pooled: choice.pooled)
  }
}
