import ByteIO
import CBuiltInModel

extension Model {
  /// The model that programs use where none is named: a dictionary of natural photographs, 12×12 grey
  /// patches, 256 units and a DC unit. Its file holds the dictionary; the encoder follows from it.
  public static func builtIn() throws -> Model { try Model(reading: builtInBytes()) }

  /// The built-in model's file.
  public static func builtInBytes() -> ByteReader {
    ByteReader(builtInFile, name: "built-in model")
  }

  /// All its bytes.
  public static var builtInFile: [UInt8] {
    Array(
      UnsafeBufferPointer(
        start: sparsepipe_builtin_model(), count: sparsepipe_builtin_model_size()))
  }
}
