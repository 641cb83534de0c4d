import ArgumentParser
import ByteIO
import CommandLineSupport
import Inference
import LinearAlgebra
import ModelFile
import SparseCoding
import Training
import TrainingSupport

/// Whose codes an encoder predicts, and how it is built.
struct PredictionOptions: ParsableArguments, NamesFiles {
  /// What an iteration of the encoder changes.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case lista
    case lcod
  }

  @OptionGroup var model: ModelOptions

  @Option(help: "lista moves all units at each iteration, lcod one.")
  var kind = Kind.lista

  @Option(help: ArgumentHelp("T: passes of lista, updates of lcod.", valueName: "t"))
  var iterations = 3

  @Flag(name: .customLong("per-step"), help: "Give each pass of lista its own S and θ.")
  var hasOwnSteps = false

  @Option(
    help: ArgumentHelp(
      "The optimal codes of the records, as encode --solver writes them (default: computed).",
      valueName: "z.npy"),
    completion: .file())
  var codes: String?

  @Option(
    name: .customLong("gap"),
    help: ArgumentHelp(
      "Relative duality gap of codes that are computed (default: 1e-5).", valueName: "g"))
  var chosenGap: Double?

  func validate() throws {
    try require("--iterations", iterations, in: Encoder.iterationCounts)
    try require(
      kind == .lista || iterations >= 1, "--kind lcod needs --iterations of at least 1")
    try require(
      !hasOwnSteps || (kind == .lista && iterations >= 1),
      "--per-step has no effect without passes of lista")
    try require("--gap", gap, in: SparseSolver.StoppingRule.relativeGapsOfTraining)
    try require(
      chosenGap == nil || codes == nil, "--gap has no effect on codes that are given")
  }

  var namedFiles: [NamedFile] { model.namedFiles + .input("--codes", codes) }

  var gap: Double { chosenGap ?? CodeTargets.gap }

  /// What is learned.
  var parameters: Set<Parameter.Name> {
    EncoderShape(.shrink, hasGain: false, iterations: iterations).parameters
  }

  /// What the codes of a model minimise.
  func problem(of model: Model) throws -> CodingProblem {
    let problem = try naming(self.model.name) {
      try model.problem(for: .prediction, called: self.model.name)
    }
    try require(
      kind == .lista || problem.penalty.kind == .l1,
      "--kind lcod is for an L1 penalty, that of \(self.model.name) is \(problem.penalty.kind.rawValue)"
    )
    return problem
  }

  private var form: Encoder.Form { kind == .lcod ? .coordinate : .parallel }

  func suitableRate(for problem: CodingProblem) -> Float {
    EncoderStart.predictionRate(
      units: problem.penalisedCount, iterations: iterations, form: form)
  }

  /// The encoder that training begins with.
  func start(for problem: CodingProblem) -> Encoder {
    EncoderStart.unrolled(
      problem.withoutDCUnit, form: form, iterations: iterations, hasOwnSteps: hasOwnSteps)
  }

  var canonicalOptions: [(name: String, value: String)] {
    [
      ("kind", kind.rawValue), ("iterations", "\(iterations)"),
      ("per-step", hasOwnSteps ? "1" : "0"), ("codes", codes == nil ? "computed" : "given"),
      ("gap", codes == nil ? "\(gap)" : "none"),
    ]
  }
}
