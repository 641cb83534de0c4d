import ByteIO
import CommandLineSupport
import ModelFile
import TensorStream

/// What is said of a model by itself, or of a layer: its card and its tensors.
struct ModelReport: Encodable {
  let digest: String
  let metadata: [String: String]
  let tensors: [String: ArrayReport]
  /// K, with a DC unit; nil of a model that makes no codes.
  let codeLength: Int?
  /// The largest |cosine| of two atoms, without a DC unit.
  let coherence: Double?
  let pools: PoolsReport?
  let inhibition: InhibitionReport?
  let units: UnitsReport?
  let lines: [String]

  private enum CodingKeys: String, CodingKey {
    case digest, metadata, tensors, codeLength, coherence, pools, inhibition, units
  }

  /// - Parameter contents: the file of the model.
  init(_ model: Model, _ contents: SafetensorsFile) {
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
    lines += cardLines(metadata.filter { $0.key != "kind" })
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
    inhibition = InhibitionReport(model)
    units = UnitsReport(model)
    if let (value, units) = found.map({ ($0.value, $0.units) }) {
      lines.append(
        "  coherence  \(fixed(value, decimals: 3)), of atoms \(units.0) and \(units.1)")
    }
    self.lines =
      lines + (pools?.lines ?? []) + (inhibition?.lines ?? []) + (units?.lines ?? [])
  }
}

/// The entries of a card, a line each.
func cardLines(_ card: [String: String]) -> [String] {
  card.sorted { $0.key < $1.key }.map { "  \(oneLine($0.key)) = \(oneLine($0.value))" }
}
