import ArgumentParser
import CommandLineSupport
import LinearAlgebra
import ModelFile
import SparseCoding
import TensorStream

@main
struct Encode: Tool {
  static let configuration = CommandConfiguration(
    commandName: Process.name,
    abstract: "Turn records into sparse codes.",
    discussion: """
      Reads records (such as windows [h,w,C]) and writes codes […,K]: of the model's encoder, or, \
      with --solver, those that minimise ½‖x − Dz‖² + λ‖z‖₁ exactly.
      """,
    version: suiteVersion)

  @OptionGroup var model: ModelOptions
  @OptionGroup var inference: InferenceOptions
  @OptionGroup var filter: FilterOptions

  func run() throws {
    let model = try model.load()
    guard let codeLength = model.codeLength else {
      throw StreamMismatch.noCode(model.kind.rawValue, in: self.model.name)
    }
    let inferrer = try inference.inferrer(for: model, called: self.model.name)
    try filter.mapRecords {
      try RecordMap(
        encoding: $0, to: codeLength, by: inferrer, of: model, called: self.model.name)
    }
    if inferrer.unconvergedCount > 0 {
      Process.say(
        "\(inferrer.unconvergedCount) records reached --iterations before the gap; "
          + "their codes are not exact")
    }
  }
}

/// How codes are found.
struct InferenceOptions: ParsableArguments {
  enum Solver: String, ExpressibleByArgument, CaseIterable {
    case encoder
    case ista
    case fista
    case cd
  }

  @Option(help: "encoder, or exact inference by ista, fista or cd.")
  var solver = Solver.encoder

  @Option(
    help: ArgumentHelp(
      "Relative duality gap at which a code is done (default: 1e-4).", valueName: "g"))
  var gap: Double?

  @Option(help: ArgumentHelp("λ of exact inference (default: the model's).", valueName: "l"))
  var lambda: Float?

  @Option(
    help: ArgumentHelp(
      "T, passes of the encoder (default: the model's); the limit of a solver (default: 10000).",
      valueName: "t"))
  var iterations: Int?

  func validate() throws {
    if let gap, !(gap > 0 && gap < 1) {
      throw ValidationError("--gap must be between 0 and 1, got \(gap)")
    }
    if let lambda, !(lambda >= 0 && lambda.isFinite) {
      throw ValidationError("--lambda must be at least 0, got \(lambda)")
    }
    if let iterations, !(0...1_000_000).contains(iterations) {
      throw ValidationError("--iterations must be from 0 to 1000000, got \(iterations)")
    }
    guard solver == .encoder else { return }
    if gap != nil {
      throw ValidationError("--gap has no effect without --solver ista, fista or cd")
    }
    if lambda != nil {
      throw ValidationError("--lambda has no effect without --solver ista, fista or cd")
    }
  }

  /// - Throws: where the model has no part that these options speak of.
  func inferrer(for model: Model, called name: String) throws -> Inferrer {
    guard let exact = SparseSolver(rawValue: solver.rawValue) else {
      return try .encoder(model, iterations: iterations, called: name)
    }
    var rule = SparseSolver.StoppingRule()
    rule.relativeGap = gap ?? rule.relativeGap
    rule.iterationLimit = iterations ?? rule.iterationLimit
    return try .exact(model, exact, lambda: lambda, until: rule, called: name)
  }
}
