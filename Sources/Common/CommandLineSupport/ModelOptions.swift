import ArgumentParser
import ByteIO
import ModelFile
import TensorStream

/// `-m`, for programs that fall back to the built-in model.
public struct ModelOptions: ParsableArguments, NamesFiles {
  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp("The model (default: the built-in one).", valueName: "w.bin"),
    completion: .file())
  public var path: String?

  public init() {}

  /// The model given, else the built-in one.
  public func load() throws -> Model {
    try path.map { try Model(path: $0) } ?? .builtIn()
  }

  /// What messages call the model.
  public var name: String { path.map(inputName) ?? "the built-in model" }

  public var namedFiles: [NamedFile] { .input("--model", path) }
}

/// `--built-in`, for programs that look at models.
public struct BuiltInOption: ParsableArguments {
  @Flag(name: .customLong("built-in"), help: "Take the built-in model.")
  public var isBuiltIn = false

  public init() {}
}

/// Refuses a stream that a model cannot take.
public enum StreamMismatch: Problem {
  case recordShape(model: String, expected: [Int], found: [Int])
  case integers(found: String)
  case otherModel(expected: String, digest: String, found: String)
  case noCode(kind: String)

  public var description: String {
    switch self {
    case .recordShape(let model, let expected, let found):
      "\(model) expects records of \(shapeText(expected)), stream has \(shapeText(found))"
    case .integers(let found):
      "holds integers (\(found)), expected floating-point records with pixels 0…1; "
        + "try patches --size full"
    case .otherModel(let expected, let digest, let found):
      "codes of model \(found), but \(expected) is model \(digest); name the right one with -m"
    case .noCode(let kind): "is a \(kind), expected a model that makes codes"
    }
  }

  /// The problem of a model, named after its file, that makes no codes.
  public static func noCode(_ kind: String, in file: String) -> FileProblem {
    FileProblem(file: file, problem: StreamMismatch.noCode(kind: kind))
  }
}

extension ArrayHeader {
  /// The batch axes of records of `shape`, which are floating-point.
  /// - Throws: ``StreamMismatch``.
  public func batchAxes(ofRecords shape: [Int], for model: String) throws -> [Int] {
    guard !elementType.isInteger else { throw StreamMismatch.integers(found: elementType.rawValue) }
    guard let axes = batchAxes(ofRecords: shape) else {
      throw StreamMismatch.recordShape(model: model, expected: shape, found: self.shape)
    }
    return axes
  }

  /// Refuses codes that another model made.
  public func checkModel(_ model: Model, called name: String) throws {
    guard let found = notes.model, found != model.digest else { return }
    throw StreamMismatch.otherModel(expected: name, digest: model.digest, found: found)
  }
}
