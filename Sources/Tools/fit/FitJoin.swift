import ArgumentParser
import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding

struct FitJoin: ParsableCommand, NamesFiles {
  static let configuration = CommandConfiguration(
    commandName: "join",
    abstract: "One network of layers that were learned one after another.",
    discussion: """
      Writes a model of several layers: each takes the codes of the one before, pooled as they were when it was \
      learned. A classifier may be the last. Nothing is learned.
      """)

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp(
      "A layer, the first one first, or a network of several; give it for each.", valueName: "w.bin"
    ),
    completion: .file())
  var models: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      How codes became what the next layer takes, where the layers do not say it: l2,consecutive:1,2x2:2x2, or none; \
      give it for each layer but the last.
      """, valueName: "pooling"))
  var pooling: [String] = []

  @Option(
    help: ArgumentHelp("Take only these layers, such as 1, or 1:2 for both.", valueName: "n:m"))
  var layers: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "The network to write; it appears whole or not at all.", valueName: "net.bin"),
    completion: .file())
  var output: String

  func validate() throws {
    if models.isEmpty { throw ValidationError("expected layers, -m w.bin for each") }
    _ = try poolings
    if let layers, range == nil {
      throw ValidationError("--layers must be such as 1 or 1:2, from 1, got \(layers)")
    }
    try require(models.count > 1 || pooling.isEmpty, "--pooling has no effect on one file")
    try require(
      models.count > 1 || layers != nil, "one model is no network, expected -m w.bin for each layer"
    )
  }

  var namedFiles: [NamedFile] {
    models.flatMap { [NamedFile].input("--model", $0) } + .output("-o", output)
  }

  /// From 0.
  private var range: Range<Int>? {
    guard let layers else { return nil }
    let ends = layers.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...2).contains(ends.count), ends[0] >= 1, ends[ends.count - 1] >= ends[0] else {
      return nil
    }
    return ends[0] - 1..<ends[ends.count - 1]
  }

  private var poolings: [[Pooling]]? {
    get throws {
      let all = try pooling.map { text in
        if text == FeatureSource.text(of: []) { return [Pooling]() }
        do { return try FeatureSource.poolings(in: text) } catch {
          throw ValidationError(
            "--pooling must be none, or \(Pooling.form), got \(text)")
        }
      }
      return all.isEmpty ? nil : all
    }
  }

  func run() throws {
    let parts = try models.map { try Network(path: $0) }
    let names = zip(models, parts).flatMap { path, part in
      part.layers.map { _ in inputName(path) }
    }
    let output = try ByteWriter.file(output)
    do {
      let all =
        parts.count == 1
        ? parts[0] : try Network(joining: parts, poolings: try poolings, card: [:])
      try (try chosen(of: all)).write(to: output)
    } catch let problem as NetworkProblem {
      throw NamedLayers(problem: problem, names: names)
    }
  }

  private func chosen(of network: Network) throws -> Network {
    guard let range else { return network }
    guard range.upperBound <= network.layers.count else {
      throw UsageProblem(
        "--layers asks for layer \(range.upperBound) of \(network.layers.count)")
    }
    return try network.layers(range, card: [:])
  }

  /// Which file each layer is.
  struct NamedLayers: Problem {
    let problem: NetworkProblem
    let names: [String]

    var description: String {
      let layers = problem.layers.filter { names.indices.contains($0 - 1) }
      let files = layers.map { "layer \($0) is \(names[$0 - 1])" }
      let hint =
        if case .noSource = problem { "; say it with --pooling" } else { "" }
      return (["\(problem)\(hint)"] + files).joined(separator: "; ")
    }
  }
}
