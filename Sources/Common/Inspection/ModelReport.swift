import ByteIO
import CommandLineSupport
import ModelFile
import TensorStream

/// What is said of a model: its card and its tensors.
struct ModelReport: Encodable {
  let file: String
  let digest: String
  let metadata: [String: String]
  let tensors: [String: ArrayReport]
  /// K, with a DC unit; nil of a model that makes no codes.
  let codeLength: Int?
  /// The largest |cosine| of two atoms, without a DC unit.
  let coherence: Double?
  let pools: PoolsReport?
  let units: UnitsReport?
  private let lines: [String]

  private enum CodingKeys: String, CodingKey {
    case file, digest, metadata, tensors, codeLength, coherence, pools, units
  }

  init(_ bytes: ByteReader) throws {
    file = bytes.name.withVisibleBytes
    let contents = try naming(bytes.name) { try SafetensorsFile(reading: bytes) }
    let model = try naming(bytes.name) { try Model(contents) }
    digest = model.digest
    metadata = contents.metadata
    var reports: [String: ArrayReport] = [:]
    codeLength = model.codeLength
    let found = model.coherence
    coherence = found?.value
    var lines = ["\(model.kind.rawValue) \(digest)"]
    if let codeLength {
      let dc = model.hasDCUnit
      lines.append("  " + unitsText(codeLength - (dc ? 1 : 0), hasDCUnit: dc))
    }
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
    pools = PoolsReport(model)
    units = UnitsReport(model)
    if let (value, units) = found.map({ ($0.value, $0.units) }) {
      lines.append(
        "  coherence  \(fixed(value, decimals: 3)), of atoms \(units.0) and \(units.1)")
    }
    self.lines = lines + (pools?.lines ?? []) + (units?.lines ?? [])
  }

  var text: String { lines.joined(separator: "\n") + "\n" }
}
