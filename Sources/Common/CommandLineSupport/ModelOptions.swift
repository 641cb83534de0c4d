import ArgumentParser
import ByteIO
import ModelFile

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

  /// The model or network given, else the built-in model.
  public func loadNetwork() throws -> Network {
    try path.map { try Network(path: $0) } ?? Network(reading: Model.builtInBytes())
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
