import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// What programs do with the records of an array, by a model. `name` is what messages call the model;
/// all throw ``StreamMismatch`` where the array is not of records that the model takes.
extension RecordMap {
  /// Records to codes, or to those of every step of an encoder.
  public init(
    encoding header: ArrayHeader, to codeLength: Int, by inference: CodeInference, of model: Model,
    called name: String
  ) throws {
    try header.checkFeatures(model, called: name)
    var notes = model.codeNotes
    notes.grid = header.notes.grid
    notes.isTrace = header.notes.isTrace
    notes.imageName = header.notes.imageName
    var codeShape = [codeLength]
    if let steps = inference.stepCount {
      codeShape = [steps, codeLength]
      // The note speaks of one axis of steps, with the grid right before it.
      if notes.isTrace { notes.grid = nil }
      notes.isTrace = true
    }
    self.init(
      batchAxes: try header.batchAxes(ofRecords: model.recordShape, for: name),
      inputLength: model.recordLength, outputShape: codeShape, notes: notes,
      apply: inference.callAsFunction)
  }

  /// Codes to records.
  public init(
    decoding header: ArrayHeader, of codeLength: Int, by model: Model, called name: String
  ) throws {
    try header.checkModel(model, called: name)
    self.init(
      batchAxes: try header.batchAxes(ofRecords: [codeLength], for: name),
      inputLength: codeLength, outputShape: model.recordShape,
      notes: model.recordNotes(onBatchOf: header.notes), apply: model.decode)
  }

  /// Features, or codes of the model itself, to the scores of classes.
  public init(
    classifying header: ArrayHeader, by classifier: Classifier, of model: Model, called name: String
  ) throws {
    let readsCodes = model.classifiesCodes
    if readsCodes {
      try header.checkModel(model, called: name)
    } else {
      try header.checkFeatures(model, called: name)
    }
    let shape = model.classifiedShape ?? model.recordShape
    let preprocessing = readsCodes ? .none : model.preprocessing
    var notes = Notes(recordRank: 1, onBatchOf: header.notes)
    // That of images is one of places, which are no batch axes here.
    if model.tiling != nil { notes.grid = nil }
    self.init(
      batchAxes: try header.batchAxes(ofRecords: shape, for: name),
      inputLength: shape.reduce(1, *), outputShape: [classifier.classCount],
      notes: notes,
      apply: { classifier(preprocessing($0)) })
  }
}
