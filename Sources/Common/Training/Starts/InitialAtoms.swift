import LinearAlgebra

/// Atoms for a dictionary to begin with: records drawn at random, scaled to norm 1; ones that hold
/// nothing are drawn again. Or random directions.
public struct InitialAtoms {
  /// What atoms are made of.
  public enum Source: String, CaseIterable, Sendable {
    case records
    /// Nothing of the data: filters to compare learned ones with.
    case random
  }

  let count: Int
  /// What is below zero in a record is left out.
  let isNonnegative: Bool
  /// Records that are looked at for how large they are.
  private static let sampleSize = 1000

  public init(count: Int, isNonnegative: Bool = false) {
    self.count = count
    self.isNonnegative = isNonnegative
  }

  /// Directions of which none is more likely than another, rows of norm 1; where they are not to go below 0, sizes of
  /// such, and beside a DC unit without their means.
  /// - Returns: Dᵀ, [count, length].
  public func random(length: Int, seed: UInt64, _ preparation: Preparation) -> Matrix {
    var random = CounterRandom(seed: seed, stream: RandomStream.initialAtoms)
    var atoms = Matrix(
      rows: count, columns: length,
      elements: (0..<count * length).map { _ in
        let number = Float(random.normal())
        return isNonnegative ? abs(number) : number
      })
    if !isNonnegative { atoms = preparation.withoutMeans(atoms) }
    atoms.normalizeRows()
    return atoms
  }

  /// - Parameters:
  ///   - records: numbers of records of `data` to draw from.
  ///   - prepare: from records, [N, D], to what the dictionary is for.
  /// - Returns: Dᵀ, [count, D].
  /// - Throws: ``TrainingProblem`` where there are too few records.
  public func draw(
    from data: TrainingSet, _ records: [Int], seed: UInt64, prepare: (Matrix) -> Matrix
  ) throws -> Matrix {
    guard records.count >= count else {
      throw TrainingProblem.tooFewRecords(
        found: records.count, needed: count, what: "one for each code unit")
    }
    var random = CounterRandom(seed: seed, stream: RandomStream.initialAtoms)
    var atoms: [[Float]] = []
    let order = random.permutation(of: records.count)
    let some = prepare(try data.records(order.prefix(Self.sampleSize).map { records[$0] }))
    // As much as rounding leaves of a record that holds nothing.
    let least = 1e-4 * min(1, (0..<some.rows).reduce(0) { max($0, norm(Array(some.row($1)))) })
    for index in order where atoms.count < count {
      let record = prepare(try data.records([records[index]]))
      if let atom = unitNorm(record.elements, above: least) { atoms.append(atom) }
    }
    guard atoms.count == count, let length = atoms.first?.count else {
      throw TrainingProblem.tooFewRecords(
        found: atoms.count, needed: count, what: "that are not constant, one for each code unit")
    }
    return Matrix(rows: count, columns: length, elements: atoms.flatMap { $0 })
  }

  /// A record as an atom, or nil where it is no longer than `least`.
  func unitNorm(_ record: [Float], above least: Double = 0) -> [Float]? {
    let norm = norm(record)
    return norm > least ? held(record).map { Float(Double($0) / norm) } : nil
  }

  /// What an atom can have of a record.
  private func held(_ record: [Float]) -> [Float] {
    isNonnegative ? record.map { max(0, $0) } : record
  }

  private func norm(_ record: [Float]) -> Double {
    let held = held(record)
    return dotInDouble(held, held).squareRoot()
  }
}
