import LinearAlgebra

/// Atoms for a dictionary to begin with: records drawn at random, scaled to norm 1; ones that hold
/// nothing are drawn again.
public struct InitialAtoms {
  let count: Int
  /// What is below zero in a record is left out.
  let isNonnegative: Bool

  public init(count: Int, isNonnegative: Bool = false) {
    self.count = count
    self.isNonnegative = isNonnegative
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
    for index in random.permutation(of: records.count) where atoms.count < count {
      let record = prepare(try data.records([records[index]]))
      if let atom = unitNorm(record.elements) { atoms.append(atom) }
    }
    guard atoms.count == count, let length = atoms.first?.count else {
      throw TrainingProblem.tooFewRecords(
        found: atoms.count, needed: count, what: "that are not constant, one for each code unit")
    }
    return Matrix(rows: count, columns: length, elements: atoms.flatMap { $0 })
  }

  /// A record as an atom, or nil where it holds nothing.
  func unitNorm(_ record: [Float]) -> [Float]? {
    let rectified = isNonnegative ? record.map { max(0, $0) } : record
    let norm = dotInDouble(rectified, rectified).squareRoot()
    return norm > 1e-4 ? rectified.map { Float(Double($0) / norm) } : nil
  }
}
