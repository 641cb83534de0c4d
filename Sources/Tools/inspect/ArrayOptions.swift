import ArgumentParser
import ByteIO
import CommandLineSupport
import Inference
import Inspection
import ModelFile
import TensorStream

/// What is asked of the arrays of a stream.
struct ArrayOptions: ParsableArguments, NamesFiles {
  @Flag(help: "Take arrays that do not say what they are for codes […,K].") var codes = false

  @Option(
    help: ArgumentHelp(
      """
      Take arrays for codes of units in these pools, a tree such as tree:1,10,2, or a file of one (default: the \
      stream's notes).
      """, valueName: "pools"))
  var pools: String?

  @Option(
    help: ArgumentHelp(
      """
      Take arrays for codes, and tell how often units are in use together that inhibit each other in this model.
      """, valueName: "w.bin"), completion: .file())
  var inhibition: String?

  @Option(
    help: ArgumentHelp(
      "Take arrays for means of codes with noise, and tell by their variances in this file how much they say.",
      valueName: "file"), completion: .file())
  var variances: String?

  @Flag(help: "Tell how many bits codes take that were rounded, each unit by itself.") var bits =
    false

  @Option(
    help: ArgumentHelp(
      "Tell how much the features of maps […,y,x,K] change from a place to those 1…n steps further on.",
      valueName: "n"))
  var shifts: Int?

  func validate() throws {
    let beside = [
      ("--inhibition", inhibition != nil), ("--variances", variances != nil),
      ("--pools", pools != nil),
    ]
    for (option, isGiven) in beside where codes && isGiven {
      throw ValidationError("--codes has no effect beside \(option)")
    }
    if let shifts, shifts < 1 {
      throw ValidationError("--shifts must be at least 1, got \(shifts)")
    }
    _ = try poolChoice
  }

  var namedFiles: [NamedFile] {
    .input("--pools", (try? poolChoice)?.path) + .input("--inhibition", inhibition)
      + .input("--variances", variances)
  }

  /// The first that is given, of which a model has none.
  var given: String? {
    let given = [
      ("--codes", codes), ("--pools", pools != nil), ("--inhibition", inhibition != nil),
      ("--variances", variances != nil), ("--bits", bits), ("--shifts", shifts != nil),
    ]
    return given.first { $0.1 }?.0
  }

  private var poolChoice: PoolChoice? {
    get throws { try pools.map { try PoolChoice(option: $0) } }
  }

  func questions() throws -> ArrayQuestions {
    var questions = ArrayQuestions()
    questions.areCodes = codes || pools != nil || inhibition != nil || variances != nil
    questions.pools = try poolChoice.map { $0.layout }
    questions.inhibition = try inhibition.map { path in
      try Inhibition(of: Model(path: path), called: inputName(path))
    }
    questions.variances = try variances.map { VarianceStream(try openStreams([$0])) }
    questions.bits = bits
    questions.shifts = shifts
    return questions
  }
}
