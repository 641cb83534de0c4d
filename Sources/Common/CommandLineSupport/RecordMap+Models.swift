import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

/// What programs do with the records of an array, by a model. `name` is what messages call the model;
/// all throw ``StreamMismatch`` where the array is not of records that the model takes.
extension RecordMap {
  /// Records to codes.
  public init(
    encoding header: ArrayHeader, to codeLength: Int, by inferrer: Inferrer, of model: Model,
    called name: String
  ) throws {
    var notes = model.codeNotes
    notes.grid = header.notes.grid
    self.init(
      batchAxes: try header.batchAxes(ofRecords: model.recordShape, for: name),
      inputLength: model.recordLength, outputShape: [codeLength], notes: notes,
      apply: inferrer.callAsFunction)
  }

  /// Codes to records.
  public init(
    decoding header: ArrayHeader, of codeLength: Int, by model: Model, called name: String
  ) throws {
    try header.checkModel(model, called: name)
    self.init(
      batchAxes: try header.batchAxes(ofRecords: [codeLength], for: name),
      inputLength: codeLength, outputShape: model.recordShape,
      notes: model.recordNotes(grid: header.notes.grid), apply: model.decode)
  }

  /// Features, or codes of the model itself, to the scores of classes.
  public init(
    classifying header: ArrayHeader, by classifier: Classifier, of model: Model, called name: String
  ) throws {
    let readsCodes = model.kind.classifiesCodes
    if readsCodes { try header.checkModel(model, called: name) }
    let shape = readsCodes ? [classifier.weight.columns] : model.recordShape
    let preprocessing = readsCodes ? .none : model.preprocessing
    self.init(
      batchAxes: try header.batchAxes(ofRecords: shape, for: name),
      inputLength: shape.reduce(1, *), outputShape: [classifier.classCount],
      notes: Notes(recordRank: 1, grid: header.notes.grid),
      apply: { classifier(preprocessing($0)) })
  }
}
