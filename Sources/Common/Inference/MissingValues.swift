import ByteIO
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// Records of a tile that have the same values.
private struct KnownValues {
  /// Which of the D are there, ascending.
  let values: [Int]
  /// Numbers of the records.
  let records: [Int]

  /// - Parameter masks: [N, D], 1 where a value is there.
  static func groups(of masks: Matrix) -> [KnownValues] {
    var records: [[Float]: [Int]] = [:]
    var order: [[Float]] = []
    for row in 0..<masks.rows {
      let mask = Array(masks.row(row))
      if records[mask] == nil { order.append(mask) }
      records[mask, default: []].append(row)
    }
    return order.map { mask in
      KnownValues(
        values: mask.indices.filter { mask[$0] != 0 }, records: records[mask] ?? [])
    }
  }

  /// - Parameter x: records, [N, D].
  /// - Returns: what is there, [records, values].
  func callAsFunction(_ x: Matrix) -> Matrix { x.rows(at: records).columns(at: values) }
}

extension CodeInference {
  /// Codes, [N, K], of records, [N, D], of which values are missing: those of least energy
  /// ½‖M(x − Dz)‖² + λR(z), M keeping what is there. As ``callAsFunction(_:)`` else.
  /// - Parameter masks: [N, D], 1 where a value is there.
  /// - Precondition: it is exact, and the model's preprocessing serves missing values.
  func codes(of x: Matrix, masks: Matrix) -> Matrix {
    var all = Matrix(zeros: x.rows, columns: codeLength)
    for known in KnownValues.groups(of: masks) {
      let isWhole = known.values.count == x.columns
      let found = isWhole ? self(x.rows(at: known.records)) : codes(of: known(x), at: known.values)
      for (index, row) in known.records.enumerated() { all.setRow(row, to: found.row(index)) }
    }
    return all
  }
}

extension Model {
  /// Records in which what was missing is filled in by their codes; the values that are there stay. What
  /// preprocessing took of each record is put back.
  /// - Parameters:
  ///   - codes: [N, K].
  ///   - x: the records, [N, D].
  ///   - masks: [N, D], 1 where a value is there.
  /// - Returns: [N, D].
  func fill(_ x: Matrix, masks: Matrix, from codes: Matrix) -> Matrix {
    var filled = x
    for known in KnownValues.groups(of: masks) {
      let values = known(x)
      let (_, taken) = preprocessing.partial(values, at: known.values, of: recordLength)
      let z = codes.rows(at: known.records)
      let whole = preprocessing.undo(decoder.map { $0(z) } ?? z, puttingBack: taken)
      for (index, row) in known.records.enumerated() {
        var record = Array(whole.row(index))
        for (place, value) in known.values.enumerated() { record[value] = values[index, place] }
        filled.setRow(row, to: record[...])
      }
    }
    return filled
  }

  /// Refuses a model whose records cannot have missing values.
  /// - Throws: ``InferenceProblem``.
  public func checkServesMissingValues(called name: String) throws {
    guard problem != nil else { throw InferenceProblem.noDictionary(model: name, .solver) }
    if preprocessing.steps.contains(.contrast) {
      throw InferenceProblem.normalizesMissing(model: name)
    }
    guard preprocessing.servesMissingValues else {
      throw InferenceProblem.whitensMissing(model: name)
    }
  }
}

extension RecordMap {
  /// Records with masks beside them to codes.
  public func masked(by inference: CodeInference) -> RecordMap {
    var map = self
    let length = inputLength
    map.apply = { tile in
      let (x, masks) = (tile.columns(at: 0..<length), tile.columns(at: length..<2 * length))
      return inference.codes(of: x, masks: masks)
    }
    return map
  }

  /// Codes with records and their masks beside them to records without anything missing.
  public func filling(recordsOf model: Model) -> RecordMap {
    var map = self
    let (units, length) = (inputLength, model.recordLength)
    map.notes.preprocessed = false
    map.apply = { tile in
      model.fill(
        tile.columns(at: units..<units + length),
        masks: tile.columns(at: units + length..<units + 2 * length),
        from: tile.columns(at: 0..<units))
    }
    return map
  }
}
