import ArgumentParser
import ByteIO
import CommandLineSupport
import Inference
import ModelFile
import SparseCoding
import Training
import TrainingSupport

struct FitPrune: ParsableCommand, NamesFiles {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "A model without the units that records rarely use.",
    discussion: """
      Counts in how many of the records each unit is in use, one of a tree with all below it, and leaves \
      out those that rarely are: weights, pools and classifier are cut alike. Codes are those of least \
      energy, or of the encoder where the model has one of its own.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp(
      "Leave out units that less than this share of the records use.", valueName: "share"))
  var pruneBelow: Double?

  @Option(
    help: ArgumentHelp("Leave out this share of the units, the least used.", valueName: "share"))
  var pruneQuantile: Double?

  @Flag(
    help:
      "Leave out as many units, drawn at random, instead of the least used: a control for figures.")
  var atRandom = false

  @Option(
    name: [.customShort("s"), .customLong("seed")],
    help: ArgumentHelp("Seed of --at-random (default: 0).", valueName: "seed"))
  var chosenSeed: UInt64?

  @OptionGroup var data: DataOptions

  func validate() throws {
    guard (pruneBelow == nil) != (pruneQuantile == nil) else {
      throw ValidationError("expected either --prune-below or --prune-quantile")
    }
    if let pruneBelow { try require("--prune-below", pruneBelow, in: Pruning.shares) }
    if let pruneQuantile { try require("--prune-quantile", pruneQuantile, in: Pruning.shares) }
    try require(atRandom || chosenSeed == nil, "--seed has no effect without --at-random")
    try require(data.record == nil, "--record has no effect: the model says what a record is")
  }

  private var rule: Pruning.Rule {
    pruneBelow.map { .below($0) } ?? .quantile(pruneQuantile ?? 0)
  }

  private var seed: UInt64 { chosenSeed ?? 0 }

  var namedFiles: [NamedFile] { model.namedFiles + data.namedFiles }

  func run() throws {
    let (name, whole) = (model.name, try model.load())
    if whole.tiling != nil { throw InferenceProblem.ofImages(model: name) }
    guard let problem = whole.problem else {
      throw FileProblem(file: name, problem: NoUnits(kind: whole.kind.rawValue))
    }
    let (output, progress, records) = try data.prepare(recordsOf: (whole, called: name))
    let threads = data.threads.forTraining
    let before = try CodeUsage(of: records, by: whole, on: threads)
    let kept =
      atRandom
      ? before.pruning.keptAtRandom(asManyAs: rule, seed: seed) : before.pruning.kept(by: rule)
    guard !kept.isEmpty else {
      throw FileProblem(
        file: name,
        problem: TrainingProblem.nothingLeft(largest: before.pruning.usage.max() ?? 0))
    }
    let pruned = problem.penalisedCount - kept.count
    let left = try naming(name) { try whole.keeping(units: kept, card: [:]) }
    let after = try CodeUsage(of: records, by: left, on: threads)
    progress.say(
      "left out \(pruned) of \(problem.penalisedCount) units\(atRandom ? " at random" : ""), energy "
        + "\(shortNumber(before.energy)) before and \(shortNumber(after.energy)) now")
    var result = left
    result.card = data.card(
      records, options: options,
      figures: [
        ("pruned", Double(pruned)), ("energy", after.energy), ("energy-before", before.energy),
      ], seed: seed)
    result.card["pruned"] = whole.digest
    result.card.merge(whole.features?.card ?? [:]) { $1 }
    try result.write(to: output)
    try progress.finish()
  }

  private var options: [(name: String, value: String)] {
    let share =
      switch rule {
      case .below(let share): ("prune-below", "\(share)")
      case .quantile(let share): ("prune-quantile", "\(share)")
      }
    return [share] + (atRandom ? [("at-random", "1")] : [])
  }

  struct NoUnits: Problem {
    let kind: String
    var description: String { "a \(kind) has no units to leave out" }
  }
}
