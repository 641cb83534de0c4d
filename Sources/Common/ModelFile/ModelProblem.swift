import ByteIO
import SparseCoding

/// A file that is good safetensors and no good model.
public indirect enum ModelProblem: Problem, Equatable {
  case notAModel
  case isCheckpoint
  /// Several layers, where one is expected.
  case isNetwork
  /// Of a network; layers are counted from 1.
  case inLayer(Int, ModelProblem)
  case unsupportedVersion(found: String, supported: String)
  case missingKey(String)
  case badValue(key: String, expected: String, found: String)
  case missingTensor(String)
  /// A tensor that no model of this kind has.
  case unknownTensor(String, kind: String)
  /// A key of the schema that means nothing in this model.
  case unusedKey(String)
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  case tooManyUnits(tensor: String, found: Int, limit: Int)
  /// All zeros, where a division by its norm waits.
  case zeroUnit(tensor: String, column: Int)
  case wrongType(tensor: String, expected: String)
  /// A number that maps are divided by; maps are counted from 0.
  case badScale(tensor: String, map: Int, found: Float)
  case badPools(String)
  case badInhibition(tensor: String, InhibitionProblem)
  /// The penalty is that of the pools, and there are none.
  case missingGroups(PenaltyKind)

  public var description: String {
    switch self {
    case .notAModel:
      "a safetensors file but no sparsepipe model, expected metadata \"format\" = \"sparsepipe\""
    case .isCheckpoint:
      "a checkpoint and no model"
    case .isNetwork: "a network of several layers, expected a model of one"
    case .inLayer(let layer, let problem): "layer \(layer): \(problem)"
    case .unsupportedVersion(let found, let supported):
      "model format version \(found), this program reads version \(supported)"
    case .missingKey(let key): "metadata \"\(key)\" is missing"
    case .badValue(let key, let expected, let found):
      "metadata \"\(key)\": expected \(expected), found \"\(found)\""
    case .missingTensor(let name): "tensor \(name) is missing"
    case .unknownTensor(let name, let kind):
      "tensor \(name) is not one that a \(kind) of format version 1 has"
    case .unusedKey(let key): "metadata \"\(key)\" means nothing in this model"
    case .wrongShape(let tensor, let expected, let found):
      "tensor \(tensor): expected shape \(shapeText(expected)), found \(shapeText(found))"
    case .tooManyUnits(let tensor, let found, let limit):
      "tensor \(tensor): expected at most \(limit) units, found \(found)"
    case .zeroUnit(let tensor, let column):
      "tensor \(tensor): the DC unit, column \(column), is all zeros"
    case .wrongType(let tensor, let expected): "tensor \(tensor): expected \(expected)"
    case .badScale(let tensor, let map, let found):
      "tensor \(tensor): expected numbers above 0, found \(found) for map \(map)"
    case .badPools(let problem): problem
    case .badInhibition(let tensor, let problem): "tensor \(tensor): \(problem)"
    case .missingGroups(let penalty):
      "metadata \"penalty\" is \(penalty.rawValue), and the model has no pools"
    }
  }
}
