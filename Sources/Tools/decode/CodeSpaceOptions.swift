import ArgumentParser
import CommandLineSupport
import Inference

/// Codes that no record has.
struct CodeSpaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Go from each code to the next in n steps, with what lies between them.", valueName: "n"))
  var walk: Int?

  @Option(
    help: ArgumentHelp(
      "Decode n codes drawn at random, standard normal, of a model whose codes have noise; reads nothing.",
      valueName: "n"))
  var random: Int?

  @Option(
    name: [.customShort("s"), .customLong("seed")],
    help: ArgumentHelp("Seed of --random (default: 0).", valueName: "n"))
  var seedValue: UInt64?

  var seed: UInt64 { seedValue ?? 0 }

  /// Refuses options that do not go together.
  func check(files: [String], isFilling: Bool) throws {
    if let walk { try require("--walk", walk, in: RecordMap.walkSteps) }
    if let random { try require("--random", random, in: CodeNoiseContent.randomCounts) }
    if seedValue != nil, random == nil {
      throw ValidationError("--seed has no effect without --random")
    }
    if walk != nil, random != nil {
      throw ValidationError("--walk and --random exclude each other")
    }
    if isFilling, walk != nil || random != nil {
      throw ValidationError(
        "--fill and --\(walk != nil ? "walk" : "random") exclude each other")
    }
    if random != nil, !files.isEmpty {
      throw ValidationError("--random reads no codes, got \(files[0])")
    }
  }
}
