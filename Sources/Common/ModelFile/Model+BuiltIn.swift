import ByteIO
import CBuiltInModel

extension Model {
  /// The model that programs use where none is named: a dictionary of natural photographs, 12×12 grey
  /// patches, 256 units and a DC unit. Its file holds the dictionary; the encoder follows from it.
  public static func builtIn() throws -> Model { try Model(reading: builtInBytes()) }

  /// The built-in model's file.
  public static func builtInBytes() -> ByteReader {
    let bytes = UnsafeBufferPointer(
      start: sparsepipe_builtin_model(), count: sparsepipe_builtin_model_size())
    return ByteReader(Array(bytes), name: "built-in model")
  }
}
