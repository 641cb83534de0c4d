import ArgumentParser
import ByteIO
import CommandLineSupport
import Imaging
import Inference
import ModelFile
import TensorStream

/// In which order units are drawn.
struct OrderOptions: ParsableArguments, NamesFiles {
  enum Order: String, ExpressibleByArgument, CaseIterable {
    case number
    case use
  }

  @Option(
    help: """
      number: units as they are numbered; use: those first that are active in most records of --codes, \
      or at most places of --maps.
      """)
  var order = Order.number

  @Option(
    help: ArgumentHelp("Codes of the model, whose units --order use counts.", valueName: "z.npy"),
    completion: .file())
  var codes: String?

  var isByUse: Bool { order == .use }

  var namedFiles: [NamedFile] { .input("--codes", codes) }

  func validate() throws {
    if codes != nil, !isByUse { throw ValidationError("--codes has no effect without --order use") }
  }

  /// How often units are active in the codes; nil where units stay as they are.
  /// - Throws: `StreamMismatch` where the codes are another model's.
  func use(of model: Model, called name: String) throws -> UnitUse? {
    guard isByUse else { return nil }
    guard let codes else { throw UsageProblem("--order use of a model needs --codes z.npy") }
    guard let units = model.codeLength else {
      throw StreamMismatch.noCode(model.kind.rawValue, in: name)
    }
    let reader = TensorReader(try openFile(codes, wanting: "codes"))
    var use = UnitUse(units: units)
    while let header = try reader.next() {
      try naming(reader.name) {
        try header.checkModel(model, called: name)
        _ = try header.batchAxes(ofRecords: [units], for: name)
      }
      while reader.remaining > 0 { use.add(try reader.readFloats(upTo: 65_536)) }
    }
    return use
  }
}
