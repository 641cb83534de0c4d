import ArgumentParser
import CommandLineSupport
import Inference
import ModelFile
import SparseCoding
import TensorStream

@main
struct Pool: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Pool codes over groups of units, over space, or both.",
    discussion: """
      Reads codes […,K] and writes pooled features […,P]; with --window or --grid it reads maps \
      […,y,x,K] and writes […,y',x',P]. Without options it pools as the model that made the codes \
      says, and four units in a row where the model says nothing.
      """,
    version: suiteVersion)

  @Option(
    help: ArgumentHelp(
      """
      Groups of units: consecutive:N (consecutive:1 keeps each), torus:RxC:WINDOW:STRIDE, grid: in the \
      same way, tree:1,10,2, or a file of sets.
      """, valueName: "pools"))
  var pools: String?

  @Option(
    name: [.customShort("m"), .customLong("model")],
    help: ArgumentHelp(
      """
      The model whose pools are used (default: the stream's notes); a network pools codes of a layer for the next.
      """, valueName: "w.bin"),
    completion: .file())
  var model: String?

  @Option(help: "l2: √(Σ w z²); max: max w|z|; mean: Σ w|z| / Σ w (default: l2).")
  var mode: PoolLayout.Reduction?

  @Option(
    help: ArgumentHelp("Pool over windows of n x n places of maps, or r x c.", valueName: "n|rxc"))
  var window: String?

  @Option(
    help: ArgumentHelp(
      "Places from one window to the next (default: the window).", valueName: "n"))
  var stride: Int?

  @Option(help: ArgumentHelp("Pool over each of r x c parts of maps.", valueName: "rxc"))
  var grid: String?

  @Option(
    help: ArgumentHelp(
      "Features of the same records, such as those of another layer, to put after these, in one list.",
      valueName: "file"),
    completion: .file())
  var concat: String?

  @OptionGroup var filter: FilterOptions

  func validate() throws {
    if pools != nil, model != nil {
      throw ValidationError("--pools and --model both name pools; give one")
    }
    _ = try choice
    if window != nil, grid != nil {
      throw ValidationError("--window and --grid exclude each other")
    }
    if stride != nil, window == nil {
      throw ValidationError("--stride has no effect without --window")
    }
    if let window, windowSides == nil {
      throw ValidationError("--window must be a number from 1 such as 2, or 2x3, got \(window)")
    }
    if let stride, stride < 1 {
      throw ValidationError("--stride must be at least 1, got \(stride)")
    }
    if let grid, gridSides == nil {
      throw ValidationError("--grid must be such as 4x4, got \(grid)")
    }
  }

  private var gridSides: (rows: Int, columns: Int)? { grid.flatMap { sides($0, counts: 2...2) } }
  private var windowSides: (rows: Int, columns: Int)? {
    window.flatMap { sides($0, counts: 1...2) }
  }

  /// Two numbers from 1, or one for both where one will do.
  private func sides(_ text: String, counts: ClosedRange<Int>) -> (rows: Int, columns: Int)? {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard counts.contains(sides.count), sides.allSatisfy({ $0 >= 1 }) else { return nil }
    return (sides[0], sides[sides.count - 1])
  }

  private var windows: SpatialPooling.Windows? {
    if let window = windowSides {
      return .sliding(
        MapWindows(
          height: window.rows, width: window.columns, rowStride: stride ?? window.rows,
          columnStride: stride ?? window.columns))
    }
    return gridSides.map { .grid(rows: $0.rows, columns: $0.columns) }
  }

  private var choice: PoolChoice? {
    get throws { try pools.map { try PoolChoice(option: $0) } }
  }

  var namedFiles: [NamedFile] {
    .input("--pools", (try? choice)?.path) + .input("--model", model) + .input("--concat", concat)
      + filter.namedFiles
  }

  func run() throws {
    let source = try PoolSource(pools: choice, modelPath: model)
    let others = try concat.map {
      try CompanionStream(openStreams([$0]), of: .records, recordShape: [])
    }
    try filter.mapRecords(beside: others.map { [$0] } ?? []) {
      let map = try source.map($0, by: mode, over: windows)
      return try others.map { try map.joined(by: $0) } ?? map
    }
  }
}

extension PoolLayout.Reduction: ExpressibleByArgument {}
