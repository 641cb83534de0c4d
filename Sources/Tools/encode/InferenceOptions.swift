import ArgumentParser
import CommandLineSupport
import Inference
import ModelFile
import SparseCoding

/// How codes are found.
struct InferenceOptions: ParsableArguments {
  enum Solver: String, ExpressibleByArgument, CaseIterable {
    case encoder
    case lcod
    case ista
    case fista
    case sparsa
    case cd
    case homotopy
    case reweighted

    /// The solver that codes of least energy come from.
    var exact: SparseSolver? { SparseSolver(rawValue: rawValue) }
  }

  @Option(
    help: """
      encoder; coordinate updates, lcod; or exact inference by ista, fista, sparsa, cd, homotopy or, of \
      pools, reweighted.
      """)
  var solver = Solver.encoder

  @Option(
    help: ArgumentHelp(
      "Relative duality gap at which a code is done, 0 for all --iterations (default: 1e-4).",
      valueName: "g"))
  var gap: Double?

  @Option(help: ArgumentHelp("λ of a solver (default: the model's).", valueName: "l"))
  var lambda: Float?

  @Option(
    help: ArgumentHelp(
      """
      T, passes of the encoder (default: the model's); updates of lcod (default: the model's, else \
      \(CodeInference.defaultUpdates)); the limit of a solver (default: 10000).
      """,
      valueName: "t"))
  var iterations: Int?

  @Flag(help: "Codes of a solver are at least 0, also where the model does not ask for it.")
  var nonnegative = false

  @Flag(help: "ista, fista, sparsa, cd and reweighted begin at the encoder's code instead of zero.")
  var warmStart = false

  @Flag(help: "Write the codes after every pass of the encoder, […,T+1,K].")
  var trace = false

  @Option(
    help: ArgumentHelp(
      "Round codes, so that what units add to a record goes in steps of this size.",
      valueName: "step"))
  var round: Float?

  @Flag(
    help: "When done, write a line to standard error: mean energy and duality gap, density.")
  var stats = false

  static let exact = "--solver ista, fista, sparsa, cd, homotopy or reweighted"

  func validate() throws {
    typealias Rule = SparseSolver.StoppingRule
    if let gap { try require("--gap", gap, in: Rule.relativeGaps) }
    if let lambda { try require("--lambda", lambda, in: CodingProblem.lambdas) }
    if let round { try require("--round", round, in: RecordMap.roundingSteps) }
    if let iterations { try require("--iterations", iterations, in: Rule.iterationLimits) }
    if gap != nil, solver.exact == nil {
      throw ValidationError("--gap has no effect without \(Self.exact)")
    }
    if warmStart, solver.exact?.takesStart != true {
      throw ValidationError(
        "--warm-start has no effect without --solver ista, fista, sparsa, cd or reweighted")
    }
    if round != nil, stats { throw ValidationError("--round and --stats exclude each other") }
    if trace, stats { throw ValidationError("--trace and --stats exclude each other") }
    guard solver == .encoder else {
      if trace { throw ValidationError("--trace has no effect with --solver \(solver.rawValue)") }
      return
    }
    for (name, isGiven) in [("lambda", lambda != nil), ("nonnegative", nonnegative)] where isGiven {
      throw ValidationError(
        "--\(name) has no effect without \(Self.exact), or lcod")
    }
  }

  /// - Throws: where the model has no part that these options speak of.
  func inference(by model: Model, called name: String) throws -> CodeInference {
    let inference = try withoutStatistics(by: model, called: name)
    return stats ? try inference.takingStatistics(called: name) : inference
  }

  /// How codes of images are found, where not by the model's encoder alone.
  /// - Throws: where an image model has nothing that these options speak of.
  func imageInference(
    by model: Model, _ tiling: Tiling, called name: String
  ) throws -> ImageInference? {
    typealias Use = InferenceProblem.ImageUse
    let unserved: [(Use, Bool)] = [
      (.trace, trace), (.coordinates, solver == .lcod),
    ]
    for (use, isGiven) in unserved where isGiven {
      throw InferenceProblem.ofImages(model: name, use)
    }
    guard solver != .encoder || stats else { return nil }
    return try ImageInference(
      model, tiling,
      by: solver.exact.map { .solver($0, rule, startsAtEncoder: warmStart) } ?? .encoder,
      lambda: lambda, isNonnegative: nonnegative, takesStatistics: stats, called: name)
  }

  private func withoutStatistics(by model: Model, called name: String) throws -> CodeInference {
    if let exact = solver.exact {
      return try .exact(
        model, exact, lambda: lambda, isNonnegative: nonnegative, startsAtEncoder: warmStart,
        until: rule, called: name)
    }
    if solver == .lcod {
      return try .coordinates(
        model, lambda: lambda, isNonnegative: nonnegative, iterations: iterations, called: name)
    }
    return try trace
      ? .trace(model, iterations: iterations, called: name)
      : .encoder(model, iterations: iterations, called: name)
  }

  private var rule: SparseSolver.StoppingRule {
    var rule = SparseSolver.StoppingRule()
    if let gap { rule.relativeGap = gap > 0 ? gap : nil }
    rule.iterationLimit = iterations
    return rule
  }
}
