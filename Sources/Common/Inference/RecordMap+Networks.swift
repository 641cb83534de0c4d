import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

extension RecordMap {
  /// What another map makes of what this one gives.
  /// - Parameter next: decides by the header of that.
  public func followed(by next: (ArrayHeader) throws -> RecordMap) throws -> RecordMap {
    let header = ArrayHeader(shape: batchAxes + outputShape, notes: notes)
    try requireCountable(header.shape)
    let next = try next(header)
    // Records of both are of the same array, and those of one are runs of those of the other.
    let shared = min(batchAxes.count, next.batchAxes.count)
    let own = stages(runsOf: batchAxes[shared...].reduce(1, *))
    let stages = own + next.stages(runsOf: next.batchAxes[shared...].reduce(1, *))
    var map = RecordMap(
      batchAxes: Array(batchAxes[..<shared]),
      inputLength: batchAxes[shared...].reduce(inputLength, *),
      outputShape: next.batchAxes[shared...] + next.outputShape, notes: next.notes,
      apply: stages[stages.count - 1])
    map.earlier = stages.dropLast()
    map.numbered = next.numbered(runsOf: next.batchAxes[shared...].reduce(1, *))
    let ownRows = shared < batchAxes.count ? rows(fromAxis: shared) : rows
    let nextRows = shared < next.batchAxes.count ? next.rows(fromAxis: shared) : next.rows
    map.rows = nextRows.flatMap { ownRows?.followed(by: $0) }
    return map
  }

  /// What it does, one after another, to runs of so many records, a run a row.
  private func stages(runsOf count: Int) -> [@Sendable (Matrix) throws -> Matrix] {
    let stages = earlier + [apply]
    return count == 1
      ? stages
      : stages.map { stage in
        { runs in
          let results = try stage(runs.reshaped(columns: runs.columns / count))
          return results.reshaped(columns: results.columns * count)
        }
      }
  }
}

extension RecordMap {
  /// What is made of results by their number, of runs of so many records, a run a row.
  private func numbered(
    runsOf count: Int
  ) -> (@Sendable (_ results: Matrix, _ first: Int) -> Matrix)? {
    guard let numbered, count != 1 else { return numbered }
    return { runs, first in
      let results = numbered(runs.reshaped(columns: runs.columns / count), first * count)
      return results.reshaped(columns: results.columns * count)
    }
  }
}

/// What programs do with a network of layers.
extension Network {
  /// What messages call a layer.
  /// - Parameters:
  ///   - index: of the layer, from 0.
  ///   - name: of the network.
  public func name(ofLayer index: Int, called name: String) -> String {
    layers.count == 1 ? name : "layer \(index + 1) of \(name)"
  }

  /// Records of the first layer to what a layer makes of them, with all that goes before it: from the layer on whose
  /// codes or features the notes say that they are, else from the first.
  /// - Parameters:
  ///   - index: of the layer, from 0.
  ///   - plan: what the layer does.
  public func map(
    _ header: ArrayHeader, to index: Int, called name: String,
    _ plan: (ArrayHeader) throws -> RecordMap
  ) throws -> RecordMap {
    guard let features = try features(of: header, for: index, called: name) else {
      return try plan(header)
    }
    return try features.followed(by: plan)
  }

  /// Records of the first layer to what a layer takes; nil where that is what they are.
  private func features(
    of header: ArrayHeader, for index: Int, called name: String
  ) throws -> RecordMap? {
    guard index > 0, header.notes.source != layers[index - 1].digest else { return nil }
    if header.notes.source == nil, header.notes.model == layers[index - 1].digest {
      return try pooling(header, called: name)
    }
    let earlier = try map(header, to: index - 1, called: name) {
      try codes(of: index - 1, $0, called: name)
    }
    return try pooled(poolings(after: index - 1) ?? [], of: index - 1, from: earlier)
  }

  private func codes(
    of index: Int, _ header: ArrayHeader, called name: String
  ) throws -> RecordMap {
    let (layer, name) = (layers[index], self.name(ofLayer: index, called: name))
    guard let codeLength = layer.codeLength else {
      throw StreamMismatch.noCode(layer.kind.rawValue, in: name)
    }
    if let tiling = layer.tiling {
      return try RecordMap(encodingImages: header, by: layer, tiling, called: name)
    }
    let inference = try CodeInference.encoder(layer, iterations: nil, called: name)
    return try RecordMap(
      encoding: header, to: codeLength, by: inference, of: layer, called: name)
  }

  /// Codes of a layer, or features of them, pooled.
  private func pooled(
    _ poolings: some Sequence<Pooling>, of index: Int, from codes: RecordMap
  ) throws -> RecordMap {
    try poolings.reduce(codes) { map, pooling in
      try map.followed { try RecordMap(pooling: $0, pooling, ofCodesOf: layers[index]) }
    }
  }

  /// Codes of a layer, which the notes name, else of the last one, pooled as the layer after it takes them; nil where
  /// no layer follows that pools, or they have been pooled.
  public func pooling(_ header: ArrayHeader, called name: String) throws -> RecordMap? {
    guard header.notes.source == nil, let index = layer(of: header.notes.model) ?? lastCoding,
      let poolings = poolings(after: index), let first = poolings.first
    else { return nil }
    let (layer, name) = (layers[index], self.name(ofLayer: index, called: name))
    try header.checkModel(layer, called: name)
    guard header.shape.last == layer.placeUnits else {
      throw StreamMismatch.recordShape(
        model: name, expected: [layer.placeUnits], found: header.shape)
    }
    var header = header
    header.notes.model = layer.digest
    header.notes.dcUnit = layer.hasDCUnit
    let start = try RecordMap(pooling: header, first, ofCodesOf: layers[index])
    return try pooled(poolings.dropFirst(), of: index, from: start)
  }

  /// Records of the first layer, or codes or features that the notes say to be of one, to the scores of classes.
  public func classifying(
    _ header: ArrayHeader, by classifier: Classifier, called name: String
  ) throws -> RecordMap {
    let last = layers.count - 1
    func scores(_ header: ArrayHeader) throws -> RecordMap {
      try RecordMap(
        classifying: header, by: classifier, of: layers[last],
        called: self.name(ofLayer: last, called: name))
    }
    // A model by itself classifies its codes, and does not make them.
    let readsCodes = layers[last].classifiesCodes
    guard readsCodes, last > 0, header.notes.model != layers[last].digest else {
      return readsCodes ? try scores(header) : try map(header, to: last, called: name, scores)
    }
    return try map(header, to: last, called: name) {
      try codes(of: last, $0, called: name).followed(by: scores)
    }
  }
}

extension RecordMap {
  /// Codes of a model, or features of them, pooled.
  fileprivate init(
    pooling header: ArrayHeader, _ pooling: Pooling, ofCodesOf model: Model
  ) throws {
    let units = (header.shape.last ?? 0) - (header.notes.dcUnit ? 1 : 0)
    let layout = try model.pools(by: pooling.units, unitCount: units)
    try self.init(pooling: header, layout, pooling)
  }
}
