import ByteIO
import CommandLineSupport
import ModelFile
import TensorStream

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What `inspect` says of a file.
public struct Report {
  private enum Contents {
    case stream([ArrayReport])
    case model(ModelReport)
  }

  private let name: String
  private let contents: Contents

  /// Reads all of a stream or a model.
  public init(_ bytes: ByteReader) throws {
    name = bytes.name.withVisibleBytes
    guard try Input(bytes).isStream else {
      contents = .model(try ModelReport(bytes))
      return
    }
    let reader = TensorReader(bytes, allowsNonFinite: true)
    var arrays: [ArrayReport] = []
    while let header = try reader.next() {
      var summary = ArraySummary()
      while reader.remaining > 0 { summary.add(try reader.readFloats(upTo: 65_536)) }
      arrays.append(ArrayReport(header, summary))
    }
    contents = .stream(arrays)
  }

  /// Values that are not finite are told like all others, and are a failure in the end.
  public var nonFinite: NonFinite? {
    guard case .stream(let arrays) = contents else { return nil }
    let count = arrays.reduce(0) { $0 + $1.nan + $1.infinite }
    return count > 0 ? NonFinite(count: count) : nil
  }

  public struct NonFinite: Problem {
    public let count: Int
    public var description: String { "holds \(count) values that are NaN or infinite" }
  }

  public func text() -> String {
    switch contents {
    case .stream(let arrays): arrays.map { $0.line + "\n" }.joined()
    case .model(let model): model.text
    }
  }

  public func json() throws -> String {
    switch contents {
    case .stream(let arrays): try jsonText(StreamJSON(file: name, arrays: arrays))
    case .model(let model): try jsonText(model)
    }
  }

  private struct StreamJSON: Encodable {
    let file: String
    let arrays: [ArrayReport]
  }
}

/// The form of everything that is written as JSON.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

/// What is said of one array.
struct ArrayReport: Encodable {
  let shape: [Int]
  let type: String
  let minimum: Float?
  let maximum: Float?
  let mean: Double?
  let deviation: Double?
  let density: Double?
  let nan: Int
  let infinite: Int
  let notes: String
  private(set) var line = ""

  private enum CodingKeys: String, CodingKey {
    case shape, type, minimum, maximum, mean, deviation, density, nan, infinite, notes
  }

  init(_ header: ArrayHeader, _ summary: ArraySummary) {
    self.init(shape: header.shape, type: header.elementType.rawValue, summary, header.notes.text)
    line = arrayLine(
      shape: header.shape, type: header.elementType, summary: summary, notes: header.notes)
  }

  init(shape: [Int], type: String, _ summary: ArraySummary, _ notes: String) {
    self.shape = shape
    self.type = type
    minimum = summary.minimum
    maximum = summary.maximum
    mean = summary.mean
    deviation = summary.standardDeviation
    density = summary.density
    nan = summary.nanCount
    infinite = summary.infinityCount
    self.notes = notes
  }
}

/// What is said of a model: its card and its tensors.
struct ModelReport: Encodable {
  let file: String
  let digest: String
  let metadata: [String: String]
  let tensors: [String: ArrayReport]
  let units: UnitsReport?
  private let lines: [String]

  private enum CodingKeys: String, CodingKey { case file, digest, metadata, tensors, units }

  init(_ bytes: ByteReader) throws {
    file = bytes.name.withVisibleBytes
    let contents = try naming(bytes.name) { try SafetensorsFile(reading: bytes) }
    let model = try naming(bytes.name) { try Model(contents) }
    digest = model.digest
    metadata = contents.metadata
    var reports: [String: ArrayReport] = [:]
    var lines = ["\(model.kind.rawValue) \(digest)"]
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != "kind" {
      lines.append("  \(oneLine(key)) = \(oneLine(value))")
    }
    for (name, tensor) in contents.tensors.sorted(by: { $0.key < $1.key }) {
      var summary = ArraySummary()
      let type: ElementType
      switch tensor.values {
      case .floats(let values):
        summary.add(values)
        type = .float32
      case .integers(let values):
        summary.add(values.map { Float($0) })
        type = .int32
      case .doubles(let values):
        summary.add(values.map { Float($0) })
        type = .float64
      }
      reports[name] = ArrayReport(shape: tensor.shape, type: type.rawValue, summary, "")
      lines.append(
        "  \(name)  " + arrayLine(shape: tensor.shape, type: type, summary: summary, notes: Notes())
      )
    }
    tensors = reports
    units = UnitsReport(model)
    self.lines = lines + (units?.lines ?? [])
  }

  var text: String { lines.joined(separator: "\n") + "\n" }
}
