import LinearAlgebra

/// The codes of one tile and all that dictionary learning needs of them.
struct CodedTile: Sendable {
  /// [n, K].
  let code: Matrix
  /// [n].
  let energies: [Double]
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

  init(codeLength: Int) {
    usage = [Int](repeating: 0, count: codeLength)
  }

  /// Adds a tile whose records are the first of `records`.
  mutating func add(_ tile: CodedTile, records indices: ArraySlice<Int>) {
    for (record, value) in zip(indices, tile.energies) {
      energy += value
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
    ]
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
