import ArgumentParser
import ByteIO
import LinearAlgebra
import TensorStream

/// Where a program's output goes: `-o`.
public struct OutputOptions: ParsableArguments, NamesFiles {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write to this file, which appears whole or not at all (default: standard output).",
      valueName: "file"),
    completion: .file())
  public var output: String?

  public init() {}

  public var namedFiles: [NamedFile] { .outputOrStandard(output) }

  /// Opens the output before anything is read, so that what cannot be written fails early.
  public func open() throws -> ByteWriter {
    try output.map { try ByteWriter.file($0) } ?? .standardOutput()
  }

  /// Whether bytes would end on a terminal.
  public var isTerminal: Bool { output == nil && Process.standardOutputIsTerminal }
}

/// `-j`.
public struct ThreadOptions: ParsableArguments {
  @Option(
    name: [.customShort("j"), .customLong("threads")],
    help: ArgumentHelp(
      "Threads, 1 to 1024; no result depends on it (default: 1; fit: all processors).",
      valueName: "n"))
  public var count: Int?

  public init() {}

  public func validate() throws {
    if let count, !(1...1024).contains(count) {
      throw ValidationError("--threads must be from 1 to 1024, got \(count)")
    }
  }

  /// One thread unless told otherwise: in a pipe every stage is a process of its own.
  public var forFilter: Threads { Threads(count ?? 1) }
  /// All processors unless told otherwise.
  public var forTraining: Threads { Threads(count ?? Threads.processors) }
}

/// What every program that writes a tensor stream shares.
public struct StreamOutputOptions: ParsableArguments, NamesFiles {
  @OptionGroup public var output: OutputOptions

  @Flag(
    name: .customLong("no-notes"),
    help: "Write plain NPY headers, for readers that are stricter than NumPy.")
  public var omitsNotes = false

  public init() {}

  public var namedFiles: [NamedFile] { output.namedFiles }

  /// The stream to write to: bytes, or a summary where they would end on a terminal.
  public func open() throws -> any TensorSink {
    if output.isTerminal { return TerminalSummary(ByteWriter.standardOutput()) }
    return TensorWriter(try output.open(), writesNotes: !omitsNotes)
  }
}

/// What every filter shares: a tensor stream in, from files or standard input, and one out.
public struct FilterOptions: ParsableArguments, NamesFiles {
  @Argument(
    help: ArgumentHelp(
      "Tensor streams, one after another, - for standard input (default: standard input).",
      valueName: "file"),
    completion: .file())
  public var files: [String] = []

  @OptionGroup public var output: StreamOutputOptions
  @OptionGroup public var threads: ThreadOptions

  @Flag(
    name: .customLong("allow-nonfinite"),
    help: "Let NaN and infinity through instead of refusing them.")
  public var allowsNonFinite = false

  public init() {}

  public var namedFiles: [NamedFile] { .inputs(files) + output.namedFiles }
}
