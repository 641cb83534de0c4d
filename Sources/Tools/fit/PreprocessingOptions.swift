import ArgumentParser
import ByteIO
import CommandLineSupport
import Inference
import LinearAlgebra
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

  @Option(
    help: ArgumentHelp(
      "Local contrast normalisation of images (conv, local); the side of its Gaussian window in pixels, odd.",
      valueName: "window"))
  var contrast: Int?

  @Flag(help: "Divide each map of images (conv, local) by its root mean square over all of them.")
  var scale = false

  func validate() throws {
    if let contrast, !LocalContrast.serves(window: contrast) {
      throw ValidationError("--contrast must be odd and from 3 to 4095, got \(contrast)")
    }
    if whitening != nil, center || normalize {
      throw ValidationError(
        "--center and --normalize belong to fit whiten where --whitening is given")
    }
  }

  var namedFiles: [NamedFile] { .input("--whitening", whitening) }

  /// Refuses a DC unit for records that have no mean, and steps of images where units see records.
  func check(dc: Bool?, ofImages: Bool) throws {
    if !ofImages {
      let given = [(contrast != nil, "--contrast"), (scale, "--scale")].first(where: \.0)?.1
      try require(given == nil, "\(given ?? "") has no effect without --geometry conv or local")
    }
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
    _ whitening: Model?, for run: TrainingRun, otherwise standard: [Preprocessing.Step] = []
  ) throws -> Preprocessing {
    let data = run.data
    guard let whitening else {
      let steps = steps(otherwise: standard)
      let preprocessing =
        contrast != nil || scale
        ? try ofImages(run, steps) : Preprocessing(steps: steps)
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
    guard center || normalize || whitening != nil || contrast != nil || scale else {
      return standard
    }
    return (center ? [.center] : []) + (normalize ? [.normalize] : [])
      + (contrast != nil ? [.contrast] : []) + (scale ? [.scale] : [])
  }

  /// The steps of images, [H,W,C], with what they learn of these.
  private func ofImages(
    _ run: TrainingRun, _ steps: [Preprocessing.Step]
  ) throws -> Preprocessing {
    let shape = run.data.recordShape
    try require(shape.count == 3, "--contrast and --scale take images [H,W,C], found \(shape)")
    let before = Preprocessing(
      steps: steps.filter { $0 != .scale }, contrastWindow: contrast
    ).on(images: shape)
    guard scale else { return before }
    let sizes = try MapScale.learn(
      run.data, run.partition.training, after: before, team: run.threads)
    return Preprocessing(steps: steps, contrastWindow: contrast, scale: sizes).on(images: shape)
  }

  func canonicalOptions(
    otherwise standard: [Preprocessing.Step] = []
  ) -> [(name: String, value: String)] {
    let steps = steps(otherwise: standard)
    return [
      ("center", steps.contains(.center) ? "1" : "0"),
      ("normalize", steps.contains(.normalize) ? "1" : "0"),
      ("whitening", whitening == nil ? "0" : "1"),
    ] + (contrast.map { [("contrast", "\($0)")] } ?? []) + (scale ? [("scale", "1")] : [])
  }

  struct NotWhitening: Problem {
    let kind: String
    var description: String { "is a \(kind), expected a whitening made by fit whiten" }
  }
}
