import ByteIO
import LinearAlgebra
import SparseCoding
import TensorStream
import TestSupport
import Testing

@testable import Training

/// Where a training set keeps its records.
enum Keeping: CaseIterable, Sendable {
  case memory, scratch, file
}

/// The training set that `bytes` hold.
func trainingSet(
  _ bytes: [UInt8], record: RecordChoice? = .rank(1), keeping: Keeping = .memory,
  memoryLimit: Int? = nil
) throws -> TrainingSet {
  switch keeping {
  case .memory, .scratch:
    let limit = memoryLimit ?? (keeping == .memory ? TrainingSet.memoryLimit : 100)
    return try TrainingSet(
      reading: TensorReader(ByteReader(bytes)), record: record, memoryLimit: limit)
  case .file:
    return try withTemporaryFile(bytes) { path in
      // The descriptor stays open when the name is gone.
      try TrainingSet(
        reading: TensorReader(try ByteReader(path: path)), record: record,
        memoryLimit: memoryLimit ?? 100)
    }
  }
}

/// The training set of the rows of a matrix.
func trainingSet(_ x: Matrix, keeping: Keeping = .memory) throws -> TrainingSet {
  try trainingSet(arrayBytes([x.rows, x.columns], x.elements), keeping: keeping)
}

/// A file of these bytes while `body` runs.
func withTemporaryFile<Result>(
  _ bytes: [UInt8], _ body: (String) throws -> Result
) throws -> Result {
  let folder = try TemporaryFolder()
  return try withExtendedLifetime(folder) { try body(try folder.write(bytes, to: "data.npy")) }
}

/// The training problem that `body` meets, nil where none.
func trainingProblem(_ body: () throws -> Void) -> TrainingProblem? {
  unnamedProblem(body) as? TrainingProblem
}

/// The problem of the stream's records that `body` meets, nil where none.
func recordProblem(_ body: () throws -> Void) -> RecordProblem? {
  unnamedProblem(body) as? RecordProblem
}

private func unnamedProblem(_ body: () throws -> Void) -> (any Error)? {
  do {
    try body()
    return nil
  } catch let problem as FileProblem {
    return problem.problem
  } catch {
    return error
  }
}

/// Records that are sums of a few atoms of a hidden dictionary, and a little noise.
struct Planted {
  let atoms: Matrix
  let records: Matrix

  /// Records of one seed have the same hidden dictionary; of another `draw` of it no record is the same.
  init(
    units: Int = 24, length: Int = 16, records count: Int = 1500, active: Int = 3, seed: UInt64,
    draw: UInt64 = 5
  ) {
    atoms = unitAtoms(units, length, seed: seed)
    var random = CounterRandom(seed: seed, stream: draw)
    var code = Matrix(zeros: count, columns: units)
    for record in 0..<count {
      for _ in 0..<active {
        let value = Float(1 + random.uniform())
        code[record, random.index(below: units)] = random.uniform() < 0.5 ? -value : value
      }
    }
    var x = product(code, PackedMatrix(atoms.transposed))
    for index in x.elements.indices { x.elements[index] += 0.01 * Float(random.normal()) }
    records = x
  }
}

/// The figures of a report by name.
func figures(_ report: EpochReport) -> [String: Double] {
  Dictionary(uniqueKeysWithValues: report.figures.map { ($0.name, $0.value) })
}

/// Records of no numbers that matter.
func batch(of x: Matrix, _ target: Target = .none) -> Batch {
  Batch(x, numbers: Array(0..<x.rows), target: target)
}

extension Parameter.Name {
  /// What the files of `Tests/Reference` call it.
  var fixture: String {
    switch self {
    case .encoderWeight: "weight"
    case .decoderWeight: "decoder"
    case .classifierWeight: "classifier"
    default: String(tensor.dropFirst("encoder.".count))
    }
  }
}

extension Learner {
  mutating func endEpoch(isLast: Bool) throws -> [(name: String, value: Double)] {
    try endEpoch(isLast: isLast, judging: { _, _ in })
  }
}
