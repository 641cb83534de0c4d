import ModelFile
import TensorStream

extension Model {
  /// What codes of this model say about themselves.
  public var codeNotes: Notes {
    Notes(
      recordRank: 1, model: digest, pools: pools.map { $0.notation?.text ?? Self.poolsInFile },
      poolWindow: poolWindows?.text, dcUnit: hasDCUnit)
  }

  /// What records that this model's decoder made say about themselves.
  public func recordNotes(onBatchOf codes: Notes) -> Notes {
    var notes = Notes(recordRank: recordShape.count, onBatchOf: codes)
    notes.preprocessed = !preprocessing.isInvertible
    return notes
  }
}
