import ArgumentParser
import ByteIO
import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import TensorStream
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The records that a `fit` reads and the model that it writes.
public struct DataOptions: ParsableArguments, NamesFiles {
  @Argument(
    help: ArgumentHelp(
      "Tensor streams of records, - for standard input (default: standard input).",
      valueName: "file"),
    completion: .file())
  public var files: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The model to write; it appears whole or not at all.", valueName: "w.bin"),
    completion: .file())
  public var output: String

  @Option(
    help: ArgumentHelp(
      "Which last axes are one record, where the stream does not say: their number or shape.",
      valueName: "rank|shape"))
  public var record: RecordChoice?

  @OptionGroup public var threads: ThreadOptions

  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "No progress.")
  public var isQuiet = false

  public init() {}

  public var namedFiles: [NamedFile] { .inputs(files) + .output("-o", output) }

  /// Opens the output and the log, then reads the training data: what cannot be written fails first.
  /// - Parameters:
  ///   - model: the model whose records these are, where there is one.
  ///   - log: the file of a row of figures after every epoch, where there is one.
  ///   - pace: of the lines of progress.
  public func prepare(
    recordsOf model: (Model, called: String)? = nil, log: String? = nil,
    pace: TrainingProgress.Pace = .everyEpoch
  ) throws -> (output: ByteWriter, progress: TrainingProgress, data: TrainingSet) {
    let memoryLimit = try Self.memoryLimit()
    let writer = try ByteWriter.file(output)
    let progress = try TrainingProgress(isQuiet: isQuiet, logPath: log, pace: pace)
    let start = ContinuousClock.now
    // Of units that see windows the records are images of one size, whatever size.
    let tiling = model?.0.tiling
    let data = try TrainingSet(
      reading: try openStreams(files), record: tiling == nil ? record : .rank(3),
      recordShape: tiling == nil ? model?.0.recordShape : nil, memoryLimit: memoryLimit
    ) { header in
      guard let (model, name) = model else { return }
      try header.checkFeatures(model, called: name)
      if let tiling {
        _ = try header.windows(of: tiling, for: name)
      } else {
        _ = try header.batchAxes(ofRecords: model.recordShape, for: name)
      }
    } report: {
      progress.report("reading", $0, since: start)
    }
    progress.say("\(data.count) records of \(shapeText(data.recordShape))")
    return (writer, progress, data)
  }

  /// Bytes of training data that are held in memory: `SPARSEPIPE_MEMORY`, where it is set.
  private static func memoryLimit() throws -> Int {
    let text = getenv("SPARSEPIPE_MEMORY").map { String(cString: $0) } ?? ""
    if text.isEmpty { return TrainingSet.memoryLimit }
    guard let limit = Int(text), limit >= 0 else {
      throw UsageProblem("SPARSEPIPE_MEMORY=\(text): expected a number of bytes")
    }
    return limit
  }

  /// The entries of a model's card that every training writes.
  /// - Parameters:
  ///   - options: all options that affect the result, in canonical order.
  ///   - figures: what was reached.
  public func card(
    _ data: TrainingSet, options: [(name: String, value: String)],
    figures: [(name: String, value: Double)], seed: UInt64 = 0, validation: Int = 0
  ) -> [String: String] {
    var card = Self.conditions(options: options, seed: seed, validation: validation)
    card["input"] = data.digest
    card["records"] = "\(data.count)"
    card.merge(data.features?.card ?? [:]) { $1 }
    for figure in figures { card["figure.\(figure.name)"] = "\(figure.value)" }
    return card
  }

  /// What the result depends on, beside the data.
  static func conditions(
    options: [(name: String, value: String)], seed: UInt64, validation: Int
  ) -> [String: String] {
    [
      "seed": "\(seed)", "kernel": KernelLevel.current.isFused ? "fused" : "portable",
      "validation": "\(validation)",
      "options": options.map { "\($0.name)=\($0.value)" }.joined(separator: " "),
    ]
  }
}
