import LinearAlgebra
import ModelFile
import SparseCoding

/// What dictionary learning needs of some records.
struct CodedRecords: Summable {
  /// Σ zzᵀ, [K, K].
  var codeProducts: Matrix
  /// Σ zxᵀ, [K, D].
  var recordProducts: Matrix
  /// Σ|z||z|ᵀ, [K, K], where it is another and asked for.
  var sizeProducts: Matrix?
  var tally: Tally

  mutating func add(_ other: CodedRecords, on threads: Threads) {
    codeProducts.add(other.codeProducts, on: threads)
    recordProducts.add(other.recordProducts, on: threads)
    if let others = other.sizeProducts { sizeProducts?.add(others, on: threads) }
    tally.add(other.tally, on: threads)
  }
}

/// What the records of an epoch, or some of them, add up to.
struct Tally: Summable {
  /// Badly reconstructed records that are remembered, at most.
  private static let worstLimit = 256

  /// How often each unit was used, [K].
  private(set) var usage: [Int]
  /// The same of units with all below them, where some are to be left out.
  private(set) var pruning: Pruning?
  private(set) var nonzeros = 0
  /// The records of the highest energy, worst first.
  private(set) var worst: [(record: Int, energy: Double)] = []
  private var records = 0
  private var energy = 0.0
  private var exactness = SparseSolver.Exactness()

  /// - Parameter pruning: of no codes yet, where units are to be left out.
  init(codeLength: Int, _ pruning: Pruning? = nil) {
    usage = [Int](repeating: 0, count: codeLength)
    self.pruning = pruning
  }

  /// That of some records.
  /// - Parameters:
  ///   - code: [n, K], 0 where a unit is not in use.
  ///   - records: their numbers, [n].
  ///   - energies: [n].
  ///   - pruning: of no codes yet, where units are to be left out.
  init(
    _ code: Matrix, records: ArraySlice<Int>, energies: [Double],
    _ exactness: SparseSolver.Exactness, _ pruning: Pruning? = nil
  ) {
    self.init(codeLength: code.columns, pruning)
    self.pruning?.add(code)
    for row in 0..<code.rows {
      for (unit, value) in code.row(row).enumerated() where value != 0 {
        usage[unit] += 1
        nonzeros += 1
      }
    }
    // Sorted as it is added: of equal energies the first comes first.
    let order = energies.indices.sorted { (energies[$0], $1) > (energies[$1], $0) }
    worst = order.prefix(Self.worstLimit).map {
      (records[records.startIndex + $0], energies[$0])
    }
    self.records = code.rows
    energy = energies.reduce(0, +)
    self.exactness = exactness
  }

  mutating func add(_ other: Tally, on threads: Threads) {
    for unit in usage.indices { usage[unit] += other.usage[unit] }
    if let use = other.pruning { pruning?.add(use) }
    nonzeros += other.nonzeros
    worst = Self.merged(worst, other.worst)
    records += other.records
    energy += other.energy
    exactness += other.exactness
  }

  /// The worst of both, those of `a` first where energies are equal.
  private static func merged(
    _ a: [(record: Int, energy: Double)], _ b: [(record: Int, energy: Double)]
  ) -> [(record: Int, energy: Double)] {
    var (first, second) = (a[...], b[...])
    var both: [(record: Int, energy: Double)] = []
    while both.count < worstLimit, let next = second.first ?? first.first {
      if let other = first.first, other.energy >= next.energy {
        both.append(first.removeFirst())
      } else {
        both.append(next)
        second = second.dropFirst()
      }
    }
    return both
  }

  /// - Parameter changes: what became of the units.
  func figures(changes: [(name: String, value: Double)]) -> [(name: String, value: Double)] {
    let dead = usage.count { $0 == 0 }
    return [
      ("energy", energy / Double(records)),
      ("density", Double(nonzeros) / Double(records * usage.count)),
      ("dead", Double(dead)),
    ] + changes + exactness.figures
  }
}

// MARK: State

extension Tally {
  func write(to state: inout TrainingState) {
    state.tensors["tally.usage"] = Tensor(shape: [usage.count], doubles: usage.map(Double.init))
    if let pruning {
      state.tensors["tally.pruning"] = Tensor(
        shape: [usage.count], doubles: pruning.counts.map(Double.init))
    }
    state.tensors["tally.worst"] = Tensor(
      shape: [worst.count, 2], doubles: worst.flatMap { [Double($0.record), $0.energy] })
    state.numbers["tally.nonzeros"] = "\(nonzeros)"
    state.numbers["tally.records"] = "\(records)"
    state.numbers["tally.energy"] = "\(energy)"
    exactness.write(to: &state)
  }

  /// The tally that a state holds.
  /// - Parameters:
  ///   - recordLimit: how many records there are, of which it remembers some.
  ///   - pruning: of no codes yet, where units are to be left out.
  init(
    _ state: TrainingState, codeLength: Int, recordLimit: Int, _ pruning: Pruning?
  ) throws {
    usage = try state.counts("tally.usage", count: codeLength)
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
    if let pruning {
      self.pruning = pruning.counting(
        try state.counts("tally.pruning", count: codeLength), records: records)
    }
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

extension TrainingState {
  /// Counts as a tensor of Float64, [count].
  fileprivate func counts(_ name: String, count: Int) throws -> [Int] {
    try doubles(name, shape: [count]).map { value in
      guard let count = Int(exactly: value), (0...Self.countLimit).contains(count) else {
        throw CheckpointProblem.wrongTensor(name, expected: "counts, found \(value)")
      }
      return count
    }
  }
}

extension Accumulator {
  /// Some of the rows and of the columns alone, [rows.count, columns.count].
  func keeping(rows: [Int], columns: [Int]) -> Accumulator {
    var kept = Accumulator(rows: rows.count, columns: columns.count)
    kept.elements = rows.flatMap { row in columns.map { elements[row * self.columns + $0] } }
    return kept
  }

  mutating func clear(row: Int) {
    for column in 0..<columns { elements[row * columns + column] = 0 }
  }

  mutating func clear(column: Int) {
    for row in 0..<rows { elements[row * columns + column] = 0 }
  }
}
