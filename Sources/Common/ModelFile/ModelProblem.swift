import ByteIO

/// A file that is good safetensors and no good model.
public enum ModelProblem: Problem, Equatable {
  case notAModel
  case unsupportedVersion(found: String, supported: String)
  case missingKey(String)
  case badValue(key: String, expected: String, found: String)
  case missingTensor(String)
  case unknownTensor(String)
  case wrongShape(tensor: String, expected: [Int], found: [Int])
  case wrongType(tensor: String, expected: String)
  case badPools(String)

  public var description: String {
    switch self {
    case .notAModel:
      "a safetensors file but no sparsepipe model, expected metadata \"format\" = \"sparsepipe\""
    case .unsupportedVersion(let found, let supported):
      "model format version \(found), this program reads version \(supported)"
    case .missingKey(let key): "metadata \"\(key)\" is missing"
    case .badValue(let key, let expected, let found):
      "metadata \"\(key)\": expected \(expected), found \"\(found)\""
    case .missingTensor(let name): "tensor \(name) is missing"
    case .unknownTensor(let name): "tensor \(name) is unknown to format version 1"
    case .wrongShape(let tensor, let expected, let found):
      "tensor \(tensor): expected shape \(shapeText(expected)), found \(shapeText(found))"
    case .wrongType(let tensor, let expected): "tensor \(tensor): expected \(expected)"
    case .badPools(let problem): "tensors pools.*: \(problem)"
    }
  }
}
