import LinearAlgebra
import ModelFile
import SparseCoding

/// The codes of one tile and all that dictionary learning needs of them.
struct CodedTile: Sendable {
  /// [n, K].
  let code: Matrix
  /// [n].
  let energies: [Double]
  let exactness: SparseSolver.Exactness
  /// Σ zzᵀ, [K, K].
  let codeProducts: Matrix
  /// Σ zxᵀ, [K, D].
  let recordProducts: Matrix
}

/// What an epoch adds up to.
struct Tally {
  /// Badly reconstructed records that are remembered, at most.
  private static let worstLimit = 256

  /// How often each unit was used, [K].
  private(set) var usage: [Int]
  private(set) var nonzeros = 0
  /// The records of the highest energy, worst first.
  private(set) var worst: [(record: Int, energy: Double)] = []
  private var records = 0
  private var energy = 0.0
  private var exactness = SparseSolver.Exactness()

  init(codeLength: Int) {
    usage = [Int](repeating: 0, count: codeLength)
  }

  /// Adds the tiles of a batch, whose records are `records`.
  mutating func add(_ tiles: [CodedTile], records: [Int]) {
    energy += sum(tiles.map { $0.energies.reduce(0, +) })
    var rest = records[...]
    for tile in tiles {
      add(tile, records: rest.prefix(tile.code.rows))
      rest = rest.dropFirst(tile.code.rows)
    }
  }

  private mutating func add(_ tile: CodedTile, records indices: ArraySlice<Int>) {
    for (record, value) in zip(indices, tile.energies) {
      if worst.count < Self.worstLimit || value > worst[worst.count - 1].energy {
        remember(record, value)
      }
    }
    for row in 0..<tile.code.rows {
      for (unit, value) in tile.code.row(row).enumerated() where value != 0 {
        usage[unit] += 1
        nonzeros += 1
      }
    }
    records += tile.code.rows
    exactness += tile.exactness
  }

  private mutating func remember(_ record: Int, _ value: Double) {
    let place = worst.firstIndex { $0.energy < value } ?? worst.count
    worst.insert((record, value), at: place)
    if worst.count > Self.worstLimit { worst.removeLast() }
  }

  func figures(replaced: Int) -> [(name: String, value: Double)] {
    let dead = usage.count { $0 == 0 }
    return [
      ("energy", energy / Double(records)),
      ("density", Double(nonzeros) / Double(records * usage.count)),
      ("dead", Double(dead)), ("replaced", Double(replaced)),
    ] + exactness.figures
  }
}

// MARK: State

extension Tally {
  func write(to state: inout TrainingState) {
    state.tensors["tally.usage"] = Tensor(shape: [usage.count], doubles: usage.map(Double.init))
    state.tensors["tally.worst"] = Tensor(
      shape: [worst.count, 2], doubles: worst.flatMap { [Double($0.record), $0.energy] })
    state.numbers["tally.nonzeros"] = "\(nonzeros)"
    state.numbers["tally.records"] = "\(records)"
    state.numbers["tally.energy"] = "\(energy)"
    exactness.write(to: &state)
  }

  /// The tally that a state holds.
  /// - Parameter recordLimit: how many records there are, of which it remembers some.
  init(_ state: TrainingState, codeLength: Int, recordLimit: Int) throws {
    usage = try state.doubles("tally.usage", shape: [codeLength]).map { value in
      guard let count = Int(exactly: value), (0...TrainingState.countLimit).contains(count) else {
        throw CheckpointProblem.wrongTensor("tally.usage", expected: "counts, found \(value)")
      }
      return count
    }
    let pairs = try state.doubles("tally.worst", shape: [nil, 2])
    worst = try stride(from: 0, to: pairs.count, by: 2).map { index in
      guard let record = Int(exactly: pairs[index]), (0..<recordLimit).contains(record) else {
        throw CheckpointProblem.wrongTensor(
          "tally.worst", expected: "records below \(recordLimit), found \(pairs[index])")
      }
      return (record, pairs[index + 1])
    }
    nonzeros = try state.count("tally.nonzeros")
    records = try state.count("tally.records")
    energy = try state.double("tally.energy")
    exactness = try SparseSolver.Exactness(state)
  }
}

extension SparseSolver.Exactness {
  /// As a training shows them.
  var figures: [(name: String, value: Double)] {
    [("finished", Double(finishedInDouble)), ("missed", Double(unconverged))]
  }

  /// What is zero is left out.
  func write(to state: inout TrainingState) {
    if finishedInDouble > 0 { state.numbers["tally.finished"] = "\(finishedInDouble)" }
    if unconverged > 0 { state.numbers["tally.missed"] = "\(unconverged)" }
  }

  init(_ state: TrainingState) throws {
    self.init()
    func count(_ key: String) throws -> Int {
      state.numbers[key] == nil ? 0 : try state.count(key)
    }
    finishedInDouble = try count("tally.finished")
    unconverged = try count("tally.missed")
  }
}

extension Accumulator {
  mutating func clear(row: Int) {
    for column in 0..<columns { elements[row * columns + column] = 0 }
  }

  mutating func clear(column: Int) {
    for row in 0..<rows { elements[row * columns + column] = 0 }
  }
}
