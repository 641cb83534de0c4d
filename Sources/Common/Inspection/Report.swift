import ByteIO
import CommandLineSupport
import ModelFile
import SparseCoding
import TensorStream

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is asked of the arrays of a stream, beside what is said of all.
public struct ArrayQuestions {
  /// Whether every array is taken for codes, whatever its notes say.
  public var areCodes = false
  /// The pools of K units, a tree, to tell the use of codes by; nil takes those of the notes where these are a tree.
  public var pools: ((_ unitCount: Int) throws -> PoolLayout)?
  /// Of a model, to tell by how units of codes are in use together.
  public var inhibition: Inhibition?
  /// Of codes with noise, to tell by how much these say.
  public var variances: VarianceStream?
  /// Whether to tell how many bits codes take.
  public var bits = false
  /// The largest distance, at least 1, to tell by how features of the stream's maps change; nil tells nothing of it.
  public var shifts: Int?

  public init() {}
}

/// What `inspect` says of a file.
public struct Report {
  private enum Contents {
    case stream([ArrayReport], ShiftReport?)
    case model(NetworkReport)
  }

  private let name: String
  private let contents: Contents

  /// Reads all of a stream or a model.
  /// - Parameter questions: of a stream's arrays; without effect on a model.
  /// - Throws: `PoolProblem` where pools are no tree, ``MapProblem`` where shifts are asked for of arrays that are no
  ///   maps, and what is wrong with variances beside the codes.
  public init(_ bytes: ByteReader, _ questions: ArrayQuestions = .init()) throws {
    name = bytes.name.withVisibleBytes
    guard try Input(bytes).isStream else {
      contents = .model(try NetworkReport(bytes))
      return
    }
    let reader = TensorReader(bytes, allowsNonFinite: true)
    var arrays: [ArrayReport] = []
    var change = questions.shifts.map { ShiftReport(distances: $0) }
    while let header = try reader.next() {
      var summary = ArraySummary()
      let areCodes = questions.areCodes || header.notes.areOfCodes
      var use =
        areCodes
        ? try naming(reader.name) {
          try CodeUse(header, pools: questions.pools, inhibition: questions.inhibition)
        }
        : nil
      try naming(reader.name) { try change?.begin(header) }
      try questions.variances?.begin(header)
      var entropy =
        questions.bits ? header.shape.last.flatMap { EntropyTally(codeLength: $0) } : nil
      while reader.remaining > 0 {
        let values = try reader.readFloats(upTo: 65_536)
        summary.add(values)
        use?.add(values)
        change?.add(values)
        try questions.variances?.add(values)
        entropy?.add(values)
        if let entropy, entropy.levelCount > EntropyTally.levelLimit {
          throw FileProblem(file: reader.name, problem: TooManyLevels())
        }
      }
      arrays.append(
        ArrayReport(
          header, summary, use, questions.variances?.report, entropy.flatMap { EntropyReport($0) }))
    }
    try questions.variances?.finish()
    contents = .stream(arrays, change)
  }

  /// Values that are not finite are told like all others, and are a failure in the end.
  public var nonFinite: NonFinite? {
    guard case .stream(let arrays, _) = contents else { return nil }
    let count = arrays.reduce(0) { $0 + $1.nan + $1.infinite }
    return count > 0 ? NonFinite(count: count) : nil
  }

  /// That there are values which are not finite.
  public struct NonFinite: Problem {
    public let count: Int
    public var description: String { "holds \(count) values that are NaN or infinite" }
  }

  /// For people, lines with their ends.
  public func text() -> String {
    switch contents {
    case .stream(let arrays, let change):
      (arrays.flatMap(\.lines) + (change.map { [$0.line] } ?? [])).map { $0 + "\n" }.joined()
    case .model(let model): model.text
    }
  }

  /// For programs.
  public func json() throws -> String {
    switch contents {
    case .stream(let arrays, let change):
      try jsonText(StreamJSON(file: name, arrays: arrays, changeByShift: change?.changes))
    case .model(let model): try jsonText(model)
    }
  }

  private struct StreamJSON: Encodable {
    let file: String
    let arrays: [ArrayReport]
    let changeByShift: [Double]?
  }
}

/// The form of everything that is written as JSON: what steers text is escaped, as in `oneLine`.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  var text = String.UnicodeScalarView()
  for scalar in String(decoding: try encoder.encode(value), as: UTF8.self).unicodeScalars {
    // Lines end between values only: within strings the encoder has escaped them.
    guard scalar.steersText, scalar != "\n" else {
      text.append(scalar)
      continue
    }
    for unit in String(scalar).utf16 {
      let digits = String(unit, radix: 16)
      text += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars
    }
  }
  return String(text) + "\n"
}
