import ArgumentParser
import ByteIO
import Inference
import ModelFile
import TensorStream

/// `--mask`: which values of records are there.
public struct MaskOption: ParsableArguments, NamesFiles {
  @Option(
    name: .customLong("mask"),
    help: ArgumentHelp(
      """
      Masks of the records, a stream in step with them or one record for all: 1 where a value is there, \
      0 where it is missing.
      """,
      valueName: "file"),
    completion: .file())
  public var path: String?

  public init() {}

  public var namedFiles: [NamedFile] { .input("--mask", path) }

  /// The masks, of records that `model` takes; none where the option is not given.
  public func open(for model: Model) throws -> CompanionStream? {
    try path.map {
      try CompanionStream(openStreams([$0]), of: .masks, recordShape: model.recordShape)
    }
  }
}
