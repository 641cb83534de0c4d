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

  /// f of lista.
  enum Function: String, ExpressibleByArgument, CaseIterable {
    case proximal
    case shrink
    case relu

    var name: EncoderFunction.Name {
      switch self {
      case .proximal: .proximal
      case .shrink: .shrink
      case .relu: .relu
      }
    }
  }

  @OptionGroup var model: ModelOptions

  @Option(help: "lista moves all units at each iteration, lcod one.")
  var kind = Kind.lista

  @Option(help: ArgumentHelp("T: passes of lista, updates of lcod.", valueName: "t"))
  var iterations = 3

  @Flag(name: .customLong("per-step"), help: "Give each pass of lista its own S and θ.")
  var hasOwnSteps = false

  @Option(
    name: .customLong("nonlinearity"),
    help: ArgumentHelp(
      "f of lista where the model's pools are apart or a tree: proximal, the step of all of them "
        + "(the default), or that of units, shrink or relu.", valueName: "f"))
  var chosenFunction: Function?

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

  /// What the codes of a model whose units see windows minimise.
  func imageProblem(of model: Model) throws -> CodingProblem {
    let name = self.model.name
    let problem = try naming(name) { try model.energy(for: .prediction, called: name) }
    try require(
      model.poolWindows == nil,
      "\(name) has pools over places, whose codes are not predicted: encode --solver finds them")
    try require(
      kind == .lista, "--kind lcod has no place with the windows over images of \(name)")
    return problem
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

  /// f of the encoder.
  /// - Parameter tiling: of units that see windows.
  func function(
    for problem: CodingProblem, _ tiling: Tiling? = nil
  ) throws -> EncoderFunction.Name {
    let ofUnits: EncoderFunction.Name = problem.isNonnegative ? .relu : .shrink
    let hasPools = problem.penalty.poolTree != nil
    guard hasPools, (tiling?.period ?? .one) == .one else {
      let reason =
        hasPools
        ? "units of \(model.name) are local, f is that of each"
        : "the penalty of \(model.name) is not one of pools that are apart or a tree"
      try require(chosenFunction == nil, "--nonlinearity has no effect: \(reason)")
      return ofUnits
    }
    let function = (chosenFunction ?? .proximal).name
    try require(
      function == ofUnits || function == .proximal,
      "--nonlinearity is proximal or \(ofUnits.rawValue) with the codes of \(model.name), got "
        + function.rawValue)
    return function
  }

  /// The encoder that training begins with.
  func start(for problem: CodingProblem, _ function: EncoderFunction.Name) -> Encoder {
    EncoderStart.unrolled(
      problem.withoutDCUnit, form: form, isProximal: function == .proximal,
      iterations: iterations, hasOwnSteps: hasOwnSteps)
  }

  func canonicalOptions(_ function: EncoderFunction.Name) -> [(name: String, value: String)] {
    let proximal = function == .proximal ? [("nonlinearity", function.rawValue)] : []
    return [
      ("kind", kind.rawValue), ("iterations", "\(iterations)"),
      ("per-step", hasOwnSteps ? "1" : "0"), ("codes", codes == nil ? "computed" : "given"),
      ("gap", codes == nil ? "\(gap)" : "none"),
    ] + proximal
  }
}
