import LinearAlgebra
import ModelFile
import SparseCoding

/// What an epoch of a gradient learner adds up to.
struct GradientTally {
  private var sums: [String: FigureSum]
  private var use: CodeUse
  /// Of codes that a solver seeks.
  private var exactness: SparseSolver.Exactness?

  init(_ objective: some Objective) {
    sums = Dictionary(
      uniqueKeysWithValues: objective.figureNames.map { ($0, FigureSum(0, over: 0)) })
    exactness = objective.seeksCodes ? SparseSolver.Exactness() : nil
    use = CodeUse(Matrix(zeros: 0, columns: objective.unitCount))
  }

  var unitsInUse: Int { use.units.elements.count { $0 != 0 } }

  mutating func add(_ evaluation: Evaluation) {
    sums.add(evaluation.figures)
    use += evaluation.use
    exactness? += evaluation.exactness
  }

  func figures(_ names: [String]) -> [(name: String, value: Double)] {
    names.map { ($0, sums[$0]?.mean ?? .nan) } + [
      ("density", Double(use.nonzeros) / Double(use.values)),
      ("dead", Double(use.units.columns - unitsInUse)),
    ] + (exactness?.figures ?? [])
  }

  func write(to state: inout TrainingState) {
    for (name, figure) in sums {
      state.numbers["sum.\(name)"] = "\(figure.sum)"
      state.numbers["count.\(name)"] = "\(figure.count)"
    }
    use.write(to: &state)
    exactness?.write(to: &state)
  }

  mutating func restore(_ state: TrainingState) throws {
    for name in sums.keys {
      sums[name] = FigureSum(
        try state.double("sum.\(name)"), over: try state.count("count.\(name)"))
    }
    try use.restore(state)
    if exactness != nil { exactness = try SparseSolver.Exactness(state) }
  }
}

/// How much of a code is in use.
public struct CodeUse: Sendable {
  /// A value that is smaller than this is as good as none.
  private static let least: Float = 1e-6

  /// N, and N · K.
  public private(set) var records: Int
  public private(set) var values: Int
  /// Values that are not zero.
  public private(set) var nonzeros = 0
  /// 1 for each unit that any record uses, [1, K].
  public private(set) var units: Matrix

  init(_ code: Matrix) {
    records = code.rows
    values = code.elements.count
    units = Matrix(zeros: 1, columns: code.columns)
    let sizes = code.columnSizes
    nonzeros = sizes.nonzeros
    for (column, size) in sizes.largest.enumerated() where size > Self.least {
      units.elements[column] = 1
    }
  }

  static func += (total: inout CodeUse, other: CodeUse) {
    total.records += other.records
    total.values += other.values
    total.nonzeros += other.nonzeros
    for unit in 0..<total.units.columns where other.units.elements[unit] != 0 {
      total.units.elements[unit] = 1
    }
  }

  func write(to state: inout TrainingState) {
    state.numbers["nonzeros"] = "\(nonzeros)"
    state.numbers["values"] = "\(values)"
    state.numbers["tally"] = "\(records)"
    state.tensors["in-use"] = Tensor(units)
  }

  mutating func restore(_ state: TrainingState) throws {
    nonzeros = try state.count("nonzeros")
    values = try state.count("values")
    records = try state.count("tally")
    units = try state.matrix("in-use", rows: 1, columns: units.columns)
  }
}
