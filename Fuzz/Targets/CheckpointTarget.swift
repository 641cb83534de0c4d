import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream
import Training

/// A checkpoint that is read is the same after it was written and read again, and a training takes it
/// and goes on for a batch, or refuses it.
///
/// Bytes that begin with a brace are taken as those of a model are, see ``fuzzModel(_:)``.
func fuzzCheckpoint(_ bytes: [UInt8]) throws {
  let checkpoint = try Checkpoint(
    unsealed: SafetensorsFile(reading: ByteReader(repaired(bytes)), keepsDoubles: true))
  let file = checkpoint.file()
  try file.requireFinite()
  guard let again = try? Checkpoint(reading: ByteReader(file.encoded())) else {
    preconditionFailure("a checkpoint that was written is not read")
  }
  precondition(again.file().encoded() == file.encoded(), "written and read again, it differs")
  let data = try TrainingSet(reading: TensorReader(ByteReader(records)), record: .rank(1))
  let partition = try Partition(count: 6, validation: 2, seed: 0)
  if checkpoint.run["objective"] == "dictionary" {
    var options = DictionaryLearning.Options()
    options.codeLength = 2
    options.batchSize = 2
    try goOn(
      DictionaryLearning(
        data, preprocessing: .none, partition: partition, options: options, team: Threads(1)),
      partition, from: checkpoint.position)
  } else {
    let axes = Matrix(rows: 4, columns: 4, elements: (0..<16).map { $0 % 5 == 0 ? 1 : 0 })
    let problem = CodingProblem(atoms: axes, lambda: 0.1)
    let objective = ComposedObjective.prediction(
      startingAt: EncoderStart.unrolled(
        problem, form: .parallel, iterations: 1, hasOwnSteps: false))
    try goOn(
      GradientLearner(
        [TrainingPhase(objective, steps: 6)], data: data,
        targets: .codes(
          CodeTargets(
            of: data, prepare: { $0 }, problem: problem, gap: 1e-3, threads: Threads(1))),
        prepare: { $0 }, validation: partition.validation, options: Optimiser.Options(),
        team: Threads(1)),
      partition, from: checkpoint.position)
  }
}

/// Six records of four values.
private let records: [UInt8] = {
  let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 4), }\n"
  let values = (0..<24).map { Float($0 * 7 % 11 - 4) / 8 }
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    + values.withUnsafeBytes { Array($0) }
}()

/// One batch more.
private func goOn(
  _ learner: some Learner, _ partition: Partition, from position: EpochLoop.Position
) throws {
  var learner = learner
  var options = EpochLoop.Options()
  options.epochs = 3
  options.batchSize = 2
  options.patience = position.best == nil ? nil : 2
  var hooks = EpochLoop.Hooks()
  hooks.pause = { true }
  do {
    _ = try EpochLoop(partition, options: options).run(&learner, from: position, hooks: hooks)
  } catch is EpochLoop.Interruption {}
}
