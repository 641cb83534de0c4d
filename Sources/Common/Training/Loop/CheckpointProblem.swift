import ByteIO

/// A file that no training goes on from.
public enum CheckpointProblem: Problem, Equatable {
  case notACheckpoint
  case isModel
  /// Not as it was written.
  case damaged
  case unsupportedVersion(found: String, supported: String)
  case missingKey(String)
  case unknownKey(String)
  case badValue(key: String, expected: String, found: String)
  case missingTensor(String)
  case unknownTensor(String)
  case wrongTensor(String, expected: String)
  /// The best epoch has no figure to be compared by.
  case noValidation
  /// More, or something else, than a learner of this kind has.
  case otherState
  /// A checkpoint of other options, another seed or other records.
  case otherRun(name: String, made: String, now: String)
  /// A training is made longer, never shorter.
  case fewerEpochs(made: Int, now: Int)

  public var description: String {
    switch self {
    case .notACheckpoint: "a safetensors file but no checkpoint of fit"
    case .damaged: "damaged: its digest is not that of what it holds"
    case .isModel: "a model, expected a checkpoint"
    case .unsupportedVersion(let found, let supported):
      "checkpoint format version \(found), this program goes on from version \(supported); begin anew"
    case .missingKey(let key): "metadata \"\(key)\" is missing"
    case .unknownKey(let key): "metadata \"\(key)\" is not one that a checkpoint has"
    case .badValue(let key, let expected, let found):
      "metadata \"\(key)\": expected \(expected), found \"\(found)\""
    case .missingTensor(let name): "tensor \(name) is missing"
    case .unknownTensor(let name): "tensor \(name) is not one that a checkpoint has"
    case .wrongTensor(let name, let expected): "tensor \(name): expected \(expected)"
    case .noValidation: "metadata \"best.figures\": expected the figure validation, found none"
    case .otherState: "holds what is not the state of such a training"
    case .otherRun(let name, let made, let now):
      "was made with \(name)=\(made), this run has \(name)=\(now)"
    case .fewerEpochs(let made, let now):
      "was made with epochs=\(made), this run has epochs=\(now); expected as many or more"
    }
  }
}
