import ArgumentParser
import ByteIO
import CommandLineSupport
import Inference
import ModelFile
import SparseCoding
import Training
import TrainingSupport

/// What is done to records before anything is learned from them; the model does it again.
struct PreprocessingOptions: ParsableArguments, NamesFiles {
  @Flag(help: "Remove each record's mean.") var center = false
  @Flag(help: "Divide each record by its norm.") var normalize = false

  @Option(
    help: ArgumentHelp("Whiten as this model of fit whiten does.", valueName: "white.bin"),
    completion: .file())
  var whitening: String?

  func validate() throws {
    if whitening != nil, center || normalize {
      throw ValidationError(
        "--center and --normalize belong to fit whiten where --whitening is given")
    }
  }

  var namedFiles: [NamedFile] { .input("--whitening", whitening) }

  /// Refuses a DC unit for records that have no mean.
  func check(dc: Bool?) throws {
    try require(
      !(dc == true && center),
      "--dc has no effect with --center: a centred record has no mean")
  }

  func load() throws -> Model? {
    guard let whitening else { return nil }
    let model = try Model(path: whitening)
    guard model.onlyPrepares else {
      throw FileProblem(
        file: inputName(whitening), problem: NotWhitening(kind: model.kind.rawValue))
    }
    return model
  }

  /// - Parameter standard: the steps where no option asks for any.
  func preprocessing(
    _ whitening: Model?, for data: TrainingSet, otherwise standard: [Preprocessing.Step] = []
  ) throws -> Preprocessing {
    guard let whitening else {
      let preprocessing = Preprocessing(steps: steps(otherwise: standard))
      try data.check(preparedBy: preprocessing)
      return preprocessing
    }
    guard whitening.recordShape == data.recordShape else {
      throw FileProblem(
        file: data.name,
        problem: StreamMismatch.recordShape(
          model: self.whitening.map(inputName) ?? "", expected: whitening.recordShape,
          found: data.recordShape))
    }
    try data.check(preparedBy: whitening.preprocessing)
    return whitening.preprocessing
  }

  private func steps(otherwise standard: [Preprocessing.Step]) -> [Preprocessing.Step] {
    guard center || normalize || whitening != nil else { return standard }
    return (center ? [.center] : []) + (normalize ? [.normalize] : [])
  }

  func canonicalOptions(
    otherwise standard: [Preprocessing.Step] = []
  ) -> [(name: String, value: String)] {
    let steps = steps(otherwise: standard)
    return [
      ("center", steps.contains(.center) ? "1" : "0"),
      ("normalize", steps.contains(.normalize) ? "1" : "0"),
      ("whitening", whitening == nil ? "0" : "1"),
    ]
  }

  struct NotWhitening: Problem {
    let kind: String
    var description: String { "is a \(kind), expected a whitening made by fit whiten" }
  }
}
